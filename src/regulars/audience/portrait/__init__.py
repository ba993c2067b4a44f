"""One member as a person: who, standing, what she brought and may bring, what she likes, when, and how sure all is.

Asked of PostgreSQL alone, within the member's own rows. ``reads.portrait`` is the one answer behind the API's object
and the console's page.
"""

from regulars.audience.portrait.reads import Portrait, portrait

__all__ = ["Portrait", "portrait"]

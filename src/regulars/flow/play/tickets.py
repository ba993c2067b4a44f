"""A page that offers a play carries a ticket: signed, for one member and one game, good once and for two hours.

Nothing is kept for it: the ticket's number is the message id of its play, so that a ticket used twice gives the same
play again.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.core import signing

from regulars.flow.problems import problem
from regulars.play.models import Game

LASTS = timedelta(hours=2)
_SALT = "regulars.play.ticket"


def ticket(member_id: int, game: Game) -> str:
    """A fresh ticket."""
    return signing.dumps([member_id, game.pk, str(uuid4())], salt=_SALT, compress=False)


def message_of(text: str, member_id: int, game: Game) -> str:
    """The message id that a ticket stands for. Raises Problem for one that is too old, or not for this play."""
    try:
        whose, which, number = signing.loads(text, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        raise problem("stale-ticket") from None
    if (whose, which) != (member_id, game.pk):
        raise problem("stale-ticket")
    return f"ticket-{number}"

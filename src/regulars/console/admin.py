"""The console's screens, registered with the admin; each lives in a file of its own.

A screen that joins several rooms belongs here, above them all: a member's page asks flow, points, tiers and events.
"""

from regulars.console import event_log, members, programmes, quarantine, users
from regulars.console.offers import versions as offers_versions

__all__ = ["event_log", "members", "offers_versions", "programmes", "quarantine", "users"]

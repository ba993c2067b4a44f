"""The console's screens, registered with the admin; each lives in a file of its own.

A screen that joins several rooms belongs here, above them all: a member's page asks flow, points, tiers and events.
"""

from regulars.console import event_log, members, programmes, quarantine, users
from regulars.console.coupons import batches

__all__ = ["batches", "event_log", "members", "programmes", "quarantine", "users"]

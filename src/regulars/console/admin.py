"""The console's screens, registered with the admin; each lives in a file of its own.

A screen that joins several rooms belongs here, above them all: a member's page asks flow, points, tiers and events.
"""

from django.contrib import admin

from regulars.console import (
    checkouts,
    event_log,
    gift_cards,
    groups,
    home,
    members,
    programmes,
    quarantine,
    referrals,
    rewards,
    users,
)
from regulars.console.club import badges, benefits, tasks
from regulars.console.coupons import batches
from regulars.console.games import admin as games
from regulars.console.insight import admin as insight
from regulars.console.offers import versions as offers_versions
from regulars.console.owed import page as owed_page
from regulars.console.reports import page as reports_page
from regulars.console.scores import page as scores_page
from regulars.console.segments import admin as segments

__all__ = [
    "badges",
    "batches",
    "benefits",
    "checkouts",
    "event_log",
    "games",
    "gift_cards",
    "groups",
    "insight",
    "members",
    "offers_versions",
    "owed_page",
    "programmes",
    "quarantine",
    "referrals",
    "reports_page",
    "rewards",
    "scores_page",
    "segments",
    "tasks",
    "users",
]

admin.site.app_index = home.room  # type: ignore[assignment, method-assign]

"""Pages that belong together, as tabs under their heading."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.centre.reward_words import Shelf
from regulars.rules.programme import Programme


def task_tabs(programme: Programme, here: str) -> list[Shelf]:
    """What there is to do and to win, ``here`` being the current one: ``tasks``, ``badges`` or ``invite``."""
    names = [("tasks", _("Tasks")), ("badges", _("Badges"))]
    if programme.referral is not None:
        names.append(("invite", _("Invite friends")))
    return _tabs(names, here)


def tier_tabs(here: str, has_tiers: bool) -> list[Shelf]:
    """What belongs to the club itself: ``tiers``, ``benefits`` or ``rules``. Without tiers there are no tabs."""
    names = [("tiers", _("Tiers")), ("benefits", _("Benefits")), ("rules", _("Rules"))]
    return _tabs(names, here) if has_tiers else []


def _tabs(names: list[tuple[str, str]], here: str) -> list[Shelf]:
    return [Shelf(name, reverse(f"centre:{key}"), key == here) for key, name in names]

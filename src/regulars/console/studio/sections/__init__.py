"""The sections of a programme that have a form, which is all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.console.studio.sections import calendar, home, tasks
from regulars.console.studio.sections.benefits import Benefit
from regulars.console.studio.sections.calendar import Occasion
from regulars.console.studio.sections.earn import Earn
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.general import SETTINGS, General
from regulars.console.studio.sections.known import benefit_keys
from regulars.console.studio.sections.points import Points
from regulars.console.studio.sections.referral import REFUSES, Referral
from regulars.console.studio.sections.tasks import Task
from regulars.console.studio.sections.tiers import Tiers

KINDS: dict[str, type[Entry]] = {
    one.section: one for one in (General, Points, Tiers, Benefit, Earn, Task, Occasion, Referral)
}
"""By the section's name in the file; ``general`` is its head."""
FIRST: dict[str, dict[str, Any]] = {"tiers": {}, "referral": {"refuses": [word for word, _said in REFUSES]}}
"""What a section that is there once at most begins from."""


def entry(data: Mapping[str, Any], section: str, key: str, begun: Mapping[str, Any] | None = None) -> Entry | None:
    """An entry of the file, or a new one that begins with ``begun``; None where there is none."""
    kind = KINDS.get(section)
    if kind is None:
        return None
    if begun is not None:
        return kind("", {}, begun, is_new=True)
    if section == "general":
        return kind("", {name: data[name] for name in SETTINGS if name in data})
    found = home.found(data, section, key)
    if found is None and section in FIRST:
        return kind("", {}, FIRST[section], is_new=True)
    if found is None and section == "benefits" and key in benefit_keys(data):
        found = {}
    return kind(key, found) if isinstance(found, Mapping) else None


def beginning(section: str, kind: str) -> dict[str, Any] | None:
    """What a new entry of a kind begins from, when no template does; None for no such kind."""
    if section == "tasks" and kind in tasks.KINDS:
        return {} if kind == tasks.EVENT else {kind: {} if kind != "steps" else []}
    if section == "calendar" and kind in calendar.KINDS:
        return {"when": "birthday" if kind == calendar.BIRTHDAY else {kind: {} if kind == calendar.HOLIDAY else None}}
    return {} if not kind else None

"""Edits of an offers file: what somebody wants done to one offer, kept apart from the text it is done to.

An edit remembers what the offer said when it began, so that it can be done to a newer text, and refuses when the offer
has changed there meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from regulars.files import yaml_edit
from regulars.files.yaml_text import read_yaml

SECTIONS = ("offers", "coupons")
ORDER = (
    *("key", "name", "kind", "group", "priority", "for", "where", "goods", "buy", "get", "units", "price", "of"),
    *("steps", "every", "off", "nth", "off_percent", "each", "gift", "pick", "repeat", "units_at_most", "off_at_most"),
    *("valid", "valid_days", "stock", "at_most", "budget", "exclusive", "codes"),
)
"""The order in which a new offer's settings are written."""
Settings = Mapping[str, Any]


class DoesNotFitError(ValueError):
    """The text no longer says what the edit began from: the offer is gone, was changed, or its key is taken. ``why`` is
    ``gone``, ``changed`` or ``taken``."""

    def __init__(self, why: Literal["gone", "changed", "taken"], key: str) -> None:
        super().__init__(f"{key}: {why}")
        self.why = why
        self.key = key


@dataclass(frozen=True, slots=True)
class Edit:
    """What to do to one offer or coupon. before: what it said (None: it is new); after: what it shall say (None: it
    goes)."""

    section: str
    before: Settings | None
    after: Settings | None

    @property
    def key(self) -> str:
        """Whose edit it is."""
        return str((self.before or self.after or {}).get("key", ""))

    def on(self, text: str) -> str:
        """The text with the edit done. Raises DoesNotFitError, yaml_edit.CannotEditError."""
        found = entries(text, self.section)
        if self.before is None:
            after = in_order(self.after or {})
            if any(after.get("key") in entries(text, section) for section in SECTIONS):
                raise DoesNotFitError("taken", self.key)
            return yaml_edit.add(text, self.section, after)
        if self.key not in found:
            raise DoesNotFitError("gone", self.key)
        if found[self.key] != self.before:
            raise DoesNotFitError("changed", self.key)
        place = list(found).index(self.key)
        if self.after is None:
            return yaml_edit.remove(text, self.section, place)
        return yaml_edit.change(text, self.section, place, _kept_order(self.before, self.after))


def entries(text: str, section: str) -> dict[str, dict[str, Any]]:
    """The entries of a section by key, as plain settings, in the file's order; empty for a text that cannot be read."""
    data = read_yaml(text).data
    items = data.get(section) if isinstance(data, dict) else None
    return {str(item.get("key", place)): item for place, item in enumerate(items or []) if isinstance(item, dict)}


def entry(text: str, key: str) -> tuple[str, dict[str, Any]] | None:
    """The section and the settings of an offer or a coupon; None when there is none of that key."""
    for section in SECTIONS:
        found = entries(text, section).get(key)
        if found is not None:
            return section, found
    return None


def in_order(settings: Settings) -> dict[str, Any]:
    """Settings in the order that files have them in; unknown ones last."""
    known = {key: settings[key] for key in ORDER if key in settings}
    return {**known, **{key: value for key, value in settings.items() if key not in known}}


def ended(settings: Settings, at: datetime, time_zone: str) -> dict[str, Any]:
    """The offer, over at ``at``, to the minute."""
    valid = dict(settings.get("valid") or {})
    valid["until"] = local_text(at, time_zone)
    return in_order({**settings, "valid": valid}) if "valid" not in settings else {**settings, "valid": valid}


def duplicated(text: str, settings: Settings) -> dict[str, Any]:
    """The offer under a key that nobody has yet: ``tea-2``, ``tea-3``…"""
    taken = {key for section in SECTIONS for key in entries(text, section)}
    stem, number = str(settings["key"])[:60], 2
    while f"{stem}-{number}" in taken:
        number += 1
    return {**settings, "key": f"{stem}-{number}"}


def local_text(at: datetime, time_zone: str) -> str:
    """A moment as the file says it: local, to the minute, rounded down."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%dT%H:%M}"


def _kept_order(before: Settings, after: Settings) -> dict[str, Any]:
    """The settings in the order the file had them; new ones where they would stand."""
    ranks = {key: rank for rank, key in enumerate(ORDER)}
    said = [key for key in before if key in after]
    for key in in_order(after):
        if key not in before:
            rank = ranks.get(key, len(ORDER))
            place = max((n + 1 for n, other in enumerate(said) if ranks.get(other, -1) < rank), default=0)
            said.insert(place, key)
    return {key: after[key] for key in said}

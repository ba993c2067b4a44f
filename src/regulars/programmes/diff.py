"""What changed from one programme to the next, setting by setting, the way the file says it.

Levels and rules are matched by their keys, so a rule that only moved has not changed.
"""

from __future__ import annotations

from regulars.files.changes import Change, Path, Settings, as_written, changes, keyed
from regulars.rules.language import write
from regulars.rules.programme import Programme

__all__ = ["Change", "as_written", "diff"]

_NAMED = {("points",), ("tiers", "levels"), ("earn",), ("tasks",), ("calendar",), ("benefits",)}
_OPENED = _NAMED | {("tiers",), ("referral",), ("referral", "counts"), ("referral", "gives"), ("referral", "holds")}
"""Sections whose entries (currencies, levels, rules) are compared setting by setting, and with them those that are
themselves."""


def diff(old: Programme, new: Programme) -> list[Change]:
    """All changes, in the order of the file; what was removed stands where it was."""
    return changes(_by_key(write(old)), _by_key(write(new)), _opened)


def _opened(path: Path) -> bool:
    return path in _OPENED or path[:-1] in _NAMED


def _by_key(data: Settings) -> Settings:
    """The settings with levels and rules by their keys instead of their places."""
    tiers = data.get("tiers")
    if tiers is not None:
        data = {**data, "tiers": {**tiers, "levels": keyed(tiers["levels"])}}
    return {**data, **{section: keyed(data[section]) for section in ("earn", "tasks", "calendar") if section in data}}

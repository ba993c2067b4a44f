"""What changed from one offers file to the next, setting by setting; offers are matched by their keys."""

from __future__ import annotations

from regulars.files.changes import Change, Path, Settings, changes, keyed
from regulars.rules.offers import Offers, write

__all__ = ["Change", "diff"]

_LISTS = ("offers", "coupons", "gifts", "charities", "group_buys")
"""Sections whose entries are known by their keys."""


def diff(old: Offers, new: Offers) -> list[Change]:
    """All changes, in the order of the new file; what was removed stands where it was."""
    return changes(_by_key(old), _by_key(new), _opened)


def _opened(path: Path) -> bool:
    return path == ("policy",) or (len(path) <= 2 and path[0] in _LISTS)


def _by_key(offers: Offers) -> Settings:
    data = write(offers)
    return {**data, **{name: keyed(data.get(name, [])) for name in _LISTS}}

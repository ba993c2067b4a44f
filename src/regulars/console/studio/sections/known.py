"""What there is to choose from: what the rest of the file has, and what the offers have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.screens.figures import in_language

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """Pairs of key and name. currencies, levels: the file's. coupons: of the offers in effect. badges: those that the
    file gives somewhere. first: whether no version was ever published, so that even what never changes may change."""

    currencies: Pairs = field(default_factory=list)
    levels: Pairs = field(default_factory=list)
    benefits: Pairs = field(default_factory=list)
    coupons: Pairs = field(default_factory=list)
    badges: tuple[str, ...] = ()
    money: str = ""
    first: bool = False


def known(data: Mapping[str, Any], coupons: Pairs, first: bool = False) -> Known:
    """What a file's settings have, whatever state they are in."""
    points, tiers = data.get("points"), data.get("tiers")
    levels = tiers.get("levels") if isinstance(tiers, Mapping) else None
    of_levels = [level for level in levels or [] if isinstance(level, Mapping)] if isinstance(levels, list) else []
    return Known(
        currencies=[(str(key), _name(one, key)) for key, one in points.items()] if isinstance(points, Mapping) else [],
        levels=[(str(level.get("key")), _name(level, level.get("key"))) for level in of_levels],
        benefits=[(key, key) for key in benefit_keys(data)],
        coupons=coupons,
        badges=tuple(sorted(set(_badges(data)))),
        money=str(data.get("currency", "")),
        first=first,
    )


def benefit_keys(data: Mapping[str, Any]) -> list[str]:
    """The benefits that are described, then those that levels only name."""
    described = data.get("benefits")
    keys = [str(key) for key in described] if isinstance(described, Mapping) else []
    for level in _levels(data):
        named = level.get("benefits")
        keys += [str(key) for key in named] if isinstance(named, list) else []
    return list(dict.fromkeys(keys))


def _levels(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tiers = data.get("tiers")
    levels = tiers.get("levels") if isinstance(tiers, Mapping) else None
    return [level for level in levels if isinstance(level, Mapping)] if isinstance(levels, list) else []


def _name(settings: Any, key: Any) -> str:
    name = settings.get("name") if isinstance(settings, Mapping) else None
    return in_language(name, str(key)) if isinstance(name, dict) else str(name or key)


def _badges(value: Any) -> Iterator[str]:
    """Every badge that is given anywhere."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "badge":
                yield from (str(one) for one in (item if isinstance(item, list) else [item]))
            else:
                yield from _badges(item)
    elif isinstance(value, list):
        for item in value:
            yield from _badges(item)

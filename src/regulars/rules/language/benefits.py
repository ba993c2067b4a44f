"""The section ``benefits``: what the benefits that levels name are called, how they are used, how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from regulars.rules.language.gifts import read_times
from regulars.rules.language.reading import Path, Reader
from regulars.rules.programme import Benefit

BENEFITS_MAX = 100
SETTINGS = ("name", "how", "at_most")
HOW_LENGTH_MAX = 1_000


def read_benefits(reader: Reader, value: Any, path: Path, named: Collection[str]) -> tuple[Benefit, ...]:
    """Every benefit, in the order of the file. named: the keys that levels name."""
    if not isinstance(value, Mapping):
        reader.say(path, "must be a section of settings")
        return ()
    if len(value) > BENEFITS_MAX:
        reader.say(path, "must have at most {most} entries", most=BENEFITS_MAX)
    found = []
    for key, settings in value.items():
        at = (*path, str(key))
        benefit = reader.section(settings, at, SETTINGS) or {}
        text = reader.key(key, at)
        if text and text not in named:
            reader.warn(at, "is a benefit of no level")
        found.append(
            Benefit(
                key=str(key),
                name=reader.name(benefit["name"], (*at, "name")) if "name" in benefit else {},
                how=reader.name(benefit["how"], (*at, "how"), HOW_LENGTH_MAX) if "how" in benefit else {},
                at_most=read_times(reader, benefit["at_most"], (*at, "at_most")) if "at_most" in benefit else None,
            )
        )
    return tuple(found)

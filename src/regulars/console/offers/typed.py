"""Lists and steps as a person types them into one field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def as_lines(values: Sequence[str]) -> str:
    """Values as a person types them: with commas between; a line each where one holds a comma itself."""
    if any(re.search("[,，、\n]", value) for value in values):
        return "\n".join(values) + "\n"
    return ", ".join(values)


def from_lines(text: str) -> list[str]:
    """The values somebody typed, each once."""
    parts = text.split("\n") if "\n" in text else re.split("[,，、]", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def steps_text(steps: Sequence[Mapping[str, Any]]) -> str:
    """Steps as a person types them: ``300 = 40``, ``1000 = 20%``, a line each."""
    return "\n".join(
        f"{step.get('from')} = {step['off']}" if "off" in step else f"{step.get('from')} = {step.get('off_percent')}%"
        for step in steps
    )


_STEP = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:=|:|：|→|->|-)\s*(\d+(?:\.\d+)?)\s*(%?)\s*")


def steps_from(text: str) -> list[dict[str, Any]]:
    """Steps as they were typed. Raises ValueError with the line that is none."""
    steps: list[dict[str, Any]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        found = _STEP.fullmatch(line)
        if found is None:
            raise ValueError(line.strip())
        steps.append({"from": number(found[1]), "off_percent" if found[3] else "off": number(found[2])})
    return steps


def number(text: str) -> int | Decimal:
    """A number as the file would hold it."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() and "." not in text else exact

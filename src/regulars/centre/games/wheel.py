"""The wheel as a drawing: every outcome as wide as it is likely, this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from regulars.flow.play.odds import PrizeOdds

COLOURS = 6
_RADIUS = 96.0
_LABEL_AT = 70.0
_LABEL_LEAST = Fraction(1, 30)


@dataclass(frozen=True, slots=True)
class Slice:
    """One outcome on the wheel. path: SVG. number: what stands on it and in the legend; empty where it is too narrow.
    colour: 0 is nothing's. degrees: how far the wheel turns to bring it under the pointer."""

    key: str
    path: str
    number: int
    label_x: str
    label_y: str
    has_label: bool
    colour: int
    degrees: str


def slices(found: Sequence[PrizeOdds]) -> list[Slice]:
    """The wheel, clockwise from the top; outcomes of chance 0 have no slice to see."""
    out = []
    begin = Fraction(0)
    for number, one in enumerate(found, 1):
        end = begin + one.chance
        middle = (begin + end) / 2
        x, y = _point(middle, _LABEL_AT)
        colour = 0 if one.prize is None else (number - 1) % COLOURS + 1
        key = "" if one.prize is None else one.prize.key
        turned = _text(-float(middle) * 360)
        out.append(
            Slice(key, _path(begin, end), number, _text(x), _text(y), one.chance >= _LABEL_LEAST, colour, turned)
        )
        begin = end
    return out


def _path(begin: Fraction, end: Fraction) -> str:
    if begin == end:
        return ""
    if end - begin == 1:
        return f"M0-{_RADIUS:g}A{_RADIUS:g} {_RADIUS:g} 0 1 1-.01-{_RADIUS:g}Z"
    (x0, y0), (x1, y1) = _point(begin, _RADIUS), _point(end, _RADIUS)
    large = int(end - begin > Fraction(1, 2))
    return f"M0 0L{_text(x0)} {_text(y0)}A{_RADIUS:g} {_RADIUS:g} 0 {large} 1 {_text(x1)} {_text(y1)}Z"


def _point(at: Fraction, radius: float) -> tuple[float, float]:
    """The place on a circle that is ``at`` of the way around, from the top, clockwise."""
    angle = 2 * pi * float(at)
    return radius * sin(angle), -radius * cos(angle)


def _text(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")

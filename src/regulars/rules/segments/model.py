"""A segment, checked and typed: which members a definition means. Everything here is frozen.

Days are numbers from 1970-01-01 in the programme's time zone; amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from regulars.rules.condition import Condition, Test

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of numbers; None: no bound on that side. ``above`` and ``below`` leave out their own number."""

    at_least: Number | None = None
    at_most: Number | None = None
    above: Number | None = None
    below: Number | None = None

    def holds(self, number: Number) -> bool:
        """Whether the number lies in the range."""
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.at_most is None or number <= self.at_most)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Some days, as seen from the last whole day, whose age is 0. All None: ever.

    within_days: days whose age is below it (7: the last seven days). before_days: days whose age is at least it.
    first, last: days of the calendar, both included.
    """

    within_days: int | None = None
    before_days: int | None = None
    first: int | None = None
    last: int | None = None

    def days(self, until: int) -> tuple[int | None, int]:
        """The first day (None: from the beginning) and the last one, both included, when ``until`` is the last whole
        day. No day lies between when the first is after the last."""
        firsts = [day for day in (self.first, self._from(until)) if day is not None]
        lasts = [day for day in (self.last, until - (self.before_days or 0)) if day is not None]
        return max(firsts, default=None), min(lasts)

    def _from(self, until: int) -> int | None:
        return None if self.within_days is None else until - self.within_days + 1


EVER = Window()
ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class Orders:
    """How many orders (not given back whole) in the window pass ``where``; of an order with tests of lines, at least
    one line must pass them."""

    bounds: Bounds
    window: Window = EVER
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Spent:
    """What orders brought in the window, in minor units: after discounts and refunds, before delivery and tax; with
    tests of lines, what those lines brought, refunds not taken off unless the whole order came back."""

    bounds: Bounds
    window: Window = EVER
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Did:
    """How often a member did something other than ordering, in the window."""

    event: str
    bounds: Bounds
    window: Window = EVER
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence: an event, ``Order Completed`` for an order."""

    event: str
    where: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Sequence:
    """Somewhere in the window the steps came one after the other (by moment, then place in the log), the last within
    so many days of 24 hours of the first (None: whenever); other events between them do no harm."""

    steps: tuple[Step, ...]
    within_days: int | None = None
    window: Window = EVER


Moment = Literal["first_order", "last_order", "joined"]


@dataclass(frozen=True, slots=True)
class When:
    """The day of something lies in the window; false for whom there is no such day. Orders that came back whole are
    none."""

    what: Moment
    window: Window


@dataclass(frozen=True, slots=True)
class Points:
    """The points that can be spent, of the programme's first currency."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Standing:
    """A test of ``tier`` (``none``: without a tier), ``source`` or ``traits.…``."""

    test: Test


Question = Literal["rating", "csat", "nps", "ces"]


@dataclass(frozen=True, slots=True)
class Said:
    """The latest answer in the window lies in the bounds; false for whom there is none."""

    what: Question
    bounds: Bounds
    window: Window = EVER


@dataclass(frozen=True, slots=True)
class Score:
    """A score lies in the bounds (``value`` in minor units, probabilities from 0 to 1); false for whom
    there is none."""

    what: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Belongs:
    """Belongs to any of these segments."""

    keys: tuple[str, ...]


Leaf = Orders | Spent | Did | Sequence | When | Points | Standing | Said | Score | Belongs


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Who


Who = All | Any | Not | Leaf
"""Which members are meant."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as a file says it. strategy: what to do with these members, a note for people."""

    key: str
    name: str
    who: Who
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments of a file. minor_digits: decimal places of the currency."""

    currency: str
    minor_digits: int
    segments: tuple[Segment, ...]


def leaves(who: Who) -> Iterator[Leaf]:
    """Every condition in it, in the order of the file, what is said twice twice."""
    if isinstance(who, (All, Any)):
        for part in who.parts:
            yield from leaves(part)
    elif isinstance(who, Not):
        yield from leaves(who.part)
    else:
        yield who


def refers_to(who: Who) -> set[str]:
    """The keys of the segments that it speaks of."""
    return {key for leaf in leaves(who) if isinstance(leaf, Belongs) for key in leaf.keys}

"""A game, checked and typed: what its file says once every question about it is settled. Frozen: a game that has begun
never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

from regulars.rules.programme import Condition, Test, Text

WHEEL, RAIN, QUIZ, CONTEST = "wheel", "rain", "quiz", "contest"
KINDS = (WHEEL, RAIN, QUIZ, CONTEST)
Kind = Literal["wheel", "rain", "quiz", "contest"]


@dataclass(frozen=True, slots=True)
class Gives:
    """What a prize is: points of a currency (empty: the programme's first that can be spent), a coupon of the offers
    file, or a gift in words that the shop hands over."""

    kind: Literal["points", "coupon", "gift"]
    points: int = 0
    currency: str = ""
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Prize:
    """One prize. chance: of a wheel, exact. stock: how many there are, None without end. worth_minor: what one costs
    the shop, taken from the game's budget. first, last: the places of a contest that win it."""

    key: str
    name: Text
    gives: Gives
    chance: Fraction = Fraction(0)
    stock: int | None = None
    worth_minor: int = 0
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Rain:
    """Red packets: ``points`` in all, split into ``packets`` of at least ``least`` each, open for ``minutes`` at each
    moment of ``at_us``. Every moment has as many of its own."""

    points: int
    packets: int
    least: int
    at_us: tuple[int, ...]
    minutes: int
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. right: the number of the right answer, from 1."""

    key: str
    ask: Text
    answers: tuple[Text, ...]
    right: int
    points: int


@dataclass(frozen=True, slots=True)
class Quiz:
    """asks: how many of the questions one round has. points_in_all: how many points the quiz gives at most, to
    everybody together; None without end."""

    questions: tuple[Question, ...]
    asks: int
    seconds: int
    currency: str = ""
    points_in_all: int | None = None

    @property
    def points_max(self) -> int:
        """What one round can bring at most."""
        return sum(sorted((question.points for question in self.questions), reverse=True)[: self.asks])


@dataclass(frozen=True, slots=True)
class Contest:
    """event: what counts, where ``tests`` hold. sums: ``""`` counts events, ``spending`` sums the goods of orders in
    minor units less what was refunded, anything else sums that property (whole numbers). per_day: how many events of a
    member count a day at most. ties: who is level ``share`` a place, or who came there ``first`` stands above.
    shows: how many places the board has. wait_minutes: how long after the end prizes are given."""

    event: str
    tests: tuple[Test, ...] = ()
    sums: str = ""
    per_day: int | None = None
    ties: Literal["first", "share"] = "first"
    shows: int = 20
    wait_minutes: int = 60


@dataclass(frozen=True)
class Game:
    """One game, from ``from_us`` until ``until_us`` (that moment excluded), local days in ``time_zone``.

    per_day, ever: how often one member may play; free_per_day: how many plays of a day cost nothing, the others
    ``cost_points``. budget_minor: what prizes may cost the shop in all.
    """

    key: str
    kind: Kind
    name: Text
    currency: str
    minor_digits: int
    time_zone: str
    from_us: int
    until_us: int
    description: Text
    member: Condition = field(default_factory=Condition)
    cost_points: int = 0
    cost_currency: str = ""
    free_per_day: int = 0
    per_day: int | None = None
    ever: int | None = None
    budget_minor: int | None = None
    prizes: tuple[Prize, ...] = ()
    consolation: Prize | None = None
    rain: Rain | None = None
    quiz: Quiz | None = None
    contest: Contest | None = None

    @cached_property
    def denominator(self) -> int:
        """Chances are whole numbers out of this: what a draw is drawn from."""
        return lcm(*(prize.chance.denominator for prize in self.prizes))

    @property
    def every_prize(self) -> tuple[Prize, ...]:
        """The prizes, the consolation last."""
        return self.prizes if self.consolation is None else (*self.prizes, self.consolation)

    def prize(self, key: str) -> Prize | None:
        """The prize with that key."""
        return next((prize for prize in self.every_prize if prize.key == key), None)

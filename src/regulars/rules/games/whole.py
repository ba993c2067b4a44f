"""A whole game file: what every game has, and what its kind adds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import lcm
from typing import Any
from zoneinfo import ZoneInfo

from regulars.rules.games.chances import chance_text
from regulars.rules.games.kinds import Kinds
from regulars.rules.games.model import CONTEST, KINDS, QUIZ, RAIN, WHEEL, Game, Prize
from regulars.rules.games.prizes import Prizes
from regulars.rules.language.home import read_currency, read_time_zone
from regulars.rules.language.reading import Path, Problem, Reader, listed
from regulars.rules.offers.goods import read_for
from regulars.rules.offers.limits import Money, read_valid
from regulars.rules.programme import Condition

COMMON = ("game", "kind", "name", "description", "currency", "time_zone", "from", "until", "for")
OF_KIND = {
    WHEEL: ("cost", "free_per_day", "at_most", "budget", "prizes", "consolation"),
    RAIN: ("rain",),
    QUIZ: ("at_most", "quiz"),
    CONTEST: ("contest", "budget", "prizes"),
}
NEEDS = ("game", "kind", "name", "currency", "time_zone", "from", "until")
DAYS_MAX = 400
DENOMINATOR_MAX = 10**15
TIMES_MAX = 100_000
POINTS_MAX = 10**9
DESCRIPTION_MAX = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(data: Mapping[str, Any], tiers: Collection[str] | None = None) -> tuple[Game | None, list[Problem]]:
    """Check a game's file and type it.

    data: the file as plain mappings, lists, str, int, Decimal, bool and date; money in the major unit, exact.
    tiers: keys of the programme's levels that ``member.tier`` may name; None: any.
    Gives the game, or None when any problem is an error, and all problems found. Never raises for what a file can hold.
    """
    reader = Reader()
    kind = data.get("kind")
    known = (
        OF_KIND[str(kind)] if kind in KINDS else tuple(dict.fromkeys(key for keys in OF_KIND.values() for key in keys))
    )
    whole = reader.section(data, (), (*COMMON, *known), needs=NEEDS)
    if whole is None:
        return None, reader.problems
    game = _Whole(reader, whole, tiers).game()
    if game is None or any(problem.severity == "error" for problem in reader.problems):
        return None, reader.problems
    return game, reader.problems


class _Whole:
    """One file on its way to a game."""

    def __init__(self, reader: Reader, whole: Mapping[str, Any], tiers: Collection[str] | None) -> None:
        self.reader = reader
        self.whole = whole
        self.tiers = tiers
        code = read_currency(reader, whole["currency"], ("currency",)) if "currency" in whole else None
        self.currency, self.digits = code or ("", 2)
        zone = read_time_zone(reader, whole["time_zone"], ("time_zone",)) if "time_zone" in whole else None
        self.zone = zone
        self.money = Money(reader, self.currency, self.digits)

    def game(self) -> Game | None:
        """The game, None when what it cannot be without is missing or wrong."""
        reader, whole = self.reader, self.whole
        key = reader.key(whole["game"], ("game",)) if "game" in whole else None
        kind = reader.choice(whole["kind"], ("kind",), KINDS) if "kind" in whole else None
        name = reader.name(whole["name"], ("name",)) if "name" in whole else {}
        first, until = self._when()
        words = reader.name(whole["description"], ("description",), DESCRIPTION_MAX) if "description" in whole else {}
        member = read_for(reader, whole["for"], ("for",), self.tiers) if "for" in whole else Condition()
        points, currency = self._cost()
        per_day, ever = self._at_most()
        if kind == QUIZ and per_day is None and ever is None:
            ever = 1  # a quiz is played once, unless its file says how often
        prizes = Prizes(reader, self.money, kind or "")
        found = tuple(prizes.every(whole))
        consolation = prizes.consolation(whole)
        kinds = Kinds(reader, self.zone, first, until)
        rain = kinds.rain(whole) if kind == RAIN else None
        quiz = kinds.quiz(whole) if kind == QUIZ else None
        contest = kinds.contest(whole, self.digits) if kind == CONTEST else None
        free = reader.whole(whole["free_per_day"], ("free_per_day",), 1, TIMES_MAX) if "free_per_day" in whole else 0
        if free and not points and not reader.problems:
            reader.warn(("free_per_day",), "means nothing without a `cost`: every play is free")
        if kind == WHEEL:
            self._sum(found)
        budget = self.money.of(whole, (), "budget", least=1)
        if contest is not None and contest.ties == "share" and (budget is not None or any(one.stock for one in found)):
            reader.say(
                ("contest", "ties"), "share does not go with a budget or a stock: nobody knows how many will share"
            )
        if key is None or kind is None or first is None or until is None or self.zone is None:
            return None
        return Game(
            key=key,
            kind=kind,  # type: ignore[arg-type]  # one of KINDS
            name=name,
            currency=self.currency,
            minor_digits=self.digits,
            time_zone=self.zone,
            from_us=first,
            until_us=until,
            description=words,
            member=member,
            cost_points=points,
            cost_currency=currency,
            free_per_day=free or 0,
            per_day=per_day,
            ever=ever,
            budget_minor=budget,
            prizes=found,
            consolation=consolation,
            rain=rain,
            quiz=quiz,
            contest=contest,
        )

    def _when(self) -> tuple[int | None, int | None]:
        said = {key: self.whole[key] for key in ("from", "until") if key in self.whole}
        first, until = read_valid(self.reader, said, (), self.zone) if said else (None, None)
        if first is not None and until is not None and local_days(first, until, self.zone or "UTC") > DAYS_MAX:
            self.reader.say(("until",), "must be at most {most} days after `from`", most=DAYS_MAX)
        return first, until

    def _cost(self) -> tuple[int, str]:
        if "cost" not in self.whole:
            return 0, ""
        cost = self.reader.section(self.whole["cost"], ("cost",), ("points", "currency"), needs=("points",))
        if cost is None:
            return 0, ""
        points = self.reader.whole(cost["points"], ("cost", "points"), 1, POINTS_MAX) if "points" in cost else 0
        currency = self.reader.key(cost["currency"], ("cost", "currency")) if "currency" in cost else ""
        return points or 0, currency or ""

    def _at_most(self) -> tuple[int | None, int | None]:
        if "at_most" not in self.whole:
            return None, None
        limits = self.reader.section(self.whole["at_most"], ("at_most",), ("per_day", "ever"))
        if not limits:
            if limits is not None:
                self.reader.say(("at_most",), "needs {known}", known=listed(("per_day", "ever")))
            return None, None
        per_day, ever = (
            self.reader.whole(limits[key], ("at_most", key), 1, TIMES_MAX) if key in limits else None
            for key in ("per_day", "ever")
        )
        return per_day, ever

    def _sum(self, prizes: tuple[Prize, ...]) -> None:
        total = sum((prize.chance for prize in prizes), Fraction(0))
        path: Path = ("prizes",)
        if total > 1:
            said = chance_text(total)
            self.reader.say(path, "have chances of {total} together; they must not be above 100%", total=said)
        elif lcm(*(prize.chance.denominator for prize in prizes)) > DENOMINATOR_MAX:
            self.reader.say(path, "have chances that do not go together; write them all as percent")


def local_days(first_us: int, until_us: int, zone: str) -> int:
    """How many local days a game touches from its first moment until its end (that moment excluded)."""
    first, last = (_EPOCH + timedelta(microseconds=at) for at in (first_us, until_us - 1))
    return (last.astimezone(ZoneInfo(zone)).date() - first.astimezone(ZoneInfo(zone)).date()).days + 1

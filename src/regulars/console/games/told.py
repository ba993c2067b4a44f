"""A game's file in words, and its outcomes as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.programmes.reads import moment
from regulars.rules.games import Game, Prize
from regulars.rules.games.chances import chance_text
from regulars.rules.games.model import Gives
from regulars.rules.games.odds import by_chance, chi_square, odds
from regulars.screens import figures
from regulars.screens.figures import in_language


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a wheel. drawn: how often the draw fell on it; expected: how often it should have."""

    name: str
    chance: str
    gives: str
    stock: str
    worth: str
    drawn: int = 0
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """Observed against published odds. chance_percent: how often a deviation at least so large comes by chance."""

    plays: int
    value: str
    freedom: int
    chance_percent: str
    is_odd: bool


def facts_of(game: Game) -> list[tuple[str, str]]:
    """What the file settles, name and value."""
    found = [
        (_("Key"), game.key),
        (_("Time"), f"{figures.moment(moment(game.from_us))} – {figures.moment(moment(game.until_us))}"),
        (_("For"), _tiers(game)),
    ]
    if game.kind == "wheel":
        cost = _("%(points)s points") % {"points": figures.whole(game.cost_points)} if game.cost_points else _("free")
        found.append((_("One turn"), cost))
        if game.free_per_day:
            found.append((_("Free turns a day"), figures.whole(game.free_per_day)))
    if game.per_day:
        found.append((_("A day at most"), figures.whole(game.per_day)))
    if game.ever:
        found.append((_("In all at most"), figures.whole(game.ever)))
    if game.budget_minor is not None:
        found.append((_("Budget"), figures.money(game.budget_minor, game.currency)))
    return found + _of_kind(game)


def outcomes(game: Game, drawn: Mapping[str, int] | None = None) -> list[Outcome]:
    """Every outcome of a wheel by its file, with what was drawn so far; every prize of a contest by its places."""
    if game.kind == "contest":
        return [_outcome(game, prize, _places(prize)) for prize in game.prizes]
    if game.kind != "wheel":
        return []
    counts = drawn or {}
    plays = sum(counts.values())
    rows = []
    for odd in odds(game):
        if not odd.file:
            continue
        key = odd.prize.key if odd.prize is not None and odd.prize in game.prizes else ""
        expected = figures.whole(round(plays * odd.file)) if plays else ""
        rows.append(_outcome(game, odd.prize, chance_text(odd.file), counts.get(key, 0), expected))
    return rows


def fit(game: Game, drawn: Mapping[str, int]) -> Fit | None:
    """Whether what was drawn goes with the published odds; None before there is enough to say."""
    plays = sum(drawn.values())
    chances = [prize.chance for prize in game.prizes]
    rest = 1 - sum(chances, Fraction(0))
    observed = [*(drawn.get(prize.key, 0) for prize in game.prizes), drawn.get("", 0)]
    if not plays or min(plays * chance for chance in [*chances, *([rest] if rest else [])]) < 5:
        return None
    value, freedom = chi_square(observed, [*chances, rest])
    chance = by_chance(float(value), freedom)
    return Fit(plays, f"{float(value):.2f}", freedom, f"{chance * 100:.1f}", chance < 0.001)


def gives_words(gives: Gives) -> str:
    """What a prize is."""
    if gives.kind == "points":
        return _("%(points)s points") % {"points": figures.whole(gives.points)}
    return _("coupon %(key)s") % {"key": gives.coupon} if gives.kind == "coupon" else _("a gift")


def _outcome(game: Game, prize: Prize | None, chance: str, drawn: int = 0, expected: str = "") -> Outcome:
    if prize is None:
        return Outcome(_("Nothing"), chance, "", "", "", drawn, expected)
    return Outcome(
        name=in_language(prize.name, prize.key),
        chance=chance,
        gives=gives_words(prize.gives),
        stock="" if prize.stock is None else figures.whole(prize.stock),
        worth=figures.money(prize.worth_minor, game.currency) if prize.worth_minor else "",
        drawn=drawn,
        expected=expected,
    )


def _places(prize: Prize) -> str:
    if prize.first == prize.last:
        return figures.whole(prize.first)
    return f"{figures.whole(prize.first)}–{figures.whole(prize.last)}"


def _tiers(game: Game) -> str:
    said = [f"{test.name.removeprefix('member.')}: {test.value}" for test in game.member.tests]
    return ", ".join(said) or _("every member")


def _of_kind(game: Game) -> list[tuple[str, str]]:
    if game.rain is not None:
        rain = game.rain
        said = _("%(points)s points in %(packets)s packets, at least %(least)s each") % {
            "points": figures.whole(rain.points),
            "packets": figures.whole(rain.packets),
            "least": figures.whole(rain.least),
        }
        times = ", ".join(figures.moment(moment(at)) for at in rain.at_us)
        return [(_("Each rain"), said), (_("When it rains"), times)]
    if game.quiz is not None:
        quiz = game.quiz
        asked = ngettext("%(n)s question", "%(n)s questions", quiz.asks) % {"n": figures.whole(quiz.asks)}
        seconds = ngettext("%(n)s second", "%(n)s seconds", quiz.seconds) % {"n": figures.whole(quiz.seconds)}
        return [(_("A round"), f"{asked}, {seconds}"), (_("Points in a round"), figures.whole(quiz.points_max))]
    if game.contest is not None:
        contest = game.contest
        sums = _("how many") if not contest.sums else contest.sums
        return [(_("Event that counts"), contest.event), (_("Sum of"), sums)]
    return []

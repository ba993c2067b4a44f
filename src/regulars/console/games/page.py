"""What a game's page shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.console.games.told import facts_of, fit, outcomes
from regulars.flow.play import contest, odds
from regulars.members.reads import shop_id_of
from regulars.play import reads, seeds
from regulars.play.models import Game, Play
from regulars.programmes.reads import moment
from regulars.rules.games import Game as Rules
from regulars.screens import figures
from regulars.screens.figures import in_language


def standing_of(row: Game, now: datetime) -> SafeString:
    """Whether a game is on, as a tag."""
    if row.stopped_at is not None:
        kind, said = "bad", _("ended early")
    elif now >= row.ends_at:
        kind, said = "none", _("over")
    elif now < row.begins_at:
        kind, said = "warn", _("begins %(when)s") % {"when": figures.moment(row.begins_at)}
    else:
        kind, said = "good", _("on")
    return format_html('<span class="k-tag k-tag-{}">{}</span>', kind, said)


def context_of(row: Game, now: datetime) -> dict[str, Any]:
    """Everything of one game."""
    rules = reads.rules(row)
    drawn: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for (fell_on, won), count in reads.outcomes(row).items():
        drawn[fell_on] += count
        given[won] += count
    totals = Play.objects.filter(game=row).aggregate(
        plays=Count("id"), players=Count("member_id", distinct=True), points=Sum("points"), cost=Sum("cost")
    )
    is_wheel = row.kind == Game.WHEEL
    try:
        shown: odds.Seeds | None = odds.seeds_of(row, now)
    except seeds.SeedLostError:
        shown = None
    return {
        "row": row,
        "state": standing_of(row, now),
        "is_on": row.stopped_at is None and now < row.ends_at,
        "has_begun": row.begins_at <= now,
        "is_newest": reads.called(row.key) == row,
        "facts": facts_of(rules),
        "outcomes": outcomes(rules, drawn),
        "fit": fit(rules, drawn) if is_wheel else None,
        "is_wheel": is_wheel,
        "totals": {name: figures.whole(value or 0) for name, value in totals.items()},
        "left": _left(row, rules),
        "now": [_now(one) for one in odds.odds_of(row, now)] if is_wheel and shown is not None else [],
        "seeds": shown,
        "rains": _rains(row, rules),
        "board": _board(row, rules),
        "given": sorted(given.items()),
    }


def _left(row: Game, rules: Rules) -> list[dict[str, Any]]:
    """What is left of everything that is limited."""
    out = []
    for what, tally in reads.tallies(row).items():
        if tally.most is None:
            continue
        prize = rules.prize(what.removeprefix("prize:")) if what.startswith("prize:") else None
        names = {reads.BUDGET: _("Budget"), reads.POINTS: _("Points in all")}
        words = (lambda n: figures.money(n, rules.currency)) if what == reads.BUDGET else figures.whole
        said = _("%(left)s of %(most)s left") % {"left": words(tally.most - tally.taken), "most": words(tally.most)}
        name = in_language(prize.name, prize.key) if prize is not None else names.get(what, what)
        out.append({"name": name, "words": said, "percent": 100 * (tally.most - tally.taken) // tally.most})
    return out


def _now(one: odds.PrizeOdds) -> dict[str, Any]:
    name = _("Nothing") if one.prize is None else in_language(one.prize.name, one.prize.key)
    return {"name": name, "chance": one.text, "gone": one.chance == 0 and one.file > 0, "shown": one.chance or one.file}


def _rains(row: Game, rules: Rules) -> list[dict[str, Any]]:
    if rules.rain is None:
        return []
    out = []
    for number, at in enumerate(rules.rain.at_us):
        every, gone = reads.packets(row, number)
        out.append({"at": moment(at), "every": every, "gone": gone})
    return out


def _board(row: Game, rules: Rules) -> list[dict[str, Any]]:
    if rules.contest is None:
        return []
    is_money = rules.contest.sums == contest.SPENDING
    lines = contest.board(row, 50)
    names = shop_id_of([line.member_id for line in lines])
    return [
        {
            "place": line.place,
            "member_id": line.member_id,
            "member": names.get(line.member_id) or f"#{line.member_id}",
            "score": figures.money(line.score, rules.currency) if is_money else figures.whole(line.score),
        }
        for line in lines
    ]

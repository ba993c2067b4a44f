"""A rehearsal's numbers as its page says them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.console.charts import specs
from regulars.flow.phrases import named
from regulars.insight.rehearsals import charts
from regulars.programmes import reads
from regulars.programmes.models import Rehearsal
from regulars.rules.programme import Programme
from regulars.screens.figures import plain

RANGE_PERCENT = 10
"""How far to both sides of the redemption rate the page looks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; ``kind``: money or points."""

    label: str
    base: int
    draft: int
    kind: str

    @property
    def more(self) -> int:
        """How much more under the draft."""
        return self.draft - self.base


@dataclass(frozen=True, slots=True)
class Cost:
    """What the points cost at a redemption rate: under both programmes, and in percent of sales."""

    percent: int
    base_minor: int
    draft_minor: int
    base_share: str
    draft_share: str


class Figures:
    """What the answer page shows. ``percent``: which part of the points is spent in the end; ``text``: the draft's,
    whose names count under whatever sliders."""

    def __init__(self, row: Rehearsal, percent: int, text: str) -> None:
        self.row = row
        self.found: dict[str, Any] = row.result or {}
        self.draft, self.base = _named(text, row.text), reads.parse(row.against)
        self.currency = self.draft.currency
        self.percent = percent
        self.same = row.text == row.against

    @property
    def from_at(self) -> datetime:
        """When the past begins."""
        return reads.moment(self.found["from_us"])

    @property
    def until_at(self) -> datetime:
        """When the past ends."""
        return reads.moment(self.found["until_us"])

    def cost(self, percent: int) -> Cost:
        """What the points given cost when so many percent of them are spent in the end."""
        sides = [self.found[side]["given_minor"] * percent // 100 for side in ("base", "draft")]
        shares = [share(side, self.found["sales_minor"]) for side in sides]
        return Cost(percent, sides[0], sides[1], shares[0], shares[1])

    @property
    def costs(self) -> list[Cost]:
        """At the chosen rate first, then somewhat below and above it, and if every point was spent."""
        low, high = max(self.percent - RANGE_PERCENT, 0), min(self.percent + RANGE_PERCENT, 100)
        return [self.cost(percent) for percent in dict.fromkeys((low, self.percent, high, 100))]

    @property
    def chosen(self) -> Cost:
        """At the chosen rate."""
        return self.cost(self.percent)

    @property
    def low(self) -> Cost:
        """Somewhat below it."""
        return self.cost(max(self.percent - RANGE_PERCENT, 0))

    @property
    def high(self) -> Cost:
        """Somewhat above it."""
        return self.cost(min(self.percent + RANGE_PERCENT, 100))

    @property
    def spent_percent(self) -> str:
        """Which part of the points given was spent in this past."""
        base = self.found["base"]
        return share(base["redeemed_minor"], base["given_minor"])

    @property
    def rows(self) -> list[Row]:
        """Points by currency, and what they are worth."""
        rows = []
        currencies = {c.key: named(c.name, c.key) for c in (*self.base.points, *self.draft.points)}
        names = {
            "earned": _("%(points)s earned"),
            "redeemed": _("%(points)s spent"),
            "expired": _("%(points)s expired"),
            "clawed_back": _("%(points)s taken back after returns"),
        }
        for key, points in currencies.items():
            for name, words in names.items():
                before, after = self._points(name, key)
                if before or after:
                    rows.append(Row(words % {"points": points}, before, after, "points"))
            if key not in self.found["base"]["worth"] and key not in self.found["draft"]["worth"]:
                continue
            held = [self._points(name, key) for name in ("pending", "available", "held")]
            sums = [sum(pair[side] for pair in held) for side in (0, 1)]
            rows.append(Row(_("%(points)s owed at the end") % {"points": points}, sums[0], sums[1], "points"))
        for name, label in [
            ("given_minor", _("Worth of all points given")),
            ("redeemed_minor", _("Worth of the points spent")),
            ("owed_minor", _("Worth of the points owed at the end")),
        ]:
            rows.append(Row(label, self.found["base"][name], self.found["draft"][name], "money"))
        return rows

    def _points(self, name: str, key: str) -> tuple[int, int]:
        return self.found["base"][name].get(key, 0), self.found["draft"][name].get(key, 0)

    def tier(self, key: str) -> str:
        """A level's name, whichever of the two programmes has it."""
        for programme in (self.draft, self.base):
            for level in programme.tiers.levels if programme.tiers else ():
                if level.key == key:
                    return named(level.name, key)
        return _("No tier yet") if key in ("none", "") else key

    @property
    def tiers(self) -> list[tuple[str, int, int, int]]:
        """Each level with its members under both, and how many more."""
        before, after = self.found["base"]["tiers"], self.found["draft"]["tiers"]
        order = dict.fromkeys(key or "none" for side in ("draft", "base") for key in self.found[side]["levels"])
        counts = [(key, before.get(key, 0), after.get(key, 0)) for key in order]
        return [(self.tier(key), base, draft, draft - base) for key, base, draft in counts]

    @property
    def flows(self) -> tuple[list[str], list[tuple[str, list[tuple[int, bool]]]]]:
        """From which tier to which: the heads, and a row for each tier with its cells, and whether one stays there."""
        befores, afters = self.found["base"]["levels"], self.found["draft"]["levels"]
        heads = [self.tier(key) for key in afters]
        rows = [
            (self.tier(key), [(count, key == after) for count, after in zip(counts, afters, strict=True)])
            for key, counts in zip(befores, self.found["flows"], strict=True)
        ]
        return heads, rows

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, dict[str, Any]]]]]:
        """Winners and losers: by tenth of spending, by tier today, by how long they have been buying."""
        tenths = [(_("none") if number == 0 else str(number), row) for number, row in enumerate(self.found["deciles"])]
        tiers = [
            (self.tier(key), row) for key, row in zip(self.found["base"]["levels"], self.found["by_tier"], strict=True)
        ]
        ages = list(
            zip(
                (_("new: bought first in the last 90 days"), _("regular"), _("never bought")),
                self.found["by_age"],
                strict=True,
            )
        )
        titles = (_("By spending, in tenths (10 spends most)"), _("By tier now"), _("New and regular customers"))
        return [
            (title, [(label, self._shared(row)) for label, row in rows if row["members"]])
            for title, rows in zip(titles, (tenths, tiers, ages), strict=True)
        ]

    @property
    def everybody(self) -> dict[str, Any]:
        """Winners and losers among all."""
        return self._shared(self.found["all"])

    @staticmethod
    def _shared(row: dict[str, int]) -> dict[str, Any]:
        return {**row, "average_minor": _average(row["gain_minor"], row["members"])}

    @property
    def names(self) -> dict[str, str]:
        """What the two are called in charts."""
        return {"draft": _("this draft"), "base": _("compared with")}

    @property
    def tier_chart(self) -> dict[str, Any]:
        """Members on each level under both."""
        rows = [(tier, base, draft) for tier, base, draft, _more in self.tiers]
        return specs(lambda: charts.members_by_tier(rows, self.names))

    @property
    def gain_chart(self) -> dict[str, Any]:
        """What a member of each tenth gains."""
        rows = [
            (number, float(plain(_average(row["gain_minor"], row["members"]), self.currency)))
            for number, row in enumerate(self.found["deciles"])
            if number and row["members"]
        ]
        return specs(lambda: charts.gain_by_decile(rows))


def month_figures(row: Rehearsal) -> dict[str, Any]:
    """What the page of months shows: tiers of each side, points given in each month and owed at its end."""
    found: dict[str, Any] = row.result or {}
    figures = {"draft": reads.parse(row.text), "base": reads.parse(row.against)}
    names = {"draft": _("this draft"), "base": _("compared with")}
    mixes = []
    given: list[tuple[str, str, float]] = []
    owed: list[tuple[str, str, float]] = []
    tables: dict[str, list[int]] = {}
    for side, programme in figures.items():
        worth = {c.key: c.worth for c in programme.points if c.spendable and c.worth is not None}
        levels = programme.tiers.levels if programme.tiers else ()
        words = {level.key: named(level.name, level.key) for level in levels} | {"none": _("No tier yet")}
        keys = [key or "none" for key in found[side]["levels"]]
        mix = [
            (month, key, at["tiers"].get(key, 0))
            for month, at in zip(found["months"], found[side]["rows"], strict=True)
            for key in keys
        ]
        mixes.append((side, names[side], specs(lambda m=mix, k=keys, w=words: charts.tiers_by_month(m, k, w))))
        before = 0
        for month, at in zip(found["months"], found[side]["rows"], strict=True):
            so_far = sum(int((at["earned"][key] - at["clawed_back"][key]) * value) for key, value in worth.items())
            owes = sum(
                int(sum(at[name][key] for name in ("pending", "available", "held")) * value)
                for key, value in worth.items()
            )
            given.append((month, side, float(plain(so_far - before, programme.currency))))
            owed.append((month, side, float(plain(owes, programme.currency))))
            tables.setdefault(month, []).extend((so_far - before, owes))
            before = so_far
    return {
        "mixes": mixes,
        "given_chart": specs(lambda: charts.money_by_month(given, names)),
        "owed_chart": specs(lambda: charts.money_by_month(owed, names)),
        "table": [(month, *row) for month, row in tables.items()],
        "currency": figures["draft"].currency,
    }


def share(part: int, whole: int) -> str:
    """A share in percent, to two decimals."""
    if not whole:
        return "0.00"
    hundredths = (20_000 * part // whole + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _average(total: int, members: int) -> int:
    """An average in whole minor units, towards zero."""
    if not members:
        return 0
    return total // members if total >= 0 else -(-total // members)


def _named(text: str, tried: str) -> Programme:
    """The programme whose names are shown: the draft's as it is now, unless somebody has spoilt it meanwhile."""
    try:
        return reads.parse(text)
    except ValueError:
        return reads.parse(tried)

"""An answer's numbers as people read them: each column in words, groups and states by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.audience.segments.models import Segment
from regulars.flow.phrases import month, named
from regulars.insight.measures.catalogue import COUNT, DAY, GROUP, MEAN_MINOR, MINOR, NUMBER, REST, SHARE, STATE, Spec
from regulars.rules.programme import Programme
from regulars.screens import figures

_BARE_DAYS = ("period", "cohort")
_BEST_FIRST = ("loyal", "growing", "new", "back", "at_risk", "lost")


@dataclass(frozen=True, slots=True)
class Club:
    """What words need to know of the shop: its money, its levels, its points, its segments."""

    money: str
    tiers: Mapping[str, str]
    currencies: Mapping[str, str]
    segments: Mapping[str, str]
    main_currency: str


def club_of(programme: Programme | None) -> Club:
    """The shop's words in the active language."""
    levels = programme.tiers.levels if programme and programme.tiers else ()
    return Club(
        money=programme.currency if programme else "USD",
        tiers={level.key: named(level.name, level.key) for level in levels},
        currencies={one.key: named(one.name, one.key) for one in programme.points} if programme else {},
        segments=dict(Segment.objects.filter(archived_at__isnull=True).values_list("key", "name")),
        main_currency=programme.multiplied if programme else "",
    )


def state_names() -> dict[str, str]:
    """The states of the life cycle."""
    return {
        "new": pgettext("state of a member", "new"),
        "growing": pgettext("state of a member", "growing"),
        "loyal": pgettext("state of a member", "loyal"),
        "back": pgettext("state of a member", "back"),
        "at_risk": pgettext("state of a member", "at risk"),
        "lost": pgettext("state of a member", "lost"),
    }


def dimension_names() -> dict[str, str]:
    """What members can be cut and narrowed by."""
    return {
        "tier": _("Tier"),
        "segment": _("Segment"),
        "channel": _("Channel of the first order"),
        "first_category": _("Category of the first order"),
        "first_product": _("Product of the first order"),
        "campaign": _("Campaign of the first visit"),
        "source": _("Source"),
    }


def unit_names() -> dict[str, str]:
    """The lengths of a period."""
    return {"day": _("Day"), "week": _("Week"), "month": _("Month")}


def group_name(by: str, value: str | None, club: Club) -> str:
    """The name of a group of a cut."""
    if value is None:
        return _("No tier") if by == "tier" else pgettext("of a group", "none")
    if value == REST:
        return pgettext("of a group", "all others")
    if by == "tier":
        return club.tiers.get(value, value)
    return club.segments.get(value, value) if by == "segment" else value


def period_name(day: date, unit: str) -> str:
    """A period by its first day: ``Nov 2025``, ``week of 3 Nov 2025``, ``3 Nov 2025``."""
    if unit == "month":
        if figures.locale().language == "en":
            return format_date(day, "MMM y", locale=figures.locale())
        return month(day)
    if unit == "week":
        return _("week of %(day)s") % {"day": figures.day(day)}
    return figures.day(day)


def said(kind: str, value: Any, club: Club) -> str:
    """A value of that kind in words; a dash for none."""
    if value is None:
        return "–"
    locale = figures.locale()
    if kind == COUNT:
        return figures.whole(value) if value >= 0 else figures.signed(value)
    if kind == SHARE:
        return format_percent(value, "#,##0.00%" if 0 < abs(value) < 0.001 else "#,##0.0%", locale=locale)
    if kind in (MINOR, MEAN_MINOR):
        return figures.money(round(value), club.money)
    if kind == NUMBER:
        return format_decimal(value, "#,##0.##", locale=locale).replace("-", "−")
    return str(value)


def rows_of(spec: Spec, result: Mapping[str, Any], club: Club) -> list[dict[str, Any]]:
    """An answer's rows with words beside each column (``x_said``), money in major units, groups named.

    A period that began before anything was known is told as not ``complete``, and as known ``partly``.
    """
    params = result["params"]
    unit = params.get("unit", "month")
    by = params.get("by", "")
    kinds = {column.key: column.kind for column in spec.columns}
    order: Sequence[str] = list(club.tiers)[::-1] if spec.name == "tier_flows" else _BEST_FIRST
    ranks = {key: place for place, key in enumerate(order)}
    began = result.get("began") or ""
    found = []
    for values in result["rows"]:
        raw = dict(zip(result["columns"], values, strict=True))
        partly = bool(began) and raw.get("period", began) < began
        row: dict[str, Any] = {"complete": raw.get("complete", True) and not partly, "partly": partly, "raw": raw}
        for key, value in raw.items():
            kind = kinds.get(key)
            if kind is None:
                continue
            row[key] = float(figures.plain(round(value), club.money)) if _is_money(kind, value) else value
            row[f"{key}_said"] = _word(spec, key, kind, value, unit, club)
        if GROUP in raw:
            row["group"] = raw[GROUP]
            row["group_said"] = group_name(by, raw[GROUP], club)
        _more(spec, row, raw, ranks)
        found.append(row)
    return _ranked(found, by, club) if GROUP in result["columns"] else found


def _ranked(rows: list[dict[str, Any]], by: str, club: Club) -> list[dict[str, Any]]:
    """The rows group by group: levels from the lowest, other groups by their weight, all others and nobody's last."""
    weights: dict[Any, float] = {}
    for row in rows:
        weights[row["group"]] = weights.get(row["group"], 0) + sum(
            value for value in row["raw"].values() if isinstance(value, int | float)
        )
    levels: dict[Any, int] = {None: -1, **{key: rank for rank, key in enumerate(club.tiers)}}

    def place(row: Mapping[str, Any]) -> tuple[int, float]:
        group = row["group"]
        if by == "tier":
            return 0, levels.get(group, len(levels))
        return (2 if group is None else 1 if group == REST else 0), -weights[group]

    return sorted(rows, key=place)


def _is_money(kind: str, value: Any) -> bool:
    return kind in (MINOR, MEAN_MINOR) and value is not None


def _word(spec: Spec, key: str, kind: str, value: Any, unit: str, club: Club) -> str:
    if kind == DAY and value is not None:
        day = date.fromisoformat(value)
        return period_name(day, unit if key in _BARE_DAYS else "month" if key == "month" else "day")
    if kind == STATE:
        if spec.name == "tier_flows":
            return club.tiers.get(value, value) if value is not None else _("No tier")
        return state_names().get(value, value) if value is not None else _("not a customer yet")
    if key == "channel" and value is None:
        return pgettext("of a channel", "not said")
    if key == "currency":
        return club.currencies.get(value, value)
    return said(kind, value, club)


def _more(spec: Spec, row: dict[str, Any], raw: Mapping[str, Any], ranks: Mapping[Any, int]) -> None:
    """What single charts need besides."""
    if spec.name == "funnel":
        row["stage_said"] = f"{raw['step']}. {raw['name']}"
        row["line_said"] = f"{row['stage_said']} – {row['members_said']} · {row['of_first_said']}"
    for side in ("before", "after"):
        if side in raw:
            row[f"{side}_rank"] = ranks.get(raw[side], len(ranks))
    if spec.name == "bracket_retention":
        low, high = raw["from_n"], raw["to_n"]
        row["bracket_said"] = str(low) if low == high else f"{low}–{high}"


def in_cell(kind: str, value: Any, club: Club) -> str:
    """A value as short as a cell of a heat table needs it: whole percents, whole money without its sign."""
    if value is None:
        return ""
    if kind == SHARE:
        return format_percent(value, "#,##0%", locale=figures.locale())
    if kind in (MINOR, MEAN_MINOR):
        return figures.compact(round(figures.plain(round(value), club.money)))
    return said(kind, value, club)


def last_day_of(first: date, unit: str) -> date:
    """The last day of the period that begins then."""
    if unit == "month":
        return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first + timedelta(days=6) if unit == "week" else first

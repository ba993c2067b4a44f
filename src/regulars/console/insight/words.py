"""The sentences of insight's pages: what is looked at, what is missing and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.console.insight.told import Club, dimension_names, group_name, unit_names
from regulars.insight.measures.catalogue import DIMENSIONS, Spec
from regulars.screens import figures


def missing(what: str) -> tuple[str, str]:
    """What a shop has not sent yet, and what to do; two empty texts for nothing."""
    told = {
        "orders": (
            _("No orders have come yet."),
            _("Send Order Completed events to the API, or bring a file in with `regulars import`."),
        ),
        "order_lines": (
            _("No order has named its products yet."),
            _("Send Order Completed events with their products, each with its category."),
        ),
        "month": (
            _("No whole month with orders has passed yet."),
            _("These numbers compare months. The explorer shows weeks and days until then."),
        ),
        "visits": (
            _("No visits have been sent yet."),
            _("Send Product Viewed, Cart Viewed and other events from the shop or the app."),
        ),
        "seconds": (
            _("No visit says how long it took."),
            _("Send events with the property `seconds`."),
        ),
        "acts": (
            _("Nobody has reviewed, shared or suggested anything in the last 365 days."),
            _("Send Product Reviewed, Product Shared and Suggestion Made events."),
        ),
        "answers": (
            _("Nobody has answered a survey yet."),
            _("Send Survey Answered events with the properties `kind` (csat, nps, ces) and `score`."),
        ),
        "ledger": (
            _("No points have moved yet."),
            _("Apply a programme; points are earned with the next order."),
        ),
        "tier_changes": (
            _("Nobody has changed tier yet."),
            _("Tiers change with orders or at review, once a programme with tiers is in force."),
        ),
        "steps": (_("Choose the steps of the funnel."), _("At least two events, in the order they should happen.")),
        "days": (
            _("These days have not come yet."),
            _("Numbers end with the last whole day; choose an earlier first day."),
        ),
        "rows": (
            _("Nothing happened here in this time."),
            _("Look at a longer time, or take a filter away."),
        ),
    }  # fmt: skip
    return told.get(what, ("", ""))


def scope(spec: Spec, params: Mapping[str, Any], club: Club) -> str:
    """What a chart looks at, in a line: period, days, cut, filters."""
    parts = []
    if "unit" in spec.own:
        parts.append({"day": _("by day"), "week": _("by week"), "month": _("by month")}[params.get("unit", "month")])
    if params.get("kind") == "rolling":
        parts.append(_("rolling"))
    parts.append(days(params))
    if params.get("by"):
        parts.append(_("cut by %(dimension)s") % {"dimension": dimension_names()[params["by"]]})
    if "within_days" in spec.own:
        count = params.get("within_days", 7)
        parts.append(ngettext("within %(days)s day", "within %(days)s days", count) % {"days": figures.whole(count)})
    parts += [f"{label}: {value}" for _name, _value, label, value in chosen(params, club)]
    return capfirst(" · ".join(part for part in parts if part))


def days(params: Mapping[str, Any]) -> str:
    """The days that are looked at."""
    first, last = params.get("from"), params.get("to")
    if first and last:
        return f"{_day(first)} – {_day(last)}"
    if last:
        return _("until %(day)s") % {"day": _day(last)}
    return _("since %(day)s") % {"day": _day(first)} if first else ""


def chosen(params: Mapping[str, Any], club: Club) -> list[tuple[str, str, str, str]]:
    """Each filter: its name, its value, and both in words."""
    names = dimension_names()
    return [
        (name, value, names[name], group_name(name, value or None, club))
        for name in DIMENSIONS
        for value in params.get(name, [])
    ]


def unit_of(params: Mapping[str, Any]) -> str:
    """The length of a period in words."""
    return unit_names()[params.get("unit", "month")]


def chart_words() -> dict[str, str]:
    """The few words that only charts need."""
    return {
        "all": pgettext("of members", "all members"),
        "window": _("Active"),
        "members": _("Members"),
        "layer": _("Layer"),
        "group": _("Group"),
        "score": _("Score"),
    }


def _day(text: str) -> str:
    try:
        return figures.day(date.fromisoformat(text))
    except ValueError:
        return text

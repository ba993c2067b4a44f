"""The figures of a comparison in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.audience.strategies import LIFE_CYCLE
from regulars.console.insight.told import Club
from regulars.insight.measures.definitions import DEFINITIONS
from regulars.screens.figures import money, whole

ARROW = " → "
"""Between the two ends of a flow, a pair or a path, as the answer has them."""

_VALUES = {
    "time_to_second_order.days": lambda: _("half have come back after"),
    "inter_purchase_time.median_days": lambda: _("median"),
    "purchase_frequency.frequency": lambda: _("orders per buyer, last whole month"),
    "average_order.average_minor": lambda: _("last whole month"),
    "returning_share.order_share": lambda: _("of orders, last whole month"),
    "returning_share.revenue_share": lambda: _("of revenue, last whole month"),
    "repurchase_rate.rate": lambda: _("bought twice or more"),
    "rfm.orders": lambda: _("orders per buyer in a year"),
    "rfm.spent_minor": lambda: _("spent per buyer in a year"),
    "rfm.recency_days": lambda: _("days since the last order, on average"),
    "active_members.mau": lambda: _("active in 30 days"),
    "active_members.dau_mau": lambda: _("of them on the last day"),
    "loyalty_layers.index": lambda: _("index"),
    "loyalty_layers.think": lambda: _("think"),
    "loyalty_layers.do": lambda: _("do"),
    "loyalty_layers.feel": lambda: _("feel"),
    "redemption_rate.rate_so_far": lambda: _("of all points so far"),
}


def title(measure: str) -> str:
    """A measure's name."""
    return _("Buying in a year") if measure == "rfm" else str(DEFINITIONS[measure].title)


_GROUPS = {
    "retention": lambda group, club: _("bought in month %(n)s after the first") % {"n": group},
    "bracket_retention": lambda group, club: _("bought in months %(range)s after the first") % {"range": group},
    "second_order_by_day": lambda group, club: ngettext("within %(n)s day", "within %(n)s days", group) % {"n": group},
    "cohort_revenue": lambda group, club: (
        ngettext(
            "a member, up to %(n)s month after the first order",
            "a member, up to %(n)s months after the first order",
            group,
        )
        % {"n": group}
    ),
    "life_cycle": lambda group, club: _state(group),
    "life_cycle_flows": lambda group, club: _both_ends(group, _state),
    "tier_flows": lambda group, club: (
        _("%(flow)s, members")
        % {"flow": _both_ends(group, lambda key: club.tiers.get(key, key) if key else _("No tier"))}
    ),
    "interactions": lambda group, club: group or pgettext("of a channel", "not said"),
    "funnel": lambda group, club: _("got as far as %(event)s") % {"event": group.partition(ARROW)[2]},
    "paths": lambda group, club: group,
    "category_pairs": lambda group, club: _("%(pair)s, lift") % {"pair": " + ".join(group.split(ARROW))},
}


def value_name(row: dict[str, Any], club: Club) -> str:
    """Which figure of the measure it is."""
    group = row["group"]
    if row["measure"] in _GROUPS:
        return str(_GROUPS[row["measure"]](group, club))
    named = _VALUES.get(f"{row['measure']}.{row['value']}")
    said = named() if named else _("last whole month")
    return f"{said} · {club.currencies.get(group, group)}" if group else said


def _state(key: str) -> str:
    return str(LIFE_CYCLE[key].name) if key in LIFE_CYCLE else key or _("not a customer yet")


def _both_ends(flow: str, name: Callable[[str], str]) -> str:
    return ARROW.join(map(name, flow.split(ARROW)))


def said(value: Any, unit: str, currency: str) -> str:
    """A figure as a person reads it; a dash where there is none."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit == "money":
        return money(round(value), currency)
    if unit == "points":
        return whole(round(value))
    if unit == "days":
        return ngettext("%(days)s day", "%(days)s days", round(value)) % {"days": f"{value:.1f}".removesuffix(".0")}
    if unit == "seconds":
        return _("%(seconds)s s") % {"seconds": whole(round(value))}
    return whole(round(value)) if abs(value) >= 1000 else f"{value:.2f}".removesuffix(".00")


def difference(measure: str, first: Any, second: Any, unit: str) -> str:
    """How far the second is from the first: in points for shares and NPS, else in per cent of the first."""
    if first is None or second is None:
        return "–"
    if unit == "share":
        gap = 100 * (second - first)
        return _("%(gap)s points") % {"gap": _signed(gap)}
    if measure == "nps":
        return _("%(gap)s points") % {"gap": _signed(second - first)}
    if unit == "days":
        return ngettext("%(days)s day", "%(days)s days", round(second - first)) % {"days": _signed(second - first)}
    if not first:
        return "–" if second else "0%"
    return f"{_signed(100 * (second - first) / abs(first))}%"


def _signed(number: float) -> str:
    text = f"{abs(number):.1f}"
    return text if text == "0.0" else f"{'+' if number > 0 else '−'}{text}"

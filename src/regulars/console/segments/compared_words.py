"""The figures of a comparison in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.audience.strategies import LIFE_CYCLE
from regulars.screens.figures import money, whole

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
    "points_owed.owed": lambda: _("points"),
}


def title(measure: str) -> str:
    """A measure's name."""
    if measure == "rfm":
        return _("Buying in a year")
    named = _titles().get(measure)
    return named or measure


def _titles() -> dict[str, str]:
    return {
        "repurchase_rate": _("Repurchase rate"),
        "time_to_second_order": _("Time to the second order"),
        "inter_purchase_time": _("Days between orders"),
        "retention": _("Retention"),
        "purchase_frequency": _("Purchase frequency"),
        "average_order": _("Average order"),
        "returning_share": _("Share of returning customers"),
        "life_cycle": _("Life cycle"),
        "active_members": _("Active members"),
        "visits_per_member": _("Visits per member"),
        "depth": _("Depth of a visit"),
        "dwell_time": _("Dwell time"),
        "breadth": _("Breadth of use"),
        "loyalty_layers": _("Loyalty index"),
        "csat": _("Satisfaction (CSAT)"),
        "nps": _("Would recommend (NPS)"),
        "ces": _("Ease (CES)"),
        "active_rate": _("Active rate"),
        "redemption_rate": _("Redemption rate"),
        "points_owed": _("Points owed"),
    }


def value_name(row: dict[str, Any]) -> str:
    """Which figure of the measure it is."""
    group = row["group"]
    if row["measure"] == "retention":
        return _("bought in month %(n)s after the first") % {"n": group}
    if row["measure"] == "life_cycle":
        return str(LIFE_CYCLE[group].name) if group in LIFE_CYCLE else str(group)
    named = _VALUES.get(f"{row['measure']}.{row['value']}")
    said = named() if named else _("last whole month")
    return f"{said} · {group}" if group else said


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


def difference(first: Any, second: Any, unit: str, currency: str) -> str:
    """How far the second is from the first: in points of a hundred for shares, else in per cent of the first."""
    if first is None or second is None:
        return "–"
    if unit == "share":
        gap = 100 * (second - first)
        return _("%(gap)s points") % {"gap": _signed(gap)}
    if unit == "days":
        return ngettext("%(days)s day", "%(days)s days", round(second - first)) % {"days": _signed(second - first)}
    if not first:
        return "–" if second else "0%"
    return f"{_signed(100 * (second - first) / abs(first))}%"


def _signed(number: float) -> str:
    text = f"{abs(number):.1f}"
    return text if text == "0.0" else f"{'+' if number > 0 else '−'}{text}"

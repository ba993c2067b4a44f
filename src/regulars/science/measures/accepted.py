"""Which parameters each measure takes when it is asked by its name, and a sentence for those that it does not."""

from __future__ import annotations

from collections.abc import Iterable

DIMENSIONS = ("tier", "source", "channel", "first_category", "first_product", "campaign", "segment")
"""What members can be cut and narrowed by."""
_UNIT: tuple[str, ...] = ("unit", "from")
_FROM: tuple[str, ...] = ("from",)
_NOW: tuple[str, ...] = ()
_OWN: dict[str, tuple[str, ...]] = {
    "retention": (*_UNIT, "kind"),
    "bracket_retention": (*_UNIT, "brackets"),
    "repurchase_rate": _FROM,
    "second_order_by_day": (*_FROM, "days"),
    "time_to_second_order": (*_FROM, "days"),
    "inter_purchase_time": _FROM,
    "purchase_frequency": _UNIT,
    "average_order": _UNIT,
    "returning_share": _UNIT,
    "cohort_revenue": _UNIT,
    "active_members": _FROM,
    "visits_per_member": _UNIT,
    "depth": _UNIT,
    "dwell_time": _UNIT,
    "breadth": _UNIT,
    "csat": _UNIT,
    "nps": _UNIT,
    "ces": _UNIT,
    "think": _NOW,
    "do": _NOW,
    "feel": _NOW,
    "loyalty_index": _NOW,
    "loyalty_layers": _NOW,
    "interactions": _UNIT,
    "funnel": (*_FROM, "steps", "within_days"),
    "paths": (*_FROM, "length", "top"),
    "life_cycle": _FROM,
    "life_cycle_flows": _FROM,
    "tier_flows": _FROM,
    "category_pairs": (*_FROM, "minimum"),
    "active_rate": _UNIT,
    "redemption_rate": (*_UNIT, "currency"),
    "points_owed": (*_UNIT, "currency"),
}
_UNCUT = ("category_pairs",)
"""Measures that no cut divides."""
_ASIDE = ("segments_at",)
"""What changes no figure: an address says by it when the members of its segments were found, so that an older answer
is not taken for this one."""


def takes(measure: str) -> tuple[str, ...]:
    """The parameters of a measure besides the filters, which all have. Raises KeyError for one there is not."""
    return (*_OWN[measure], "to", *(() if measure in _UNCUT else ("by",)))


def refusal(measure: str, given: Iterable[str]) -> str:
    """What is wrong with the names of parameters, in a sentence; empty when the measure takes them all."""
    if measure not in _OWN:
        return f"there is no measure {measure!r}"
    own = takes(measure)
    wrong = sorted(set(given) - {*own, *DIMENSIONS, *_ASIDE})
    if not wrong:
        return ""
    return (
        f"{measure} does not take {', '.join(wrong)}: it takes {', '.join(own)} and the filters {', '.join(DIMENSIONS)}"
    )

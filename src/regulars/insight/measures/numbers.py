"""The ten numbers that matter: what each is called, how it is read, and where there is more of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from regulars.insight.measures.catalogue import COUNT, MINOR, NUMBER, SHARE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UP, DOWN, NEITHER = "up", "down", "neither"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a month. ``good``: the direction one wishes for; ``measure``: where there is more of it."""

    key: str
    kind: str
    good: str
    measure: str
    title: _StrPromise
    says: _StrPromise


_NUMBERS = (
    Number("revenue", MINOR, UP, "average_order", _("Revenue"), _("after discounts and refunds")),
    Number("active", COUNT, UP, "active_members", _("Active members"), _("bought or came by in the month")),
    Number("new", COUNT, UP, "retention", _("New customers"), _("first order in the month")),
    Number("retention", SHARE, UP, "retention", _("Back the month after"),
           _("of the month before's new customers, who bought again")),
    Number("returning", SHARE, UP, "returning_share", _("From returning customers"), _("of the revenue")),
    Number("average_order", MINOR, UP, "average_order", _("Average order"), _("revenue of an order")),
    Number("frequency", NUMBER, UP, "purchase_frequency", _("Orders a buyer"), _("in the month")),
    Number("at_risk", COUNT, DOWN, "life_cycle", _("Members at risk"), _("silent for one to three months")),
    Number("loyalty_index", NUMBER, UP, "loyalty_index", _("Loyalty index"), _("0 to 100, mean of all members")),
    Number("nps", NUMBER, UP, "nps", _("Recommendation (NPS)"), _("−100 to 100")),
    Number("points_owed", COUNT, NEITHER, "points_owed", _("Points owed"), _("at the end of the month")),
)  # fmt: skip
NUMBERS: Mapping[str, Number] = {number.key: number for number in _NUMBERS}
"""In the order they are shown. NPS takes the place of the index where members answer."""

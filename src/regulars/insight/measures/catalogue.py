"""What is known of each measure without computing it: its family, what it needs, what it may be asked, its columns.

Pages and forms are made from this; ``definitions`` has the words, ``science.measures`` the arithmetic. The web process
reads it, so nothing here loads a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNITS = ("day", "week", "month")
DIMENSIONS = ("tier", "segment", "channel", "first_category", "first_product", "campaign", "source")
"""What members can be cut and narrowed by: the same as ``science.measures.DIMENSIONS``."""
GROUP = "group"
REST = "~"
CHOICES_MOST = 100
"""So many values of a dimension, and names of events, a form offers: the most frequent."""

COUNT, SHARE, MINOR, MEAN_MINOR, NUMBER, DAY, TEXT, STATE, FLAG = (
    "count", "share", "minor", "mean_minor", "number", "day", "text", "state", "flag",
)  # fmt: skip
"""What a column holds: a whole number, a share of 1, minor units, a mean of them, a plain number, a day, words."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a measure: its key in the answer, what it holds and what it is called."""

    key: str
    kind: str
    title: _StrPromise


@dataclass(frozen=True, slots=True)
class Spec:
    """A measure as pages see it.

    ``needs``: the table without which it has nothing to say (``steps``: orders or visits). ``chart``: the picture
    (``charts``); ``value``: the column drawn. ``own``: parameters beyond filters. ``cell``: the columns that name a
    cell; ``counted``: the columns behind whose numbers members stand (none: empty); ``lost``: a cell can be turned to
    those who did not.
    """

    name: str
    family: str
    needs: str
    chart: str
    value: str
    columns: tuple[Column, ...]
    own: tuple[str, ...] = ("unit", "from")
    cut: bool = True
    cell: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    lost: bool = False

    def column(self, key: str) -> Column:
        """Raises KeyError for a column it does not have."""
        return next(column for column in self.columns if column.key == key)


_TITLES: Mapping[str, tuple[str, _StrPromise]] = {
    "cohort": (DAY, _("First order in")),
    "period": (DAY, _("Period")),
    "month": (DAY, _("Month")),
    "day": (DAY, _("Day")),
    "n": (NUMBER, _("Periods later")),
    "day_n": (NUMBER, _("Days after the first order")),
    "from_n": (NUMBER, _("From period")),
    "to_n": (NUMBER, _("To period")),
    "size": (COUNT, _("Members of the cohort")),
    "kept": (COUNT, _("Bought again")),
    "rate": (SHARE, pgettext_lazy("of a measure", "Rate")),
    "buyers": (COUNT, _("Buyers")),
    "returned": (COUNT, _("Came back")),
    "observed": (COUNT, _("Watched that long")),
    "share": (SHARE, pgettext_lazy("of a measure", "Share")),
    "days": (NUMBER, _("Days")),
    "gaps": (COUNT, _("Waits")),
    "mean_days": (NUMBER, _("Mean, days")),
    "p25_days": (NUMBER, _("A quarter within, days")),
    "median_days": (NUMBER, _("Half within, days")),
    "p75_days": (NUMBER, _("Three quarters within, days")),
    "orders": (COUNT, _("Orders")),
    "frequency": (NUMBER, _("Orders a buyer")),
    "revenue_minor": (MINOR, _("Revenue")),
    "average_minor": (MEAN_MINOR, _("Average order")),
    "returning_orders": (COUNT, _("Of returning customers")),
    "order_share": (SHARE, _("Share of orders")),
    "returning_minor": (MINOR, _("Revenue of returning customers")),
    "revenue_share": (SHARE, _("Share of revenue")),
    "share_of_first": (SHARE, _("Of the first period")),
    "cumulative_minor": (MINOR, _("Revenue so far")),
    "ltv_minor": (MEAN_MINOR, _("A member so far")),
    "dau": (COUNT, _("On the day")),
    "wau": (COUNT, _("In 7 days")),
    "mau": (COUNT, _("In 30 days")),
    "dau_wau": (SHARE, _("Day of 7 days")),
    "dau_mau": (SHARE, _("Day of 30 days")),
    "members": (COUNT, _("Members")),
    "visits": (COUNT, _("Visits")),
    "visits_per_member": (NUMBER, _("Visits a member")),
    "events": (COUNT, _("Events")),
    "events_per_visit": (NUMBER, _("Events a visit")),
    "seconds": (COUNT, _("Seconds")),
    "seconds_per_visit": (NUMBER, _("Seconds a visit")),
    "uses": (COUNT, _("Members × things")),
    "names_per_member": (NUMBER, _("Different things a member")),
    "answers": (COUNT, _("Answers")),
    "satisfied": (COUNT, _("Satisfied")),
    "csat": (SHARE, _("CSAT")),
    "balance": (COUNT, _("Promoters less detractors")),
    "nps": (NUMBER, _("NPS")),
    "easy": (COUNT, _("Found it easy")),
    "ces": (SHARE, _("CES")),
    "mean_score": (NUMBER, _("Mean score")),
    "band": (NUMBER, _("From score")),
    "mean": (NUMBER, _("Mean")),
    "heard": (COUNT, _("Who answered")),
    "think": (NUMBER, _("What they think")),
    "do": (NUMBER, _("What they do")),
    "feel": (NUMBER, _("What they feel")),
    "index": (NUMBER, _("Loyalty index")),
    "channel": (TEXT, _("Channel")),
    "step": (NUMBER, _("Step")),
    "name": (TEXT, _("Event")),
    "of_first": (SHARE, _("Of the first step")),
    "of_previous": (SHARE, _("Of the step before")),
    "complete_members": (COUNT, _("Windows that are over")),
    "path": (TEXT, _("Path")),
    "place": (NUMBER, _("Place")),
    "state": (STATE, _("State")),
    "before": (STATE, pgettext_lazy("state before", "Before")),
    "after": (STATE, pgettext_lazy("state after", "After")),
    "first": (TEXT, _("Who buys")),
    "second": (TEXT, _("also buys")),
    "support": (SHARE, _("Of all orders")),
    "confidence": (SHARE, _("Of orders with the first")),
    "lift": (NUMBER, _("Lift")),
    "active": (COUNT, _("Took part")),
    "currency": (TEXT, _("Points")),
    "earned": (COUNT, _("Earned, less what was taken back")),
    "spent": (COUNT, _("Spent")),
    "earned_so_far": (COUNT, _("Earned so far, less what was taken back")),
    "spent_so_far": (COUNT, _("Spent so far")),
    "rate_so_far": (SHARE, _("Rate so far")),
    "entered": (COUNT, _("Came in")),
    "left": (COUNT, _("Went out")),
    "owed": (COUNT, _("Owed at the end")),
}


def _columns(names: str, **others: tuple[str, str]) -> tuple[Column, ...]:
    """Columns by their keys; ``others`` take kind and title from another name."""
    return tuple(Column(key, *_TITLES[others[key][0] if key in others else key]) for key in names.split())


_NONE: tuple[str, ...] = ()
_SPECS = (
    Spec("retention", "retention", "orders", "heat", "rate", _columns("cohort n size kept rate"),
         ("unit", "from", "kind"), cell=("cohort", "n"), counted=("kept",), lost=True),
    Spec("bracket_retention", "retention", "orders", "brackets", "rate", _columns("cohort from_n to_n size kept rate"),
         ("unit", "from", "brackets"), cell=("cohort", "from_n", "to_n"), counted=("kept",), lost=True),
    Spec("repurchase_rate", "repurchase", "orders", "bars", "rate", _columns("buyers returned rate"),
         ("from",), counted=("returned",), lost=True),
    Spec("second_order_by_day", "repurchase", "orders", "curve", "rate",
         _columns("n observed returned rate", n=("day_n", "")), ("from", "days"), cell=("n",), counted=("returned",),
         lost=True),
    Spec("time_to_second_order", "repurchase", "orders", "bars", "days", _columns("share days"), ("from", "days")),
    Spec("inter_purchase_time", "repurchase", "orders", "range", "median_days",
         _columns("gaps mean_days p25_days median_days p75_days"), ("from",)),
    Spec("purchase_frequency", "repurchase", "orders", "lines", "frequency",
         _columns("period orders buyers frequency"), cell=("period",), counted=("buyers",)),
    Spec("average_order", "repurchase", "orders", "lines", "average_minor",
         _columns("period orders revenue_minor average_minor"), cell=("period",), counted=("orders",)),
    Spec("returning_share", "repurchase", "orders", "lines", "revenue_share",
         _columns("period orders returning_orders order_share revenue_minor returning_minor revenue_share"),
         cell=("period",), counted=("returning_orders",)),
    Spec("cohort_revenue", "value", "orders", "heat", "ltv_minor",
         _columns("cohort n size orders revenue_minor share_of_first cumulative_minor ltv_minor"),
         ("unit", "from", "value"), cell=("cohort", "n"), counted=("orders",)),
    Spec("active_members", "stickiness", "steps", "active", "dau_mau",
         _columns("day dau wau mau dau_wau dau_mau"), ("from",), cell=("day",), counted=("dau", "wau", "mau")),
    Spec("visits_per_member", "stickiness", "steps", "lines", "visits_per_member",
         _columns("period members visits visits_per_member"), cell=("period",), counted=("members",)),
    Spec("depth", "stickiness", "steps", "lines", "events_per_visit",
         _columns("period visits events events_per_visit"), cell=("period",), counted=("visits",)),
    Spec("dwell_time", "stickiness", "visits", "lines", "seconds_per_visit",
         _columns("period visits seconds seconds_per_visit"), cell=("period",), counted=("visits",)),
    Spec("breadth", "stickiness", "steps", "lines", "names_per_member",
         _columns("period members uses names_per_member"), cell=("period",), counted=("members",)),
    Spec("loyalty_index", "loyalty", "orders", "bands", "members", _columns("band members mean"), _NONE,
         cell=("band",), counted=("members",)),
    Spec("loyalty_layers", "loyalty", "orders", "layers", "index",
         _columns("members heard think do feel index"), _NONE),
    Spec("think", "loyalty", "answers", "bands", "members", _columns("band members mean"), _NONE, cell=("band",),
         counted=("members",)),
    Spec("do", "loyalty", "orders", "bands", "members", _columns("band members mean"), _NONE, cell=("band",),
         counted=("members",)),
    Spec("feel", "loyalty", "visits", "bands", "members", _columns("band members mean"), _NONE, cell=("band",),
         counted=("members",)),
    Spec("interactions", "loyalty", "steps", "stack", "events", _columns("period channel events members share"),
         cell=("period", "channel"), counted=("members",)),
    Spec("csat", "satisfaction", "answers", "lines", "csat", _columns("period answers satisfied csat mean_score"),
         cell=("period",), counted=("answers",)),
    Spec("nps", "satisfaction", "answers", "lines", "nps", _columns("period answers balance nps mean_score"),
         cell=("period",), counted=("answers",)),
    Spec("ces", "satisfaction", "answers", "lines", "ces", _columns("period answers easy ces mean_score"),
         cell=("period",), counted=("answers",)),
    Spec("funnel", "funnels", "steps", "steps", "members",
         _columns("step name members of_first of_previous complete_members"), ("from", "steps", "within_days"),
         cell=("step",), counted=("members",), lost=True),
    Spec("paths", "funnels", "steps", "paths", "members", _columns("place path members share"),
         ("from", "length"), cell=("path",), counted=("members",)),
    Spec("life_cycle", "life", "orders", "states", "members", _columns("month state members share"), ("from",),
         cell=("month", "state"), counted=("members",)),
    Spec("life_cycle_flows", "life", "orders", "flows", "members",
         _columns("month before after members share"), ("from",), cell=("month", "before", "after"),
         counted=("members",)),
    Spec("tier_flows", "life", "tier_changes", "flows", "members", _columns("month before after members"), ("from",),
         cell=("month", "before", "after"), counted=("members",)),
    Spec("category_pairs", "baskets", "order_lines", "pairs", "lift",
         _columns("first second orders support confidence lift"), ("from", "minimum"), cut=False),
    Spec("active_rate", "health", "ledger", "lines", "rate", _columns("period members active rate"), cell=("period",),
         counted=("active",), lost=True),
    Spec("redemption_rate", "health", "ledger", "lines", "rate_so_far",
         _columns("currency period earned spent rate earned_so_far spent_so_far rate_so_far"),
         ("unit", "from", "currency")),
    Spec("points_owed", "health", "ledger", "lines", "owed", _columns("currency period entered left owed"),
         ("unit", "from", "currency")),
)  # fmt: skip
SPECS: Mapping[str, Spec] = {spec.name: spec for spec in _SPECS}
"""Every measure by its name, in the order that pages show them."""

FAMILIES: Mapping[str, tuple[_StrPromise, _StrPromise]] = {
    "retention": (_("Retention and cohorts"), _("Who comes back after the first order, and when.")),
    "repurchase": (_("Repurchase"), _("How often members buy, how soon again, and what an order brings.")),
    "value": (_("Cohort value"), _("What members have brought since their first order.")),
    "stickiness": (_("Stickiness"), _("How often members come by, and what they do then.")),
    "loyalty": (_("Loyalty layers and index"), _("What members think, do and feel, and one number of it.")),
    "satisfaction": (_("Satisfaction"), _("What members answer: CSAT, NPS and CES.")),
    "funnels": (_("Funnels and paths"), _("Which way members go, and where they stop.")),
    "life": (_("Life cycle and tiers"), _("Who is new, loyal, at risk or lost, and who rises or falls.")),
    "baskets": (_("Baskets"), _("What is bought together.")),
    "health": (_("Programme health"), _("Who takes part, what becomes of the points, and what is owed.")),
}
"""The families of measures: name, and what the page answers."""


def of_family(family: str) -> list[Spec]:
    """A family's measures, in order."""
    return [spec for spec in _SPECS if spec.family == family]

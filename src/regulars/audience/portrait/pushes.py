"""What pushes a member's chance of leaving up or down, in plain words: the model's columns taken together by what they
tell of her.

Columns that say nearly the same share their weight in ways that mean nothing by themselves; their sum does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.screens.figures import about, whole

STRONG, SOME = 1.0, 0.3
"""Log-odds from which a push is called strong, and from which it is worth a word."""
_GROUP = {
    "recency": "rhythm",
    "overdue": "rhythm",
    "gap_mean": "rhythm",
    "gap_deviation": "rhythm",
    "alive": "rhythm",
    "tenure": "often",
    "frequency": "often",
    "frequency_recent": "often",
    "frequency_short": "often",
    "spend_mean": "spend",
    "spend_trend": "spend",
    "categories": "variety",
    "discount_share": "discount",
    "visit": "visits",
}


@dataclass(frozen=True, slots=True)
class Push:
    """``said``: what is known of her; ``effect``: how much that pushes, and which way, in words. ``log_odds`` above 0:
    towards leaving, against the average member."""

    key: str
    said: str
    effect: str
    log_odds: float


def pushes(reasons: Sequence[dict[str, Any]], currency: str) -> list[Push]:
    """The groups, the strongest first. reasons: as ``audience.scores.reads.reasons``."""
    sums: dict[str, float] = {}
    values: dict[str, float | None] = {}
    for one in reasons:
        feature = str(one["name"]).removesuffix("_unknown")
        key = _GROUP.get(feature, feature)
        sums[key] = sums.get(key, 0.0) + one["push"]
        values[feature] = one["value"]
    found = [Push(key, _said(key, values, currency), effect(push), push) for key, push in sums.items()]
    return sorted((one for one in found if one.said), key=lambda one: -abs(one.log_odds))


def effect(log_odds: float) -> str:
    """How much a push is, and which way."""
    size = abs(log_odds)
    if size < SOME:
        return _("hardly matters")
    if log_odds > 0:
        return _("raises the risk a lot") if size >= STRONG else _("raises the risk somewhat")
    return _("lowers the risk a lot") if size >= STRONG else _("lowers the risk somewhat")


def _said(key: str, values: dict[str, float | None], currency: str) -> str:
    if key == "rhythm":
        since, gap = _days(values.get("recency")), _days(values.get("gap_mean"))
        text = ngettext("The last order was %(days)s day ago", "The last order was %(days)s days ago", since or 0)
        text %= {"days": whole(since or 0)}
        if gap is None:
            return text + _(", and there is no pause yet to compare that with")
        return text + ngettext(", with a usual pause of %(gap)s day", ", with a usual pause of %(gap)s days", gap) % {
            "gap": whole(gap)
        }
    if key == "often":
        days, lately = _exp(values.get("frequency")), _expm1(values.get("frequency_recent"))
        return ngettext(
            "Ordered on %(days)s day, %(lately)s of them in the last 90 days",
            "Ordered on %(days)s days, %(lately)s of them in the last 90 days",
            days,
        ) % {"days": whole(days), "lately": whole(lately)}
    if key == "spend":
        mean = about(_expm1(values.get("spend_mean")), currency)
        trend = values.get("spend_trend") or 0.0
        way = (
            _("more than before") if trend > 0.1 else _("less than before") if trend < -0.1 else _("as much as before")
        )
        return _("Spends %(mean)s a time, and %(way)s in the last 90 days") % {"mean": mean, "way": way}
    if key == "variety":
        return ngettext(
            "Buys from %(count)s category", "Buys from %(count)s categories", _exp(values.get("categories"))
        ) % {"count": whole(_exp(values.get("categories")))}
    if key == "discount":
        share = values.get("discount_share")
        return (
            "" if share is None else _("%(percent)s%% of list prices were discounts") % {"percent": round(100 * share)}
        )
    if key == "visits":
        since = _days(values.get("visit"))
        if since is None:
            return _("No visit is known, only orders")
        return ngettext("The last visit was %(days)s day ago", "The last visit was %(days)s days ago", since) % {
            "days": whole(since)
        }
    return key


def _exp(value: float | None) -> int:
    return 0 if value is None else round(math.exp(value))


def _expm1(value: float | None) -> int:
    return 0 if value is None else round(math.expm1(value))


def _days(value: float | None) -> int | None:
    return None if value is None else round(math.expm1(value))

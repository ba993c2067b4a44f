"""What conditions, kinds and traits are called, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from regulars.audience.segments.models import CELL, KINDS, LIST, MODEL
from regulars.audience.strategies import RFM
from regulars.screens.figures import money, whole

OF_KIND: dict[str, Any] = {
    "orders": gettext_lazy("Number of orders"),
    "spent": gettext_lazy("Money spent"),
    "last_order": gettext_lazy("Last order"),
    "first_order": gettext_lazy("First order"),
    "did": gettext_lazy("Did something else"),
    "sequence": gettext_lazy("One thing after another"),
    "joined": gettext_lazy("Joined the club"),
    "tier": gettext_lazy("Tier"),
    "points": gettext_lazy("Points to spend"),
    "source": gettext_lazy("Came from"),
    "traits": gettext_lazy("Trait"),
    "rating": gettext_lazy("Review's stars"),
    "csat": gettext_lazy("Satisfaction (CSAT)"),
    "nps": gettext_lazy("Would recommend (NPS)"),
    "ces": gettext_lazy("Ease (CES)"),
    "score.alive": gettext_lazy("Chance of still being a customer (0–1)"),
    "score.orders": gettext_lazy("Orders expected in 90 days"),
    "score.value": gettext_lazy("Worth expected in a year"),
    "score.leaving_30": gettext_lazy("Chance of leaving within 30 days (0–1)"),
    "score.leaving_60": gettext_lazy("Chance of leaving within 60 days (0–1)"),
    "score.leaving_90": gettext_lazy("Chance of leaving within 90 days (0–1)"),
    "segment": gettext_lazy("In another segment"),
    "raw": gettext_lazy("As text"),
}


def kind_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """What a new condition can be, by theme."""
    themes = [
        (_("Buying"), ("orders", "spent", "last_order", "first_order")),
        (_("Doing"), ("did", "sequence")),
        (_("Standing"), ("tier", "points", "joined", "source", "traits")),
        (_("Feedback"), ("rating", "csat", "nps", "ces")),
        (_("Scores"), tuple(kind for kind in OF_KIND if kind.startswith("score."))),
        (_("More"), ("segment", "raw")),
    ]
    return [(theme, [(kind, OF_KIND[kind]) for kind in kinds]) for theme, kinds in themes]


def kind_name(kind: str) -> str:
    """Where a segment's members come from, as a word: conditions, list, chart, model."""
    return str(dict(KINDS).get(kind, kind))


def windows(kind: str) -> list[tuple[str, str]]:
    """Which days a condition can look at."""
    if kind == "sequence":
        return [("ever", pgettext("days", "at any time")), ("between", _("from day to day"))]
    first = [("ever", pgettext("days", "at any time"))]
    return [
        *first,
        ("within_days", _("in the last … days")),
        ("before_days", _("more than … days ago")),
        ("from_to_days", _("between … and … days ago")),
        ("between", _("from day to day")),
    ]


FEATURES: dict[str, Any] = {
    "recency_days": gettext_lazy("days since the last order"),
    "orders": gettext_lazy("orders"),
    "average_order_minor": gettext_lazy("average order"),
    "tenure_days": gettext_lazy("days since the first order"),
    "categories": gettext_lazy("categories bought"),
    "discount_share": gettext_lazy("share of the price taken off by discounts"),
    "returned_share": gettext_lazy("share of money returned"),
}
"""By ``science.clusters.FEATURES``."""

_TRAITS: dict[tuple[str, bool], Any] = {
    ("recency_days", True): gettext_lazy("bought less lately than the others"),
    ("recency_days", False): gettext_lazy("bought more lately than the others"),
    ("orders", True): gettext_lazy("buy often"),
    ("orders", False): gettext_lazy("have bought seldom"),
    ("average_order_minor", True): gettext_lazy("buy much at once"),
    ("average_order_minor", False): gettext_lazy("buy little at once"),
    ("tenure_days", True): gettext_lazy("have been customers for longer"),
    ("tenure_days", False): gettext_lazy("came later than the others"),
    ("categories", True): gettext_lazy("buy from many categories"),
    ("categories", False): gettext_lazy("buy from few categories"),
    ("discount_share", True): gettext_lazy("buy at a discount"),
    ("discount_share", False): gettext_lazy("pay the full price"),
    ("returned_share", True): gettext_lazy("return much"),
    ("returned_share", False): gettext_lazy("return hardly anything"),
}
_NAMES: dict[tuple[str, bool], Any] = {
    ("recency_days", True): gettext_lazy("Less recent"),
    ("recency_days", False): gettext_lazy("Just here"),
    ("orders", True): gettext_lazy("Frequent buyers"),
    ("orders", False): gettext_lazy("Occasional buyers"),
    ("average_order_minor", True): gettext_lazy("Large baskets"),
    ("average_order_minor", False): gettext_lazy("Small baskets"),
    ("tenure_days", True): gettext_lazy("Old friends"),
    ("tenure_days", False): gettext_lazy("Came later"),
    ("categories", True): gettext_lazy("All over the shop"),
    ("categories", False): gettext_lazy("One corner of the shop"),
    ("discount_share", True): gettext_lazy("Bargain hunters"),
    ("discount_share", False): gettext_lazy("Full price"),
    ("returned_share", True): gettext_lazy("Returners"),
    ("returned_share", False): gettext_lazy("Keepers"),
}


def cluster_name(group: dict[str, Any]) -> str:
    """A found group by what sets it apart most, and its number, by which it stays itself."""
    traits = group["traits"]
    if not traits:
        return _("%(number)s · Like everybody") % {"number": group["number"]}
    strongest = traits[0]
    return f"{group['number']} · {_NAMES[(strongest['feature'], strongest['apart'] > 0)]}"


def portrait(group: dict[str, Any]) -> str:
    """What sets a found group apart, in a sentence."""
    traits = group["traits"]
    if not traits:
        return _("They are like everybody in all that is looked at.")
    said = [str(_TRAITS[(trait["feature"], trait["apart"] > 0)]) for trait in traits]
    return _("They %(these)s.") % {"these": listed(said)}


def listed(words: list[str]) -> str:
    """Words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    comma = pgettext("between the items of a list", ", ")
    return _("%(these)s and %(last)s") % {"these": comma.join(words[:-1]), "last": words[-1]}


def feature_value(feature: str, value: float, currency: str) -> str:
    """A feature's value as a person reads it."""
    if feature.endswith("_minor"):
        return money(round(value), currency)
    if feature.endswith("_share"):
        return f"{100 * value:.1f}%"
    if feature.endswith("_days"):
        return ngettext("%(days)s day", "%(days)s days", round(value)) % {"days": whole(round(value))}
    return whole(round(value)) if value >= 10 else f"{value:.1f}"


def group_name(key: str) -> str:
    """An RFM group in words."""
    group = RFM.get(key)
    return str(group.name) if group else key


def where_from(kind: str, definition: dict[str, Any]) -> str:
    """What a segment without conditions rests on, in a sentence; empty for one with conditions."""
    if kind == LIST:
        return _("Members from a list that was uploaded. They stay until another list is uploaded.")
    if kind == CELL:
        return _("The members behind a chart's cell, found anew with every refresh.")
    if kind != MODEL:
        return ""
    if definition.get("model") == "clusters":
        return _("A group that a model found. The model is kept with the segment, so the group stays the same.")
    cell = definition.get("cell")
    if cell:
        said = ", ".join(f"{name.upper()} {score}" for name, score in sorted(cell.items(), reverse=True))
        return _("RFM with the scores %(scores)s; the cuts are set anew with every refresh.") % {"scores": said}
    return _("The RFM group “%(group)s”; the cuts are set anew with every refresh.") % {
        "group": group_name(str(definition.get("group", "")))
    }

"""Pages of groups that are computed: RFM with its cuts, and clusters with a portrait each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience import strategies
from regulars.console import charts as dressed
from regulars.console.segments import charts, shared, words
from regulars.inquiries import asking
from regulars.screens.figures import money, whole

WINDOWS = (90, 180, 365, 730)
SCORES = (5, 4, 3, 2, 1)


def rfm_page(request: HttpRequest) -> HttpResponse:
    """RFM: the grid, the cuts in words, and the groups with what to do; the answer alone when htmx asks for it."""
    shared.may(request, shared.SEE)
    days = next((one for one in WINDOWS if str(one) == request.GET.get("days")), 365)
    answer = asking.ask("audience.rfm", {"window_days": days}, wait_seconds=shared.WAIT_SECONDS)
    context = shared.page(
        request, _("RFM"), "rfm", days=days, windows=WINDOWS, answer=answer, again=request.get_full_path()
    )
    if answer.result and answer.result["members"]:
        context |= _rfm(answer.result, days, shared.currency_of(request))
    part = request.headers.get("HX-Request") == "true"
    return TemplateResponse(request, "console/segments/_rfm.html" if part else "console/segments/rfm.html", context)


def _rfm(result: dict[str, Any], days: int, currency: str) -> dict[str, Any]:
    whole_count = result["members"]
    cells = [
        {
            **cell,
            "address": behind_address(
                {"model": "rfm", "window_days": days, "cell": {"r": cell["r"], "fm": cell["fm"]}}
            ),
        }
        for cell in result["cells"]
    ]
    groups = [
        {
            **group,
            "name": words.group_name(group["group"]),
            "who": strategies.RFM[group["group"]].who,
            "note": strategies.RFM[group["group"]].note,
            "percent": 100 * group["members"] / whole_count,
            "spent": money(group["spent_minor"], currency),
            "per_member": money(round(group["spent_minor"] / group["members"]), currency),
            "address": behind_address({"model": "rfm", "window_days": days, "group": group["group"]}),
        }
        for group in result["groups"]
    ]
    by_cell = {(cell["r"], cell["fm"]): cell for cell in cells}

    def cell_of(r: int, fm: int) -> dict[str, Any]:
        known = by_cell.get((r, fm), {"members": 0})
        return {**known, "group": words.group_name(result["published"][str(r)][fm - 1])}

    table = [(r, [cell_of(r, fm) for fm in reversed(SCORES)]) for r in SCORES]
    return {
        "chart": dressed.specs(lambda: charts.grid(cells)),
        "cuts": cut_words(result["cuts"], currency),
        "flat": [_flat()[name] for name in result["flat"]],
        "groups": groups,
        "table": table,
        "members": whole_count,
    }


def cut_words(cuts: dict[str, list[int]], currency: str) -> list[tuple[int, str, str, str]]:
    """For each score, 5 first: what it says of days, orders and money; a dash where nobody can have it."""
    recency, orders, spent = cuts["recency_days"], cuts["orders"], cuts["spent_minor"]

    def amount(value: int) -> str:
        return money(value, currency)

    rows = []
    for score in SCORES:
        # recency counts downward: score 5 ends at the first cut
        r_low, r_high = (recency[4 - score] if score < 5 else None), (recency[5 - score] if score > 1 else None)
        i = score - 1
        rows.append(
            (
                score,
                _range(r_low, r_high),
                _range(orders[i - 1] if i else None, orders[i] if i < 4 else None),
                _span(spent[i - 1] if i else None, spent[i] if i < 4 else None, amount),
            )
        )
    return rows


def _range(above: int | None, upto: int | None) -> str:
    """Whole numbers above one cut and up to the next."""
    if above is not None and upto is not None:
        if above == upto:
            return "–"
        return whole(upto) if above + 1 == upto else f"{whole(above + 1)}–{whole(upto)}"
    if upto is not None:
        return _("to %(upto)s") % {"upto": whole(upto)}
    assert above is not None
    return _("%(least)s or more") % {"least": whole(above + 1)}


def _span(above: int | None, upto: int | None, said: Any) -> str:
    """Values above one cut and up to the next."""
    if above is not None and upto is not None:
        return "–" if above == upto else _("over %(above)s, to %(upto)s") % {"above": said(above), "upto": said(upto)}
    if upto is not None:
        return _("to %(upto)s") % {"upto": said(upto)}
    return _("over %(above)s") % {"above": said(above)}


def _flat() -> dict[str, str]:
    return {
        "recency_days": _("Most members ordered last on the same day, so recency hardly tells them apart."),
        "orders": _("Most members have the same number of orders, so frequency hardly tells them apart."),
        "spent_minor": _("Most members spent the same, so money hardly tells them apart."),
    }


def clusters_page(request: HttpRequest) -> HttpResponse:
    """The groups that a model finds, each with its portrait; the answer alone when htmx asks for it."""
    shared.may(request, shared.SEE)
    answer = asking.ask("audience.clusters", {}, wait_seconds=shared.WAIT_SECONDS)
    context = shared.page(
        request, _("Groups that a model finds"), "clusters", answer=answer, again=request.get_full_path()
    )
    if answer.result and answer.result.get("groups"):
        context |= _clusters(answer.result, shared.currency_of(request))
    part = request.headers.get("HX-Request") == "true"
    name = "console/segments/_clusters.html" if part else "console/segments/clusters.html"
    return TemplateResponse(request, name, context)


def _clusters(result: dict[str, Any], currency: str) -> dict[str, Any]:
    groups = [
        {
            "number": group["number"],
            "name": words.cluster_name(group),
            "said": words.portrait(group),
            "members": group["members"],
            "percent": 100 * group["share"],
            "per_member": money(round(group["spent_minor"] / max(group["members"], 1)), currency),
            "spent": money(group["spent_minor"], currency),
            "traits": [
                {
                    "name": words.FEATURES[trait["feature"]],
                    "here": words.feature_value(trait["feature"], trait["here"], currency),
                    "everybody": words.feature_value(trait["feature"], trait["everybody"], currency),
                    "apart": f"{trait['apart']:+.1f}".replace("-", "−"),
                }
                for trait in group["traits"]
            ],
            "notes": strategies.of_traits(group["traits"]),
            "address": behind_address({"model": "clusters", "group": str(group["number"])}),
        }
        for group in result["groups"]
    ]
    best = max(result["silhouettes"].values())
    return {"groups": groups, "members": result["members"], "silhouette": best, "soft": best < 0.25}


def behind_address(definition: dict[str, Any]) -> str:
    """The page of the members of a group or cell."""
    asked: dict[str, str] = {"model": definition["model"]}
    if "window_days" in definition:
        asked["days"] = str(definition["window_days"])
    if "group" in definition:
        asked["group"] = definition["group"]
    for name, score in definition.get("cell", {}).items():
        asked[name] = str(score)
    return f"{reverse('admin:segments_group')}?{urlencode(asked)}"

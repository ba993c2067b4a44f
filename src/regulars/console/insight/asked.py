"""A question as an address holds it: read from what a form or a link says, and written back.

The same address asks the same tomorrow: it is what is shared, kept under a name and laid behind a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from regulars.audience.segments.models import Segment
from regulars.insight.measures.catalogue import DIMENSIONS, SPECS, UNITS, Spec
from regulars.insight.measures.definitions import DEFINITIONS

NUMBERS = {"days": 90, "within_days": 7, "length": 3, "minimum": 20}
"""Whole numbers that a measure may be asked with, and what they are when nobody says."""
VALUES = {"cohort_revenue": ("ltv_minor", "share_of_first", "revenue_minor")}
"""Where a chart can show another column than its own."""
KINDS = ("classic", "rolling")
BRACKETS = ("1-1,2-3,4-6", "1-3,4-6", "1-2,3-6,7-12")
STEPS_MOST = 5
_TEXT_MOST = 200


def read(spec: Spec, query: QueryDict) -> dict[str, Any]:
    """The parameters of a question, each only where something is said; what means nothing is left out."""
    params: dict[str, Any] = {}
    for name in DIMENSIONS:
        values = sorted({value[:_TEXT_MOST] for value in query.getlist(name) if value})
        if values:
            params[name] = ["" if value == "-" else value for value in values]
    if spec.cut and query.get("by") in DIMENSIONS:
        params["by"] = query["by"]
    for name in ("from", "to"):
        if query.get(name) and (name == "to" or "from" in spec.own):
            params[name] = query[name][:10]
    if "unit" in spec.own:
        params["unit"] = query["unit"] if query.get("unit") in UNITS else "month"
    if "kind" in spec.own and query.get("kind") == "rolling":
        params["kind"] = "rolling"
    for name, otherwise in NUMBERS.items():
        if name in spec.own:
            given = query.get(name, "")
            params[name] = int(given) if given.isdigit() and len(given) < 8 else otherwise
    if "steps" in spec.own:
        params["steps"] = [step[:_TEXT_MOST] for step in query.getlist("steps") if step][:STEPS_MOST]
    if "brackets" in spec.own:
        params["brackets"] = _brackets(query.get("brackets") or BRACKETS[0])
    if "currency" in spec.own and query.get("currency"):
        params["currency"] = query["currency"][:_TEXT_MOST]
    return params


def asked(spec: Spec, params: Mapping[str, Any]) -> dict[str, Any]:
    """As ``read``, with when the named segments were refreshed last: their members are no part of the lake."""
    named = params.get("segment")
    if not named and params.get("by") != "segment":
        return dict(params)
    rows = Segment.objects.all() if params.get("by") == "segment" else Segment.objects.filter(key__in=named or [])
    return {**params, "segments_at": rows.aggregate(at=Max("refreshed_at"))["at"]}


def shown_value(spec: Spec, query: QueryDict) -> str:
    """The column that the chart shows."""
    wanted = query.get("value", "")
    return wanted if wanted in VALUES.get(spec.name, ()) else spec.value


def write(params: Mapping[str, Any], **more: str) -> str:
    """The address's part after the question mark; the same question always gives the same."""
    pairs: list[tuple[str, str]] = []
    for name, value in sorted({**params, **more}.items()):
        if value in (None, "", []):
            continue
        if name == "brackets":
            pairs.append((name, ",".join(f"{low}-{high}" for low, high in value)))
        elif isinstance(value, list | tuple):
            pairs += [(name, "-" if one == "" else str(one)) for one in value]
        elif NUMBERS.get(name) != value and (name, value) != ("unit", "month"):
            pairs.append((name, str(value)))
    return urlencode(pairs)


def behind(spec: Spec, params: Mapping[str, Any], cell: Mapping[str, Any], label: str) -> str:
    """The address of the members behind a cell; empty as long as there is no such page."""
    try:
        address = reverse("admin:insight_behind")
    except NoReverseMatch:
        return ""
    asked_for = {name: value for name, value in params.items() if name not in ("segments_at", "currency")}
    return (
        address
        + "?"
        + urlencode({"measure": spec.name, "params": _json(asked_for), "cell": _json(cell), "label": label})
    )


def spec_of(name: str | None) -> Spec:
    """A measure by its name; retention for one there is not."""
    return SPECS.get(name or "", SPECS["retention"])


def _brackets(text: str) -> list[list[int]]:
    """``1-1,2-3`` as pairs; the usual ones where it cannot be read."""
    try:
        pairs = [[int(number) for number in pair.split("-")] for pair in text.split(",")]
    except ValueError:
        pairs = []
    good = pairs and all(len(pair) == 2 and 1 <= pair[0] <= pair[1] <= 1000 for pair in pairs)
    return pairs if good else _brackets(BRACKETS[0])


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def without(params: Mapping[str, Any], name: str, value: str | None = None) -> dict[str, Any]:
    """The parameters less one, or less one value of it."""
    rest = {key: kept for key, kept in params.items() if key != name}
    left: Iterable[Any] = [one for one in params.get(name, []) if one != value] if value is not None else []
    return {**rest, name: list(left)} if left else rest


def title_of(spec: Spec) -> str:
    """What a measure is called."""
    return str(DEFINITIONS[spec.name].title)

"""A question as an address holds it: read from what a form or a link says, and written back.

The same address asks the same tomorrow: it is what is shared, kept under a name and laid behind a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from regulars.audience.segments.models import Segment
from regulars.insight.measures.catalogue import DIMENSIONS, SPECS, UNITS, Spec
from regulars.insight.measures.definitions import DEFINITIONS
from regulars.screens.numbers import number_in

NUMBERS = {"days": 90, "within_days": 7, "length": 3, "minimum": 20}
"""Whole numbers that a measure may be asked with, and what they are when nobody says; each is at least 1."""
MOST = {"days": 730, "within_days": 365, "length": 8, "minimum": 1_000_000}
VALUES = {"cohort_revenue": ("ltv_minor", "share_of_first", "revenue_minor")}
"""Where a chart can show another column than its own."""
KINDS = ("classic", "rolling")
BRACKETS = ("1-1,2-3,4-6", "1-3,4-6", "1-2,3-6,7-12")
STEPS_MOST = 5
_TEXT_MOST = 200


def read(spec: Spec, query: QueryDict) -> dict[str, Any]:
    """The parameters of a question, each only where something is said; what means nothing is left out (``faults``)."""
    params: dict[str, Any] = {}
    for name in DIMENSIONS:
        values = sorted({value[:_TEXT_MOST] for value in query.getlist(name) if value and "\0" not in value})
        if values:
            params[name] = ["" if value == "-" else value for value in values]
    if spec.cut and query.get("by") in DIMENSIONS:
        params["by"] = query["by"]
    for name in ("from", "to"):
        day = day_of(query.get(name, ""))
        if day and (name == "to" or "from" in spec.own):
            params[name] = day.isoformat()
    if params.get("from", "") > params.get("to", "9999"):
        del params["from"]
    if "unit" in spec.own:
        params["unit"] = query["unit"] if query.get("unit") in UNITS else "month"
    if "kind" in spec.own and query.get("kind") == "rolling":
        params["kind"] = "rolling"
    for name, otherwise in NUMBERS.items():
        if name in spec.own:
            params[name] = number_of(name, query.get(name, "")) or otherwise
    if "steps" in spec.own:
        params["steps"] = [step[:_TEXT_MOST] for step in query.getlist("steps") if step and "\0" not in step][
            :STEPS_MOST
        ]
    if "brackets" in spec.own:
        params["brackets"] = brackets_of(query.get("brackets", "")) or brackets_of(BRACKETS[0])
    if "currency" in spec.own and query.get("currency") and "\0" not in query["currency"]:
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


def day_of(text: str) -> date | None:
    """A day as ``2026-01-31``; None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def number_of(name: str, text: str) -> int | None:
    """A whole number within the bounds of that parameter; None for any other text."""
    found = number_in(text)
    return found if 1 <= found <= MOST[name] else None


def brackets_of(text: str) -> list[list[int]] | None:
    """``1-1,2-3`` as pairs of periods; None where it cannot be read."""
    pairs = [pair.split("-") for pair in text[:_TEXT_MOST].split(",")]
    if not all(
        len(pair) == 2 and all(one.isascii() and one.isdigit() and len(one) < 5 for one in pair) for pair in pairs
    ):
        return None
    found = [[int(low), int(high)] for low, high in pairs]
    return found if all(1 <= low <= high <= 1000 for low, high in found) else None


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

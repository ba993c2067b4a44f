"""The fields of a question's form: what may be chosen, and what is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.console.insight import asked
from regulars.console.insight.told import Club, dimension_names, group_name, unit_names
from regulars.insight.measures.catalogue import CHOICES_MOST, DIMENSIONS, FAMILIES, SPECS, UNITS, Spec

ORDERED = "Order Completed"
Option = tuple[str, str]


def own_fields(specs: Sequence[Spec], params: Mapping[str, Any], query: QueryDict, club: Club) -> list[dict[str, Any]]:
    """Period, days, cut, and what single measures need; ``specs``: the measures that the form is for."""
    own = {name for spec in specs for name in spec.own}
    found: list[dict[str, Any]] = []
    if "unit" in own:
        found.append(_choice("unit", _("Period"), [(unit, unit_names()[unit]) for unit in UNITS], params.get("unit")))
    if "from" in own:
        found.append({"name": "from", "label": _("From"), "type": "date", "value": params.get("from", "")})
    found.append({"name": "to", "label": _("To"), "type": "date", "value": params.get("to", "")})
    if any(spec.cut for spec in specs):
        names = dimension_names()
        options = [("", pgettext("a cut", "no cut")), *((name, names[name]) for name in DIMENSIONS)]
        found.append(_choice("by", _("Cut by"), options, params.get("by", "")))
    if "kind" in own:
        kinds = [("classic", _("in that period")), ("rolling", _("in that period or later"))]
        found.append(_choice("kind", _("Came back"), kinds, params.get("kind", "classic")))
    if "brackets" in own and len(specs) == 1:
        ranges = [(text, text.replace("1-1", "1").replace("-", "–").replace(",", ", ")) for text in asked.BRACKETS]
        now = ",".join(f"{low}-{high}" for low, high in params.get("brackets", []))
        if now not in asked.BRACKETS:
            ranges.append((now, now))
        found.append(_choice("brackets", _("Periods"), ranges, now))
    if len(specs) == 1 and specs[0].name in asked.VALUES:
        spec = specs[0]
        values = [(key, str(spec.column(key).title)) for key in asked.VALUES[spec.name]]
        found.append(_choice("value", _("Show as"), values, asked.shown_value(spec, query)))
    if "currency" in own and len(club.currencies) > 1:
        options = [(key, name) for key, name in club.currencies.items()]
        found.append(_choice("currency", _("Points"), options, params.get("currency", club.main_currency)))
    found += [
        {
            "name": name,
            "label": number_labels()[name],
            "type": "number",
            "value": params.get(name, otherwise),
            "most": asked.MOST[name],
        }
        for name, otherwise in asked.NUMBERS.items()
        if name in own
    ]
    return found


def number_labels() -> dict[str, str]:
    """What the whole numbers are called."""
    return {
        "days": _("Days after the first order"), "within_days": _("Days for the whole way"),
        "length": _("Events in a path"), "minimum": _("Orders at least"),
    }  # fmt: skip


def events_of(choices: Mapping[str, Sequence[str]] | None) -> list[str] | None:
    """The names of events there are; None where they are not known, or too many to be known all."""
    named = None if choices is None else choices.get("event", [])
    return None if named is None or len(named) >= CHOICES_MOST else [*named, ORDERED]


def step_fields(params: Mapping[str, Any], choices: Mapping[str, Sequence[str]] | None) -> list[dict[str, Any]]:
    """A funnel's steps: those chosen and one more."""
    steps = list(params.get("steps", []))
    known = list(dict.fromkeys([*(choices or {}).get("event", []), ORDERED, *steps]))
    options = [("", "–"), *((name, name) for name in known)]
    count = min(max(len(steps) + 1, 2), asked.STEPS_MOST)
    return [
        {
            "name": "steps", "id": f"steps-{place}", "label": _("Step %(number)s") % {"number": place + 1},
            "type": "choice", "options": options, "value": steps[place] if place < len(steps) else "",
        }
        for place in range(count)
    ]  # fmt: skip


def filter_fields(
    params: Mapping[str, Any], choices: Mapping[str, Sequence[str]] | None, club: Club
) -> list[dict[str, Any]]:
    """One field a dimension that adds a value to those chosen; without dimensions that have no values."""
    found = []
    for name, label in dimension_names().items():
        if name == "tier":
            values: list[str] = list(club.tiers)
        elif name == "segment":
            values = list(club.segments)
        else:
            values = list((choices or {}).get(name, []))
        left = [value for value in values if value not in params.get(name, [])]
        if not left:
            continue
        options = [("", pgettext("of members", "all members") if not params.get(name) else _("add another…"))]
        options += [(value, group_name(name, value, club)) for value in left]
        if "" not in params.get(name, []) and name != "segment":
            options.append(("-", group_name(name, None, club)))
        found.append({"name": name, "label": label, "type": "choice", "options": options, "value": ""})
    return found


def measure_options() -> list[tuple[str, list[Option]]]:
    """Every measure, by family."""
    from_families: dict[str, list[Option]] = {}
    for spec in SPECS.values():
        from_families.setdefault(spec.family, []).append((spec.name, str(asked.title_of(spec))))
    return [(str(FAMILIES[family][0]), options) for family, options in from_families.items()]


def _choice(name: str, label: str, options: Sequence[Option], value: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "type": "choice", "options": options, "value": value}

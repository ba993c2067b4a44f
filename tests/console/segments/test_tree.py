"""Definitions as forms and as text: each way and back says the same, and buttons do what they say."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.console.segments import posted
from regulars.console.segments.shown import shown
from regulars.console.segments.text import as_text, from_text, line_of
from regulars.console.segments.tree import KINDS, Group, Leaf, definition_of, of_definition
from regulars.rules.segments import read_who

DEFINITIONS: dict[str, dict[str, Any]] = {
    "orders in a window": {"orders": {"at_least": 3, "within_days": 90}},
    "money with tests": {
        "spent": {
            "at_least": Decimal("500.50"),
            "where": {"line.category": ["tea", "cups"], "total": {"at_least": 100}},
        },
    },
    "an event": {"did": {"event": "Product Viewed", "at_least": 2, "at_most": 9, "before_days": 7, "within_days": 30}},
    "a sequence": {
        "sequence": {"steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}], "within_days": 7},
    },
    "a sequence with tests": {"sequence": {"steps": [{"event": "A", "where": {"x": 1}}, {"event": "B"}]}},
    "days": {"last_order": {"before_days": 60}},
    "between": {"first_order": {"between": ["2026-01-01", "2026-01-31"]}},
    "ever": {"first_order": {"ever": True}},
    "tiers": {"tier": ["gold", "silver"]},
    "not a tier": {"tier": {"none_of": ["gold"]}},
    "traits": {"traits.age": {"at_least": 40}},
    "points": {"points": {"above": 1000}},
    "scores": {"score.alive": {"below": Decimal("0.3")}},
    "feedback": {"nps": {"at_most": 6, "within_days": 90}},
    "segments": {"segment": ["tea-lovers", "vip"]},
    "nested": {
        "all": [
            {"orders": {"at_least": 1}},
            {
                "any": [
                    {"tier": ["gold"]},
                    {"not": {"all": [{"points": {"at_least": 5}}, {"joined": {"within_days": 3}}]}},
                ]
            },
        ],
    },
    "side by side": {"orders": {"at_least": 1}, "tier": ["gold"]},
}  # fmt: skip


def meaning(definition: dict[str, Any]) -> Any:
    """What the language makes of it."""
    who, problems = read_who(definition, "CNY", 2)
    assert who is not None, problems
    return who


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two definitions mean the same members: the form adds a group around a single condition."""
    return str(meaning(one)) == str(meaning({"all": [other]})) or meaning(one) == meaning(other)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_form_says_what_the_definition_says(name: str) -> None:
    definition = DEFINITIONS[name]
    back, _places = definition_of(of_definition(definition))
    assert same(back, definition)
    # what a form shows and a browser sends back is the same again
    fields = flat(shown(of_definition(definition), {}))
    again, _places = definition_of(posted.read(fields))
    assert again == back


@pytest.mark.parametrize("name", DEFINITIONS)
def test_text_says_what_the_definition_says(name: str) -> None:
    text = as_text(DEFINITIONS[name])
    found, wrong = from_text(text)
    assert wrong == []
    assert found is not None and meaning(found) == meaning(DEFINITIONS[name])


def test_only_what_no_form_can_say_stays_text() -> None:
    kinds = {name: [leaf.kind for leaf in leaves(of_definition(each))] for name, each in DEFINITIONS.items()}
    assert {name for name, found in kinds.items() if "raw" in found} == {"a sequence with tests"}


def test_text_is_laid_out_as_people_write_it() -> None:
    assert as_text(DEFINITIONS["nested"]) == (
        "all:\n"
        "  - orders: {at_least: 1}\n"
        "  - any:\n"
        "      - tier: [gold]\n"
        "      - not:\n"
        "          all:\n"
        "            - points: {at_least: 5}\n"
        "            - joined: {within_days: 3}\n"
    )
    assert line_of(as_text(DEFINITIONS["nested"]), ("all", 1, "any", 1, "not", "all", 0)) == 7


def test_what_is_wrong_is_said_of_its_field() -> None:
    group = Group(
        "all", [Leaf("orders", {"low": "x", "window": "within_days", "within_days": "0"}), Leaf("tier", {"value": ""})]
    )
    definition, places = definition_of(group)
    _who, problems = read_who(definition, "CNY", 2)
    found = {places[problem.path] for problem in problems if problem.path in places}
    assert {"n-0:low", "n-0:within_days", "n-1:value"} <= found


def test_buttons() -> None:
    group = Group("all", [Leaf("orders", {"low": "1"})])
    assert posted.act(group, "add:n", {"n:new": "tier"}) == "n-1"
    assert posted.act(group, "group:n", {}) == "n-2"
    assert posted.act(group, "add:n-2", {"n-2:new": "spent"}) == "n-2-0"
    assert posted.act(group, "test:n-2-0", {}) == "n-2-0"
    inner = posted.find(group, "n-2-0")
    assert isinstance(inner, Leaf) and inner.tests == [{"name": "", "op": "equal", "value": ""}]
    assert posted.act(group, "untest:n-2-0:0", {}) == "n-2-0" and inner.tests == []
    assert posted.act(group, "remove:n-1", {}) == "n"
    assert [type(part).__name__ for part in group.parts] == ["Leaf", "Group"]
    before = repr(group)
    for nonsense in ("", "add:n-9", "remove:n", "remove:x", "add:n-0", "untest:n-0:7", "burn:n", "group:n-0"):
        posted.act(group, nonsense, {})
    assert repr(group) == before


def test_undo_brings_back_what_stood_there() -> None:
    group = Group("all", [Leaf("orders", {"low": "7"}), Leaf("tier", {"value": "gold"})])
    fields = flat(shown(group, {}))
    kept = posted.with_present([], fields)
    assert posted.past({"past": json.dumps(kept)}) == kept
    assert definition_of(posted.read(kept[-1])) == definition_of(posted.read(fields))
    assert posted.past({"past": "{nonsense"}) == [] and posted.past({"past": "3"}) == []
    assert len(posted.with_present([{}] * 50, fields)) == posted.HISTORY_MAX


FIELDS = [
    f"{place}:{name}"
    for place in ("n", "n-0", "n-1", "n-1-0", "n-7", "n-1-0-3")
    for name in ("kind", "how", "negated", "low", "low_op", "window", "within_days", "steps", "test-0-name", "text")
]
VALUES = st.sampled_from(["", "all", "any", "x", "3", "-1", "{", "a: [", "NaN", "1e999", "\x00", *KINDS]) | st.text(
    max_size=4
)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=20))
def test_whatever_is_posted_is_read(data: dict[str, str]) -> None:
    definition, _places = definition_of(posted.read(data))
    assert "all" in definition or "any" in definition or "not" in definition
    as_text(definition)


def leaves(group: Group) -> list[Leaf]:
    """The conditions of a tree."""
    return [leaf for part in group.parts for leaf in (leaves(part) if isinstance(part, Group) else [part])]


def flat(node: dict[str, Any]) -> dict[str, str]:
    """The fields that a browser sends back of what it was shown, as the template names them."""
    place = node["place"]
    data = {f"{place}:negated": "on"} if node["negated"] else {}
    if node["is_group"]:
        data[f"{place}:how"] = node["how"]
        for part in node["parts"]:
            data |= flat(part)
        return data
    data[f"{place}:kind"] = node["kind"]
    data |= {f"{place}:{name}": value for name, value in node["said"].items()}
    for name, choices in (("low_op", "low_ops"), ("high_op", "high_ops"), ("window", "windows"), ("op", "ops")):
        if choices in node:
            data[f"{place}:{name}"] = next(key for key, _name, is_it in node[choices] if is_it)
    data |= {
        f"{place}:{name}": node[name]
        for name in ("low", "high", "within_days", "before_days", "first", "last")
        if name in node
    }
    for i, test in enumerate(node.get("tests", [])):
        data |= {f"{place}:test-{i}-{name}": test[name] for name in ("name", "op", "value")}
    return data

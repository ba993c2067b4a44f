"""A form takes an offer apart and puts it together again: nothing is lost, and only what was changed changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.console.offers.fields import join, split
from regulars.console.offers.typed import as_lines, from_lines, steps_from, steps_text
from regulars.files.yaml_text import read_yaml
from regulars.offers.edit import entries
from regulars.rules.offers import read, write
from tests.rules.pricing.random_shop import shops

OFFERS = Path(__file__).parents[3] / "offers"


def shipped() -> list[Any]:
    """Every offer and coupon of the files that come with the project."""
    found = []
    for name in ("live-commerce", "grocery"):
        text = (OFFERS / f"{name}.yaml").read_text(encoding="utf-8")
        for section in ("offers", "coupons"):
            found += [pytest.param(item, id=f"{name} {key}") for key, item in entries(text, section).items()]
    return found


@pytest.mark.parametrize("said", shipped())
def test_what_nobody_changed_comes_back_as_it_was_written(said: dict[str, Any]) -> None:
    values, rest = split(said)
    again = join(said["kind"], values, rest, said, fields=values)
    assert again == said
    assert [type(value) for value in again.values()] == [type(again[key]) for key in again]


@pytest.mark.parametrize("said", shipped())
def test_a_form_shows_all_of_the_usual_offers(said: dict[str, Any]) -> None:
    assert split(said)[1] == {}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_offer_comes_back(data: st.DataObject) -> None:
    offers = read(data.draw(shops()))[0]
    assert offers is not None
    written = write(offers)
    for item in [*written["offers"], *written.get("coupons", [])]:
        values, rest = split(item)
        assert join(item["kind"], values, rest, item, fields=values) == item


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("{where: {net: {at_least: 5, below: 9}}}", {"where": {"net": {"at_least": 5, "below": 9}}}),
        ("{where: {net: {at_least: 5}, quantity: {at_least: 2}}}", {"where": {"quantity": {"at_least": 2}}}),
        ("{where: {store.region: north, channel: app}}", {"where": {"store.region": "north"}}),
        ("{goods: {sku: [a], category: [tea]}}", {"goods": {"sku": ["a"]}}),
        ("{goods: {none_of: {brand: [a], category: [tea]}}}", {"goods": {"none_of": {"brand": ["a"]}}}),
        (
            "{for: {member.joined_days: {at_most: 30}, member.tier: gold}}",
            {"for": {"member.joined_days": {"at_most": 30}}},
        ),
        ("{where: {at.weekday: {none_of: [monday]}}}", {"where": {"at.weekday": {"none_of": ["monday"]}}}),
    ],
)
def test_what_no_field_shows_stays(said: str, rest: dict[str, Any]) -> None:
    item = {"key": "a", "kind": "percent", "off_percent": 5, **read_yaml(said).data}
    values, kept = split(item)
    assert kept == rest
    assert join("percent", values, kept, item, fields=values) == item
    # Another percent changes just that.
    assert join("percent", {**values, "off_percent": 6}, kept, item) == {**item, "off_percent": 6}


def test_fields_that_the_form_does_not_show_keep_what_the_file_says() -> None:
    item = {"key": "a", "kind": "percent", "off_percent": 5, "stock": 3, "where": {"channel": "app"}}
    values, rest = split(item)
    assert join("percent", {"key": "a", "off_percent": 7}, rest, item, fields=["key", "off_percent"]) == {
        **item,
        "off_percent": 7,
    }
    assert "stock" not in join("percent", {**values, "stock": None}, rest, item, fields=values)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), unique=True))
def test_lists_of_words_are_typed_and_read(values: list[str]) -> None:
    assert from_lines(as_lines(values)) == values


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("300 = 40\n500 = 80", [{"from": 300, "off": 40}, {"from": 500, "off": 80}]),
        ("1000 → 20%", [{"from": 1000, "off_percent": 20}]),
        ("  9.90: 1.50 \n\n", [{"from": "9.90", "off": "1.50"}]),
        ("", []),
    ],
)
def test_steps(text: str, steps: list[dict[str, Any]]) -> None:
    found = steps_from(text)
    assert [{key: str(value) for key, value in step.items()} for step in found] == [
        {key: str(value) for key, value in step.items()} for step in steps
    ]
    assert steps_from(steps_text(found)) == found


@pytest.mark.parametrize("text", ["300", "300 = all", "-5 = 3", "300 = 40 = 50"])
def test_what_is_no_step_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        steps_from(text)

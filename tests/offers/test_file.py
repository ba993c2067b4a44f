# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Offer files as shops write them: what passes, slips with the line and the words they get, and the way back."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.files.checking import load
from regulars.offers.diff import diff
from regulars.offers.file import check, offers_schema, structural_problems
from regulars.rules.offers import read, write
from tests.rules.pricing.random_shop import shops

OFFERS = Path(__file__).parents[2] / "offers"
TEXT = (OFFERS / "live-commerce.yaml").read_text(encoding="utf-8")
DATA = load(TEXT).data


@pytest.mark.parametrize("name", ["live-commerce", "grocery"])
def test_the_files_we_ship_are_fine_and_come_back_as_they_are(name: str) -> None:
    checked = check((OFFERS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert checked.problems == ()
    assert checked.offers is not None
    written = write(checked.offers)
    assert read(written) == (checked.offers, [])
    assert list(structural_problems(written)) == []


def Bad(what: str, old: str, new: str, *problems: str) -> Any:  # noqa: N802 (reads as a row)
    """A slip: what is written instead of what in the example, and all that is said about it."""
    return pytest.param(old, new, list(problems), id=what)


SLIPS = [
    Bad("more than all", "off_percent: 20\n", "off_percent: 120\n", "line 40: offers[2].off_percent must be between 0 and 100"),
    Bad("less than nothing", "off_percent: 20\n", "off_percent: -5\n", "line 40: offers[2].off_percent must be between 0 and 100"),
    Bad("nothing", "off_percent: 20\n", "off_percent: 0\n", "line 40: offers[2].off_percent must be above 0"),
    Bad("a kind misspelt", "kind: nth", "kind: nht", "line 77: offers[8].kind must be price, percent, amount, spend, buy_get, nth, bundle, gift or delivery; did you mean `nth`?"),
    Bad("a setting misspelt", "stock: 500", "stok: 500", "line 93: offers[10].stok is not a known setting here; did you mean `stock`?"),
    Bad("a group that is not in the sequence", "group: item\n    for", "group: itm\n    for", "line 32: offers[1].group must be item, order or delivery; did you mean `item`?"),
    Bad("a member's value misspelt", "member.tier: [gold", "member.tear: [gold", "line 33: offers[1].for.member.tear is no value that a cart has; there are member.tier, member.segment or member.joined_days"),
    Bad("a cart's value in `for`", "for: {member.tier: [gold, platinum, diamond]}", "for: {channel: app}", "line 33: offers[1].for.channel belongs in `where`; `for` asks for member.tier, member.segment or the like"),
    Bad("a member's value in `where`", "where: {channel: live}", "where: {member.tier: gold}", "line 102: offers[12].where.member.tier belongs in `for`, which says who gets the offer"),
    Bad("what only an order's lines have", "where: {channel: live}", "where: {line.net: {above: 3}}", "line 102: offers[12].where.line.net is no value that a cart has; there are line.product_id, line.category, line.brand, line.name, line.sku, line.variant, line.price, line.list or line.quantity"),
    Bad("a weekday misspelt", "where: {channel: live}", "where: {at.weekday: mon}", "line 102: offers[12].where.at.weekday must be monday, tuesday, wednesday, thursday, friday, saturday or sunday; did you mean `monday`?"),
    Bad("a key twice", "- key: steps ", "- key: gold-price ", "line 57: offers[5].key must be unique: offers[1] has this key already"),
    Bad("over before it begins", 'until: "2026-12-08T22:00"', 'until: "2026-12-07T22:00"', "line 27: offers[0].valid.until must be after 2026-12-08T20:00 (`from`)"),
    Bad("a limit of no period", "at_most: {quantity: 2, per: member}", "at_most: {quantity: 2}", "line 29: offers[0].at_most needs `per`"),
    Bad("a third of a cent", "price: 39.90", "price: 39.903", "line 26: offers[0].price has more decimals than CNY has (2)"),
    Bad("steps that go down", "{from: 500, off: 80}", "{from: 200, off: 80}", "line 61: offers[5].steps[1].from must be above the step before"),
    Bad("more off than is spent", "every: 200", "every: 20", "line 67: offers[6].off must not be above `every`"),
    Bad("a bundle that is no list", "goods: [{product_id: [teapot], quantity: 1}, {category: [cup], quantity: 2}]", "goods: {category: [cup]}", "line 86: offers[9].goods must be a list of what is in the bundle"),
    Bad("a floor below nothing", "floor: 0", "floor: -1", "line 19: policy.floor must be 0"),
    Bad("tender in the middle", "[item, order, coupon, delivery, tender]", "[item, order, coupon, tender, delivery]", "line 11: policy.sequence[3] must be last: what is to pay is known only after all offers"),
    Bad("coupons without a turn", "sequence: [item, order, coupon, delivery, tender]", "sequence: [item, order, delivery, tender]",
        "line 16: policy.groups.coupon is not a known setting here; known are item, order or delivery"),
    Bad("no turn for any group", "sequence: [item, order, coupon, delivery, tender]", "sequence: ", "line 11: policy.sequence must be a list",
        "line 13: policy.groups.item is not a known setting: nothing is known here"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_with_its_line(old: str, new: str, problems: list[str]) -> None:
    assert old in TEXT
    found = check(TEXT.replace(old, new, 1))
    assert found.offers is None
    assert [str(problem) for problem in found.problems][: len(problems)] == problems


def test_a_tier_that_the_programme_has_not() -> None:
    found = check(TEXT, tiers=["gold", "platinum"])
    assert (
        str(found.problems[0])
        == "line 33: offers[1].for.member.tier[2] is not one of the tiers; known are gold or platinum"
    )


@settings(max_examples=100, deadline=None)
@given(shops())
def test_what_is_read_is_written_back(shop: dict[str, Any]) -> None:
    offers, problems = read(shop)
    assert offers is not None, problems
    assert read(write(offers)) == (offers, [])
    assert list(structural_problems(shop)) == []


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(["", "none", "tea", "2026-12-01", "unit", "茶"]), st.dates(), st.lists(st.integers(0, 3), max_size=2),
    st.dictionaries(st.sampled_from(["key", "from", "per", "line", "x"]), st.integers(-1, 3) | st.just("year"), max_size=3),
)  # fmt: skip


def every_path(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in items for inner in every_path(item, (*path, key)))]


PATHS = [path for path in every_path(load(TEXT).data) if path]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_one_setting_holds_the_check_answers(data: st.DataObject) -> None:
    path, action = data.draw(st.sampled_from(PATHS)), data.draw(st.sampled_from(["replace", "remove"]))
    changed = deepcopy(DATA)
    inside = changed
    for part in path[:-1]:
        inside = inside[part]
    if action == "replace":
        inside[path[-1]] = data.draw(JUNK)
    else:
        inside.pop(path[-1])
    offers, problems = read(changed)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (offers is None) == bool(errors)
    if not errors:
        assert list(structural_problems(changed)) == [], "the language takes what the schema refuses"


def test_the_schema_describes_every_setting_for_editors() -> None:
    def bare(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [found for item in node for found in bare(item, path)]
        if not isinstance(node, dict):
            return []
        found = []
        for key, item in node.get("properties", {}).items():
            target = offers_schema()["$defs"][item["$ref"].split("/")[-1]] if "$ref" in item else {}
            if set(item) != {"const"} and not {"title", "description"} <= set({**target, **item}):
                found.append(f"{path}.{key}")
        return found + [more for key, item in node.items() if key != "if" for more in bare(item, f"{path}.{key}")]

    assert bare(offers_schema(), "") == []


def test_what_changed_is_told_by_key() -> None:
    old = check(TEXT).offers
    new = check(TEXT.replace("off_percent: 20\n", "off_percent: 25\n", 1).replace("stock: 500", "stock: 400")).offers
    assert old is not None and new is not None
    assert [str(change) for change in diff(old, new)] == [
        "offers.tea-fifth-off.off_percent: 20 → 25",
        "offers.gift-caddy.stock: 500 → 400",
    ]

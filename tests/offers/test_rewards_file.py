# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Gifts for points, charities and group buys in an offers file: slips and their words, the way back, what changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.offers.diff import diff
from regulars.offers.file import check, structural_problems
from regulars.rules.offers import Offers, read, write
from regulars.rules.offers.model import Gift, Limit, Price
from tests.offers.test_file import TEXT

FIRST = TEXT[: TEXT.index("gifts:")].count("\n")
"""Lines before ``gifts:``."""


def the_file() -> Offers:
    offers = check(TEXT).offers
    assert offers is not None
    return offers


def test_what_the_example_says() -> None:
    caddy, coupon, seat = the_file().gifts
    assert (caddy.key, caddy.points, caddy.coupon, caddy.offer.stock) == ("tea-caddy-for-points", 1200, "", 200)
    assert caddy.offer.deal == Gift("caddy")
    assert caddy.offer.at_most == Limit("times", 1, "month")
    assert (coupon.coupon, coupon.points) == ("birthday-30", 2500)
    assert [test.value for test in seat.offer.member.tests] == [("platinum", "diamond")]
    [library] = the_file().charities
    assert (library.unit_points, library.amount_minor, library.goal_points, library.at_least_points) == (
        100,
        100,
        200_000,
        100,
    )
    [together] = the_file().group_buys
    assert (together.people, together.hours, together.offer.deal) == (3, 24, Price(4500))
    assert (together.offer.kind, together.offer.group) == ("price", "item")


def test_the_price_of_a_group_is_an_offer_after_all_others() -> None:
    offers = the_file()
    keys = [offer.key for offer in offers.for_pricing().offers]
    assert keys == [*(offer.key for offer in offers.offers), "oolong-together"]


def Bad(what: str, old: str, new: str, line: int, problem: str) -> Any:  # noqa: N802 (reads as a row)
    """A slip: what is written instead, how many lines below ``gifts:``, and what is said about it first."""
    return pytest.param(old, new, line, problem, id=what)


SLIPS = [
    Bad("no name", "    name: {en: Tea caddy, zh-Hans: 茶叶罐, zh-Hant: 茶葉罐}\n", "", 2, "gifts[0] needs `name`"),
    Bad("a kind misspelt", "kind: product                #", "kind: produkt #", 8, "gifts[0].kind must be product or coupon; did you mean `product`?"),
    Bad("a product without its id", "    product_id: caddy\n", "", 2, "gifts[0] needs `product_id`"),
    Bad("a product with a coupon", "product_id: caddy\n", "product_id: caddy\n    coupon: birthday-30\n", 10, "gifts[0].coupon only goes with `kind: coupon`"),
    Bad("a coupon that there is not", "coupon: birthday-30", "coupon: birthday-03", 16, "gifts[1].coupon is no coupon of this file; did you mean `birthday-30`?"),
    Bad("for nothing", "points: 1200 ", "points: 0 ", 10, "gifts[0].points must be at least 1"),
    Bad("a limit of units", "{times: 4, per: year}", "{quantity: 4, per: year}", 18, "gifts[1].at_most must be so many `times` per member, day, week, month or year"),
    Bad("a limit of an order", "{times: 4, per: year}", "{times: 4, per: order}", 18, "gifts[1].at_most must be so many `times` per member, day, week, month or year"),
    Bad("a picture that is no address", "product_id: caddy\n", "product_id: caddy\n    picture: caddy.jpg\n", 10, "gifts[0].picture must be an address that begins with https://"),
    Bad("a setting misspelt", "points: 3000", "piont: 3000", 23, "gifts[2].piont is not a known setting here; did you mean `points`?"),
    Bad("less than a unit", "at_least: 100", "at_least: 150", 38, "charities[0].at_least must be a multiple of 100 (`points`): points are given in whole units"),
    Bad("a third of a cent", "amount: 1.00  ", "amount: 1.001  ", 36, "charities[0].amount has more decimals than CNY has (2)"),
    Bad("a group of one", "people: 3", "people: 1", 45, "group_buys[0].people must be at least 2"),
    Bad("no time", "    hours: 24                    # so long a group has to form\n", "", 41, "group_buys[0] needs `hours`"),
    Bad("a key that an offer has", "key: oolong-together ", "key: steps ", 41, "group_buys[0].key must be unique: offers[5] has this key already"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "problem"), SLIPS)
def test_a_slip_is_told_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    head, tail = TEXT[: TEXT.index("gifts:")], TEXT[TEXT.index("gifts:") :]
    assert old in tail
    found = check(head + tail.replace(old, new, 1))
    assert found.offers is None
    assert str(found.problems[0]) == f"line {FIRST + line}: {problem}"


texts = st.sampled_from(["Tea", "茶", "A tin"])
names = st.one_of(texts.map(lambda text: {"en": text}), st.fixed_dictionaries({"en": texts, "zh-Hans": texts}))
valids = st.sampled_from(
    [{"from": "2026-12-08T20:00"}, {"until": "2027-01-01"}, {"from": "2026-12-01", "until": "2026-12-09"}]
)
whole = st.integers(1, 10**6)
shown: dict[str, Any] = {"description": names, "picture": st.just("https://shop.example/a.jpg"), "valid": valids}
times = st.fixed_dictionaries(
    {"times": st.integers(1, 9), "per": st.sampled_from(["member", "day", "week", "month", "year"])}
)
of_gift: dict[str, Any] = {
    **shown,
    "stock": st.integers(0, 9),
    "at_most": times,
    "currency": st.just("stars"),
    "for": st.just({"member.tier": ["gold"]}),
}
gifts = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("product"), "name": names, "points": whole, "product_id": texts},
        optional={**of_gift, "sku": texts},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("coupon"), "name": names, "points": whole, "coupon": st.just("ten")}, optional=of_gift
    ),
)
charities = st.fixed_dictionaries(
    {"name": names, "points": st.just(50)},
    optional={
        **shown,
        "amount": st.sampled_from([Decimal("0.50"), 3]),
        "goal": whole,
        "at_least": st.sampled_from([50, 200]),
        "currency": st.just("stars"),
    },
)
group_buys = st.fixed_dictionaries(
    {
        "goods": st.just({"category": ["tea"]}),
        "price": st.sampled_from([0, Decimal("9.90")]),
        "people": st.integers(2, 9),
        "hours": st.integers(1, 720),
    },
    optional={
        **shown,
        "name": names,
        "stock": st.integers(0, 9),
        "at_most": st.just({"quantity": 2, "per": "member"}),
        "group": st.just("order"),
        "for": st.just({"member.joined_days": {"at_least": 3}}),
    },
)


@settings(max_examples=80, deadline=None)
@given(st.lists(gifts, max_size=3), st.lists(charities, max_size=2), st.lists(group_buys, max_size=2))
def test_what_is_read_is_written_back(gift: list[Any], charity: list[Any], group_buy: list[Any]) -> None:
    sections = {"gifts": gift, "charities": charity, "group_buys": group_buy}
    shop: dict[str, Any] = {
        "currency": "CNY", "time_zone": "Asia/Shanghai",
        "coupons": [{"key": "ten", "kind": "amount", "off": 10}],
        **{name: [{"key": f"{name.replace('_', '-')}-{i}", **item} for i, item in enumerate(items)] for name, items in sections.items()},
    }  # fmt: skip
    offers, problems = read(shop)
    assert offers is not None, problems
    assert read(write(offers)) == (offers, [])
    assert list(structural_problems(shop)) == []
    assert list(structural_problems(write(offers))) == []


def test_what_changed_is_told_by_key() -> None:
    new = check(
        TEXT.replace("points: 2500", "points: 2000")
        .replace("people: 3", "people: 4")
        .replace("key: school-library ", "key: library ")
    ).offers
    assert new is not None
    assert [change.path_text for change in diff(the_file(), new)] == [
        "gifts.birthday-coupon-for-points.points",
        "charities.school-library",
        "charities.library",
        "group_buys.oolong-together.people",
    ]

# ruff: noqa: E501 (sentences stand in one line, as they are read)
"""Offers in words: a row a way of saying, and every offer that comes with the project in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from regulars.offers.condition_words import House
from regulars.offers.file import check
from regulars.offers.words import in_words, offer_words, policy_words

OFFERS = Path(__file__).parents[2] / "offers"
HEAD = "currency: CNY\ntime_zone: Asia/Shanghai\n"
HOUSE = House("CNY", 2, "Asia/Shanghai", {"gold": {"en": "Gold", "zh-Hans": "黄金会员"}})

ROWS = [
    (
        "kind: price, price: 39.90, goods: {product_id: oolong}",
        "¥39.90 each for the product oolong.",
        "商品 oolong每件 ¥39.90。",
    ),
    (
        "kind: percent, off_percent: 12.5, goods: {category: [tea, cup]}",
        "12.5% off goods of the categories tea, cup.",
        "tea、cup 类商品享 8.75 折。",
    ),
    (
        "kind: percent, off_percent: 20, goods: {none_of: {brand: [x]}}, off_at_most: 50",
        "20% off all goods, but not goods of the brand x. At most ¥50 off an order.",
        "全部商品（x 品牌商品除外）享 8 折。每单最多减 ¥50。",
    ),
    (
        "kind: amount, off: 5, each: unit, units_at_most: {line: 1}, for: {member.tier: gold}",
        "¥5 off every unit of all goods. For members of the tier Gold. At most 1 unit of each line.",
        "全部商品每件减 ¥5。限黄金会员。每行最多 1 件。",
    ),
    (
        "kind: spend, every: 200, off: 30",
        "¥30 off for every ¥200 spent on all goods. What counts is the price after the offers before it.",
        "全部商品每满 ¥200 减 ¥30。以前面优惠之后的金额计算。",
    ),
    (
        "kind: spend, of: list, steps: [{from: 300, off: 40}, {from: 1000, off_percent: 20}]",
        "Spend and save on all goods: ¥40 off from ¥300; 20% off from ¥1,000. What counts is the price before discounts.",
        "全部商品满减：满 ¥300 减 ¥40；满 ¥1,000 享 8 折。以优惠前金额计算。",
    ),
    (
        "kind: buy_get, buy: {goods: {category: mask}, quantity: 3}, get: {goods: {category: mask}}, repeat: false",
        "Buy 3 × goods of the category mask, get 1 more free. The cheapest are made cheaper. Once an order.",
        "买mask 类商品 3 件，送 1 件。优惠用于其中最便宜的。每单限一次。",
    ),
    (
        "kind: nth, nth: 2, off_percent: 50, each: line",
        "Of every 2 units of all goods, one is 50% off. The cheapest one. Counted for each product apart. "
        "As often as the cart holds enough.",
        "全部商品每 2 件，其中一件 5 折。取最便宜的一件。各商品分别计算。数量足够时可重复享受。",
    ),
    (
        "kind: delivery, price: 3, where: {net: {at_least: 50}, at.weekday: [monday], channel: live}",
        "Delivery for ¥3. On Monday only. When the cart comes to at least ¥50, after the offers before it. "
        "In the channel live room only.",
        "运费只需 ¥3。仅限星期一。购物车（前面优惠之后）满 ¥50。限直播间渠道。",
    ),
    (
        "kind: gift, gift: {product_id: caddy}, stock: 5, at_most: {times: 1, per: day}, valid: {from: 2026-12-01, until: 2026-12-08}",
        "A gift: 1 × the product caddy. From 1 Dec 2026 until the end of 7 Dec 2026. "
        "At most 1 time for each member a day. Only 5 in all.",
        "赠品：商品 caddy 1 件。2026年12月1日起，至2026年12月7日结束。每位会员每天最多 1 次。总共限量 5 份。",
    ),
    (
        'kind: percent, off_percent: 5, valid: {until: "2026-12-08T22:00"}, where: {store.region: north, quantity: {above: 3}}',
        "5% off all goods. Until 8 Dec 2026, 22:00. Only when store.region is north. "
        "Only when the number of items in the cart is above 3.",
        None,
    ),
]


@pytest.mark.parametrize(("settings", "english", "chinese"), ROWS)
def test_an_offer_in_words(settings: str, english: str, chinese: str | None) -> None:
    checked = check(f"{HEAD}offers:\n  - {{key: a, {settings}}}\n")
    assert checked.offers is not None, checked.problems
    words = offer_words(checked.offers.offers[0], HOUSE)
    assert " ".join(words.sentences) == english
    if chinese is not None:
        with override("zh-hans"):
            assert "".join(offer_words(checked.offers.offers[0], HOUSE).sentences) == chinese


@pytest.mark.parametrize("name", ["live-commerce", "grocery"])
def test_all_that_comes_with_the_project_is_said_in_three_languages(name: str) -> None:
    offers = check((OFFERS / f"{name}.yaml").read_text(encoding="utf-8")).offers
    assert offers is not None
    said = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with override(language):
            sections = in_words(offers)
            said[language] = [cell for section in sections for row in section.rows for cell in row]
            said[language] += policy_words(offers.policy, offers)
    assert len({len(cells) for cells in said.values()}) == 1
    for english, hans, hant in zip(said["en"], said["zh-hans"], said["zh-hant"], strict=True):
        assert english
        for chinese in (hans, hant):
            assert chinese
            assert "%(" not in chinese
            assert any(ord(sign) > 0x3000 for sign in chinese) or english == chinese


def test_a_coupon_says_that_one_must_hold_it() -> None:
    checked = check(
        f"{HEAD}coupons:\n  - {{key: a, kind: amount, off: 5, valid_days: 1, exclusive: true, codes: {{public: TEA}}}}\n"
    )
    assert checked.offers is not None
    assert " ".join(offer_words(checked.offers.coupons[0], HOUSE).sentences) == (
        "¥5 off all goods, once an order. For whoever holds the coupon. Good for 1 day from the day it is given. "
        "Goes with no other coupon. Whoever types the code TEA has it."
    )

# ruff: noqa: E501 (rows stay in one line)
"""Pricing cases: coupons, stock and budgets, tax and rounding, points and gift cards, what earns."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.rules.pricing import Left, PointsWorth
from tests.rules.pricing.shop import Case, check

TEA = "percent tea: off_percent: 20, goods: {category: [tea]}"
TWENTY = "amount twenty: off: 20.00, where: {net: {at_least: 100}}"
PAYS = "points: {available: 1200, use: 500}"

CASES = [
    # Coupons
    Case("a coupon from 100", "pot/pot 100.00", "", "80.00", "twenty 20.00", coupons=TWENTY),
    Case("a coupon, one cent short", "pot/pot 99.99", "", "99.99", why="twenty threshold 0.01 net", coupons=TWENTY),
    Case("a coupon's threshold is met only before other discounts", "oolong/tea 120.00", TEA, "96.00", "tea 24.00", why="twenty threshold 4.00 net", coupons=TWENTY),
    Case("a small discount is left out for a coupon", "oolong/tea 102.00", "percent tea: off_percent: 5", "82.00", "twenty 20.00", why="tea dearer", coupons=TWENTY),
    Case("a coupon on the list price", "oolong/tea 120.00", TEA, "76.00", "tea 24.00, twenty 20.00", coupons="amount twenty: off: 20.00, where: {list: {at_least: 100}}"),
    Case("a coupon that is not brought does not apply", "pot/pot 100.00", "", "100.00", coupons="amount twenty: off: 20.00, codes: {prefix: TEA, length: 8, count: 10}"),
    Case("a public code", "pot/pot 100.00", "", "80.00", "spring 20.00", coupons="amount spring: off: 20.00, codes: {public: SPRING}", has="codes: [SPRING]"),
    Case("a code that nobody knows", "pot/pot 100.00", "", "100.00", why="WINTER unknown_code", has="codes: [WINTER]"),
    Case("a coupon that nobody knows", "pot/pot 100.00", "", "100.00", why="winter unknown_coupon", has="coupons: [winter]"),
    Case("half price on mooncakes, at most fifty", "lotus/mooncake 88.00 x2", "", "126.00", "half 50.00", coupons="percent half: off_percent: 50, off_at_most: 50.00, goods: {category: [mooncake]}"),
    Case("a coupon for goods that are not in the cart", "pot/pot 100.00", "", "100.00", why="half goods", coupons="percent half: off_percent: 50, goods: {category: [mooncake]}"),
    Case("a coupon after a fixed price works on that price", "oolong/tea 59.90", "price flash: price: 39.90", "35.91", "flash 20.00, ten 3.99", coupons="percent ten: off_percent: 10"),
    Case("a coupon on the original price", "oolong/tea 59.90", "price flash: price: 39.90", "33.91", "flash 20.00, ten 5.99", coupons="percent ten: off_percent: 10", policy="base: original"),
    Case("two coupons stack", "pot/pot 100.00", "", "50.00", "twenty 20.00, thirty 30.00", coupons=f"{TWENTY}\namount thirty: off: 30.00"),
    Case("the first coupon would break the second's threshold: the better one alone", "pot/pot 110.00", "", "80.00", "thirty 30.00", why="twenty at_most", coupons="amount twenty: off: 20.00\namount thirty: off: 30.00, where: {net: {at_least: 100}}", policy="groups: {coupon: {rule: stack, at_most: 1}}"),
    Case("a coupon is kept in the wallet when leaving it out is cheaper", "pot/pot 110.00", "", "80.00", "thirty 30.00", why="twenty dearer", coupons="amount twenty: off: 20.00\namount thirty: off: 30.00, where: {net: {at_least: 100}}"),
    Case("at most two of three coupons: the best two", "pot/pot 100.00", "", "50.00", "b 30.00, c 20.00", why="a at_most", coupons="amount a: off: 10\namount b: off: 30\namount c: off: 20", policy="groups: {coupon: {rule: stack, at_most: 2}}"),
    Case("an exclusive coupon that is best stays alone", "pot/pot 100.00", "", "55.00", "alone 45.00", why="a exclusive", coupons="amount a: off: 10\namount b: off: 30\namount alone: off: 45, exclusive: true"),
    Case("two others together beat the exclusive one", "pot/pot 100.00", "", "60.00", "a 10.00, b 30.00", why="alone exclusive", coupons="amount a: off: 10\namount b: off: 30\namount alone: off: 35, exclusive: true"),
    Case("best of two coupons on the same goods", "pot/pot 100.00", "", "70.00", "b 30.00", why="a better", coupons="amount a: off: 10\namount b: off: 30", policy="groups: {coupon: best_of}"),
    Case("best of, on different goods both", "pot/pot 100.00, mug/cup 50.00", "", "110.00", "a 10.00, b 30.00", coupons="amount a: off: 10, goods: {category: [cup]}\namount b: off: 30, goods: {category: [pot]}", policy="groups: {coupon: best_of}"),
    Case("a free delivery coupon", "pot/pot 50.00", "", "50.00", "ship 12.00", coupons="delivery ship: off_percent: 100", has="delivery: '12.00'"),
    Case("delivery is free already: the coupon stays in the wallet", "pot/pot 120.00", "delivery free: group: item, off_percent: 100", "120.00", "free 12.00", why="ship nothing_left", coupons="delivery ship: off_percent: 100", has="delivery: '12.00'"),
    Case("a gift coupon", "pot/pot 50.00", "", "50.00", coupons="gift caddy: gift: {product_id: caddy}", answer="gifts: [{offer: caddy, product_id: caddy, quantity: 1}]"),
    Case("a coupon above the price of all goods does not touch delivery", "pot/pot 15.00", "", "12.00", "much 15.00", coupons="amount much: off: 50.00", has="delivery: '12.00'"),
    Case("a coupon for one line leaves the others", "pot/pot 100.00, mug/cup 50.00", "", "140.00", "ten 10.00", coupons="amount ten: off: 10, goods: {category: [cup]}", lines="100.00 40.00"),
    Case("a coupon with goods left out", "pot/pot 100.00, mug/cup 50.00", "", "145.00", "ten 5.00", coupons="percent ten: off_percent: 10, goods: {none_of: {category: [pot]}}"),
    Case("a tier's coupon", "pot/pot 100.00", "", "100.00", why="ten tier", coupons="percent ten: off_percent: 10, for: {member.tier: [gold]}"),
    Case("an expired coupon", "pot/pot 100.00", "", "100.00", why="ten expired", coupons="percent ten: off_percent: 10", left={"ten": Left(closed="expired")}),
    Case("somebody else's coupon", "pot/pot 100.00", "", "100.00", why="ten foreign", coupons="percent ten: off_percent: 10", left={"ten": Left(closed="foreign")}),
    Case("once a member, and it was used", "pot/pot 100.00", "", "100.00", why="ten used_up", coupons="percent ten: off_percent: 10, at_most: {times: 1, per: member}", left={"ten": Left(used=1)}),
    Case("spend and save, then a coupon, then free delivery", "pot/pot 320.00", "spend steps: steps: [{from: 300, off: 40}]\ndelivery free: off_percent: 100, where: {net: {at_least: 250}}", "260.00", "steps 40.00, twenty 20.00, free 12.00", coupons=TWENTY, has="delivery: '12.00'"),
    Case("a coupon would cost the free delivery: the better of the two", "pot/pot 100.00", "delivery free: off_percent: 100, where: {net: {at_least: 95}}", "100.00", "free 12.00", why="ten dearer", coupons="amount ten: off: 10", has="delivery: '12.00'"),
    # Stock, budgets, limits
    Case("one left, three in the cart", "oolong/tea 59.90 x3", "price flash: price: 39.90, stock: 100", "159.70", "flash 20.00", left={"flash": Left(stock=1)}),
    Case("none left", "oolong/tea 59.90", "price flash: price: 39.90, stock: 100", "59.90", why="flash sold_out", left={"flash": Left(stock=0)}),
    Case("two a member, one was bought before", "oolong/tea 50.00 x2", "price flash: price: 30.00, at_most: {quantity: 2, per: member}", "80.00", "flash 20.00", left={"flash": Left(used=1)}),
    Case("two a member, two were bought before", "oolong/tea 50.00 x2", "price flash: price: 30.00, at_most: {quantity: 2, per: member}", "100.00", why="flash used_up", left={"flash": Left(used=2)}),
    Case("two an order, whatever was bought before", "oolong/tea 50.00 x3", "price flash: price: 30.00, at_most: {quantity: 2, per: order}", "110.00", "flash 40.00", left={"flash": Left(used=9)}),
    Case("limits hold for offers without codes", "pot/pot 100.00", "percent ten: off_percent: 10, at_most: {times: 3, per: month}", "100.00", why="ten used_up", left={"ten": Left(used=3)}),
    Case("so much off a day: what is left of it", "pot/pot 100.00", "percent ten: off_percent: 10, at_most: {amount: 12.00, per: day}", "97.50", "ten 2.50", left={"ten": Left(used=950)}),
    Case("the budget is nearly spent: the last of it", "pot/pot 100.00", "percent ten: off_percent: 10, budget: {amount: 5000.00}", "96.67", "ten 3.33", left={"ten": Left(budget_minor=333)}),
    Case("the budget is spent", "pot/pot 100.00", "percent ten: off_percent: 10, budget: {amount: 5000.00}", "100.00", why="ten budget_spent", left={"ten": Left(budget_minor=0)}),
    Case("the tighter of a maximum and a budget", "pot/pot 1000.00", "percent ten: off_percent: 10, off_at_most: 50.00, budget: {amount: 5000.00}", "960.00", "ten 40.00", left={"ten": Left(budget_minor=4000)}),
    Case("two bundles of three left", "pot/pot 100.00 x5", "bundle pair: goods: [{category: [pot], quantity: 1}], price: 80.00, stock: 10", "440.00", "pair 60.00", left={"pair": Left(stock=3)}),
    Case("every second at half price, once a member", "chips/snack 10.00 x6", "nth second: nth: 2, off_percent: 50, at_most: {times: 1, per: member}", "55.00", "second 5.00"),
    # Tax and rounding
    Case("tax is in the price", "pot/pot 113.00 13%", "", "113.00", answer="tax: '13.00'"),
    Case("tax comes on top", "pot/pot 100.00 13%", "", "113.00", policy="tax: added", answer="tax: '13.00', goods: '100.00'"),
    Case("tax on top is of the discounted price", "oolong/tea 100.00 13%", TEA, "90.40", "tea 20.00", policy="tax: added", answer="tax: '10.40'"),
    Case("tax in the price is of the discounted price", "oolong/tea 141.25 13%", TEA, "113.00", "tea 28.25", answer="tax: '13.00'"),
    Case("100 percent off: no tax on top", "pot/pot 100.00 13%", "percent gone: off_percent: 100", "0.00", "gone 100.00", policy="tax: added", answer="tax: '0.00', to_pay: '0.00'"),
    Case("100 percent off: no tax within", "pot/pot 100.00 13%", "percent gone: off_percent: 100", "0.00", "gone 100.00", answer="tax: '0.00'"),
    Case("two rates", "pot/pot 100.00 13%, tea/tea 100.00 9%", "", "222.00", policy="tax: added", answer="tax: '22.00'"),
    Case("an order discount lowers the tax of each line in proportion", "pot/pot 100.00 10%, tea/tea 300.00 20%", "amount forty: group: order, off: 40.00, each: order", "423.00", "forty 40.00", policy="tax: added", answer="tax: '63.00'"),
    Case("delivery has its own tax", "pot/pot 100.00 10%", "", "130.00", policy="tax: added", has="delivery: '15.00', delivery_tax_percent: 33.3333", answer="tax: '15.00'"),
    Case("tax rounded line by line", "a/x 0.05 10%, b/x 0.05 10%, c/x 0.05 10%", "", "0.18", policy="tax: added", answer="tax: '0.03'"),
    Case("tax rounded once for the order", "a/x 0.05 10%, b/x 0.05 10%, c/x 0.05 10%", "", "0.17", policy="tax: added, rounding: order", answer="tax: '0.02'"),
    Case("a percent rounded line by line", "a/x 0.05, b/x 0.05, c/x 0.05", "percent ten: off_percent: 10", "0.12", "ten 0.03"),
    Case("a percent rounded once for the order", "a/x 0.05, b/x 0.05, c/x 0.05", "percent ten: off_percent: 10", "0.13", "ten 0.02", policy="rounding: order", lines="0.04 0.04 0.05"),
    Case("a third off ten, once for the order", "a/x 10.00, b/x 10.00, c/x 10.00", "percent third: off_percent: 33.3333", "20.00", "third 10.00", policy="rounding: order", lines="6.66 6.67 6.67"),
    Case("money without decimals", "a/x 100 x3", "percent third: off_percent: 33", "201", "third 99", currency="JPY"),
    Case("money with three decimals", "a/x 1.005 x3", "percent ten: off_percent: 10", "2.713", "ten 0.302", currency="KWD"),
    # Points and gift cards
    Case("points pay a part", "pot/pot 100.00", "", "100.00", has=PAYS, answer="to_pay: '95.00', tenders: [{points: 500, amount: '5.00'}]"),
    Case("points are no discount: a coupon's threshold stands", "pot/pot 100.00", "", "80.00", "twenty 20.00", coupons=TWENTY, has=PAYS, answer="to_pay: '75.00'"),
    Case("no more points than she has", "pot/pot 100.00", "", "100.00", has="points: {available: 300, use: 500}", answer="tenders: [{points: 300, amount: '3.00'}]"),
    Case("no more points than there is to pay", "mug/cup 2.50", "", "2.50", has=PAYS, answer="to_pay: '0.00', tenders: [{points: 250, amount: '2.50'}]"),
    Case("points up to half the order", "mug/cup 5.00", "", "5.00", has=PAYS, points=PointsWorth(Fraction(1), at_most_percent=50), answer="to_pay: '2.50', tenders: [{points: 250, amount: '2.50'}]"),
    Case("points by the hundred", "mug/cup 3.50", "", "3.50", has=PAYS, points=PointsWorth(Fraction(1), step=100), answer="to_pay: '0.50', tenders: [{points: 300, amount: '3.00'}]"),
    Case("too few points to begin with", "pot/pot 100.00", "", "100.00", why="points points_too_few 300 points", has="points: {available: 200, use: 200}", points=PointsWorth(Fraction(1), at_least=500), answer="tenders: []"),
    Case("ten points pay a cent: none is lost", "pot/pot 100.00", "", "100.00", has="points: {available: 99, use: 99}", points=PointsWorth(Fraction(1, 10)), answer="tenders: [{points: 90, amount: '0.09'}]"),
    Case("points that pay nothing", "pot/pot 100.00", "", "100.00", why="points points_pay_nothing", has=PAYS, points=None, answer="tenders: []"),
    Case("points pay delivery too", "mug/cup 1.00", "", "5.00", has=f"{PAYS}, delivery: '4.00'", answer="to_pay: '0.00'"),
    Case("a gift card pays the rest", "pot/pot 30.00", "", "30.00", has="gift_cards: [{code: G, available: '50.00'}]", answer="to_pay: '0.00', tenders: [{gift_card: G, amount: '30.00'}]"),
    Case("two gift cards in their order", "pot/pot 30.00", "", "30.00", has="gift_cards: [{code: G, available: '20.00'}, {code: H, available: '20.00'}]", answer="to_pay: '0.00', tenders: [{gift_card: G, amount: '20.00'}, {gift_card: H, amount: '10.00'}]"),
    Case("a coupon, points and a gift card together", "pot/pot 100.00", "", "92.00", "twenty 20.00", coupons=TWENTY, has=f"{PAYS}, delivery: '12.00', gift_cards: [{{code: G, available: '50.00'}}]", answer="to_pay: '37.00', tenders: [{points: 500, amount: '5.00'}, {gift_card: G, amount: '50.00'}]"),
    Case("nothing to pay: no tender is touched", "pot/pot 100.00", "percent gone: off_percent: 100", "0.00", "gone 100.00", has=f"{PAYS}, gift_cards: [{{code: G, available: '50.00'}}]", answer="tenders: []"),
]  # fmt: skip

EARNING = [
    ("all of the net earns", "", "", "100.00"),
    ("what points paid earns nothing", PAYS, "", "95.00"),
    ("unless the shop says so", PAYS, "earn_on: {points_paid: true}", "100.00"),
    ("what a gift card paid earns", "gift_cards: [{code: G, available: '50.00'}]", "", "100.00"),
    ("unless the shop says not", "gift_cards: [{code: G, available: '50.00'}]", "earn_on: {gift_card_paid: false}", "50.00"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_coupons_limits_tax_and_tender(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(("name", "has", "policy", "earning"), EARNING, ids=[row[0] for row in EARNING])
def test_what_earns(name: str, has: str, policy: str, earning: str) -> None:
    from tests.rules.pricing.shop import priced

    found = priced(Case(name, "pot/pot 100.00", "", "100.00", has=has, policy=policy))
    assert [line["earning"] for line in found["lines"]] == [earning]


COUPON_EARNS = [
    ("what a coupon took off earns nothing", "", "80.00"),
    ("or does", "earn_on: {coupon_paid: true}", "100.00"),
]


@pytest.mark.parametrize(("name", "policy", "earning"), COUPON_EARNS, ids=[row[0] for row in COUPON_EARNS])
def test_whether_what_a_coupon_paid_earns(name: str, policy: str, earning: str) -> None:
    from tests.rules.pricing.shop import priced

    found = priced(Case(name, "pot/pot 100.00", "", "80.00", coupons=TWENTY, policy=policy))
    assert [line["earning"] for line in found["lines"]] == [earning]

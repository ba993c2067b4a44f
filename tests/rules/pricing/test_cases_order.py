# ruff: noqa: E501 (rows stay in one line)
"""Pricing cases: spend and save, groups that meet, delivery, gifts, who and when and where."""

from __future__ import annotations

import pytest

from tests.rules.pricing.shop import Case, check

STEPS = "spend steps: steps: [{from: 300, off: 40}, {from: 500, off: 80}, {from: 1000, off_percent: 20}]"
EVERY = "spend every: every: 200, off: 30, off_at_most: 90.00"
TEA = "percent tea: off_percent: 20, goods: {category: [tea]}"
FREE = "delivery free: off_percent: 100, where: {net: {at_least: 99}}"

CASES = [
    # Spend and save
    Case("one cent under the first step", "pot/pot 299.99", STEPS, "299.99", why="steps threshold 0.01 net"),
    Case("on the first step", "pot/pot 300.00", STEPS, "260.00", "steps 40.00"),
    Case("between steps the lower one counts", "pot/pot 499.99", STEPS, "459.99", "steps 40.00"),
    Case("the second step, not both", "pot/pot 500.00", STEPS, "420.00", "steps 80.00"),
    Case("a step in percent", "pot/pot 1000.00", STEPS, "800.00", "steps 200.00"),
    Case("the next step is told", "pot/pot 450.00", STEPS, "410.00", "steps 40.00", answer="next_step: {offer: steps, add: '50.00', of: net, saves: '40.00'}"),
    Case("each two hundred", "pot/pot 650.00", EVERY, "560.00", "every 90.00"),
    Case("each two hundred, one short", "pot/pot 399.99", EVERY, "369.99", "every 30.00"),
    Case("each two hundred, at most ninety", "pot/pot 2000.00", EVERY, "1910.00", "every 90.00"),
    Case("steps and each two hundred stack, both counted on what came in", "pot/pot 500.00", f"{STEPS}\n{EVERY}", "360.00", "steps 80.00, every 60.00"),
    Case("a threshold counts what earlier groups left", "oolong/tea 350.00", f"{TEA}\n{STEPS}", "280.00", "tea 70.00", why="steps threshold 20.00 net"),
    Case("a small discount is left out to reach a step", "oolong/tea 310.00", f"percent tea: off_percent: 5\n{STEPS}", "270.00", "steps 40.00", why="tea dearer"),
    Case("only as many discounts are left out as the step needs", "a/x 200.00, b/y 110.00", f"percent x: off_percent: 4, goods: {{category: [x]}}\npercent y: off_percent: 8, goods: {{category: [y]}}\n{STEPS}", "261.20", "y 8.80, steps 40.00", why="x dearer"),
    Case("a threshold of the list price is met whatever came off", "oolong/tea 350.00", f"{TEA}\nspend steps: of: list, steps: [{{from: 300, off: 40}}]", "240.00", "tea 70.00, steps 40.00"),
    Case("a threshold with the tax on top", "pot/pot 270.00 13%", "spend steps: of: gross, steps: [{from: 300, off: 40}]", "259.90", "steps 40.00", policy="tax: added"),
    Case("a threshold without the tax on top", "pot/pot 270.00 13%", STEPS, "305.10", why="steps threshold 30.00 net", policy="tax: added"),
    Case("spend counts its own goods only", "oolong/tea 250.00, mug/cup 100.00", "spend tea: goods: {category: [tea]}, steps: [{from: 300, off: 40}]", "350.00", why="tea threshold 50.00 net"),
    Case("and takes it off them only", "oolong/tea 300.00, mug/cup 100.00", "spend tea: goods: {category: [tea]}, steps: [{from: 300, off: 40}]", "360.00", "tea 40.00", lines="260.00 100.00"),
    Case("order discounts are spread to the cent", "a/x 33.33, b/x 33.33, c/x 33.34", "amount ten: group: order, off: 10.00, each: order", "90.00", "ten 10.00", lines="30.00 30.00 30.00"),
    Case("a condition looks at the price after the offers before it", "pot/pot 110.00", "amount first: group: order, off: 20.00, each: order\namount second: group: order, off: 10.00, each: order, where: {net: {at_least: 100}}", "90.00", "first 20.00", why="second threshold 10.00 net"),
    Case("priority goes before the order of the file", "pot/pot 110.00", "amount first: group: order, off: 20.00, each: order\namount second: group: order, priority: 1, off: 10.00, each: order, where: {net: {at_least: 100}}", "80.00", "second 10.00, first 20.00"),
    # Groups
    Case("stack: one after the other", "pot/pot 100.00", "percent a: off_percent: 10\npercent b: off_percent: 10", "81.00", "a 10.00, b 9.00", policy="groups: {item: stack}"),
    Case("stack on the original price", "pot/pot 100.00", "percent a: off_percent: 10\npercent b: off_percent: 10", "80.00", "a 10.00, b 10.00", policy="groups: {item: stack}, base: original"),
    Case("percents of the original price end at nothing", "pot/pot 100.00", "percent a: off_percent: 60\npercent b: off_percent: 60", "0.00", "a 60.00, b 40.00", policy="groups: {item: stack}, base: original"),
    Case("an amount before a percent", "pot/pot 100.00", "amount a: off: 10\npercent b: off_percent: 10", "81.00", "a 10.00, b 9.00", policy="groups: {item: stack}"),
    Case("a percent before an amount", "pot/pot 100.00", "percent b: off_percent: 10\namount a: off: 10", "80.00", "b 10.00, a 10.00", policy="groups: {item: stack}"),
    Case("a fixed price after a percent brings nothing more", "pot/pot 100.00", "percent b: off_percent: 50\nprice p: price: 60.00", "50.00", "b 50.00", policy="groups: {item: stack}"),
    Case("at most two of a stack: the best two", "pot/pot 100.00", "amount a: off: 10\namount b: off: 30\namount c: off: 20", "50.00", "b 30.00, c 20.00", why="a at_most", policy="groups: {item: {rule: stack, at_most: 2}}"),
    Case("exclusive: the first that applies, not the best", "pot/pot 100.00", "amount a: off: 10\namount b: off: 30", "90.00", "a 10.00", why="b taken", policy="groups: {item: exclusive}"),
    Case("exclusive is about the same goods", "pot/pot 100.00, mug/cup 50.00", "amount a: off: 10, goods: {category: [pot]}\namount b: off: 30", "110.00", "a 10.00, b 30.00", policy="groups: {item: exclusive}"),
    Case("exclusive: the higher priority first", "pot/pot 100.00", "amount a: off: 10\namount b: priority: 5, off: 30", "70.00", "b 30.00", policy="groups: {item: exclusive}"),
    Case("one offer of the group in the whole cart", "pot/pot 100.00, mug/cup 50.00", "percent a: off_percent: 20, goods: {category: [pot]}\npercent b: off_percent: 50, goods: {category: [cup]}", "125.00", "b 25.00", why="a at_most", policy="groups: {item: {rule: best_of, at_most: 1}}"),
    Case("the best of two order offers", "pot/pot 300.00", f"{STEPS}\namount thirty: group: order, off: 30, each: order", "260.00", "steps 40.00", why="thirty better", policy="groups: {order: best_of}"),
    Case("groups in a sequence of the shop's own", "pot/pot 100.00", "percent b: group: late, off_percent: 10\namount a: group: early, off: 10", "81.00", "a 10.00, b 9.00", policy="sequence: [early, late]"),
    Case("the other sequence", "pot/pot 100.00", "percent b: group: late, off_percent: 10\namount a: group: early, off: 10", "80.00", "b 10.00, a 10.00", policy="sequence: [late, early]"),
    Case("an order percent after item prices", "oolong/tea 100.00, mug/cup 10.00", f"{TEA}\npercent all: group: order, off_percent: 10", "81.00", "tea 20.00, all 9.00"),
    Case("the cheapest by the price as it stands", "oolong/tea 100.00, mug/cup 90.00", f"{TEA}\npercent half: group: order, off_percent: 50, pick: cheapest, units_at_most: 1", "130.00", "tea 20.00, half 40.00"),
    Case("a unit cheaper than its neighbours on one line stays so", "mug/cup 20.00 x2, jug/cup 15.00", "percent half: off_percent: 50, units_at_most: 1, goods: {product_id: [mug]}\npercent gone: group: order, off_percent: 100, pick: cheapest, units_at_most: 1", "35.00", "half 10.00, gone 10.00"),
    # Delivery
    Case("delivery is paid", "pot/pot 50.00", FREE, "62.00", why="free threshold 49.00 net", has="delivery: '12.00'"),
    Case("delivery is free from 99", "pot/pot 99.00", FREE, "99.00", "free 12.00", has="delivery: '12.00'"),
    Case("free delivery looks at what is left after discounts", "oolong/tea 110.00", f"{TEA}\n{FREE}", "100.00", "tea 22.00", why="free threshold 11.00 net", has="delivery: '12.00'"),
    Case("a discount smaller than delivery is left out for it", "oolong/tea 100.00", f"percent tea: off_percent: 5\n{FREE}", "100.00", "free 12.00", why="tea dearer", has="delivery: '12.00'"),
    Case("half of delivery, the half cent for the customer", "pot/pot 50.00", "delivery half: off_percent: 50", "55.00", "half 5.01", has="delivery: '10.01'"),
    Case("an amount off delivery, no more than it costs", "pot/pot 50.00", "delivery ten: off: 10.00", "50.00", "ten 6.00", has="delivery: '6.00'"),
    Case("a fixed price of delivery", "pot/pot 50.00", "delivery flat: price: 5.00", "55.00", "flat 7.00", has="delivery: '12.00'"),
    Case("delivery that is cheaper already", "pot/pot 50.00", "delivery flat: price: 5.00", "54.00", why="flat nothing_left", has="delivery: '4.00'"),
    Case("the best of two delivery offers", "pot/pot 50.00", "delivery half: off_percent: 50\ndelivery ten: off: 10.00", "52.00", "ten 10.00", why="half better", has="delivery: '12.00'"),
    Case("nothing to deliver", "pot/pot 50.00", "delivery free: off_percent: 100", "50.00", why="free nothing_left"),
    Case("delivery does not count toward a threshold", "pot/pot 95.00", FREE, "107.00", why="free threshold 4.00 net", has="delivery: '12.00'"),
    # Gifts
    Case("a gift from 199", "pot/pot 199.00", "gift caddy: where: {net: {at_least: 199}}, gift: {product_id: caddy}", "199.00", answer="gifts: [{offer: caddy, product_id: caddy, quantity: 1}]"),
    Case("no gift under 199, and what is missing", "pot/pot 190.00", "gift caddy: where: {net: {at_least: 199}}, gift: {product_id: caddy}", "190.00", why="caddy threshold 9.00 net", answer="gifts: [], next_step: {offer: caddy, add: '9.00', of: net, saves: '0.00', gift: caddy}"),
    Case("two of a gift, one left in stock", "pot/pot 50.00", "gift caddy: gift: {product_id: caddy, quantity: 2}, stock: 1", "50.00", answer="gifts: [{offer: caddy, product_id: caddy, quantity: 1}]"),
    Case("a gift for certain goods", "oolong/tea 50.00", "gift spoon: goods: {category: [tea]}, gift: {product_id: spoon}", "50.00", answer="gifts: [{offer: spoon, product_id: spoon, quantity: 1}]"),
    Case("no gift for other goods", "mug/cup 50.00", "gift spoon: goods: {category: [tea]}, gift: {product_id: spoon}", "50.00", answer="gifts: []"),
    Case("a gift beside the best of the group", "oolong/tea 100.00", f"{TEA}\ngift spoon: group: item, gift: {{product_id: spoon}}", "80.00", "tea 20.00", answer="gifts: [{offer: spoon, product_id: spoon, quantity: 1}]"),
    # Who, when, where
    Case("a price for gold", "pot/teapot 100.00", "price gold: for: {member.tier: [gold, platinum]}, price: 88.00", "88.00", "gold 12.00", has="tier: gold"),
    Case("a price for gold, seen by silver", "pot/teapot 100.00", "price gold: for: {member.tier: [gold, platinum]}, price: 88.00", "100.00", why="gold tier", has="tier: silver"),
    Case("a price for gold, seen by nobody in particular", "pot/teapot 100.00", "price gold: for: {member.tier: [gold]}, price: 88.00", "100.00", why="gold tier"),
    Case("a price for all but gold", "pot/teapot 100.00", "price not-gold: for: {member.tier: {none_of: [gold]}}, price: 88.00", "88.00", "not-gold 12.00"),
    Case("the price of a tier is only one of several: the best counts", "pot/teapot 100.00", "price gold: for: {member.tier: [gold]}, price: 88.00\npercent fifth: off_percent: 20", "80.00", "fifth 20.00", why="gold better", has="tier: gold"),
    Case("a segment's price", "pot/teapot 100.00", "percent students: for: {member.segment: students}, off_percent: 15", "85.00", "students 15.00", has="segments: [vip, students]"),
    Case("another segment", "pot/teapot 100.00", "percent students: for: {member.segment: students}, off_percent: 15", "100.00", why="students segment", has="segments: [vip]"),
    Case("not for a segment", "pot/teapot 100.00", "percent most: for: {member.segment: {none_of: [staff]}}, off_percent: 15", "100.00", why="most segment", has="segments: [vip, staff]"),
    Case("new members", "pot/teapot 100.00", "percent new: for: {member.joined_days: {at_most: 30}}, off_percent: 15", "85.00", "new 15.00", has="joined_days: 3"),
    Case("no longer new", "pot/teapot 100.00", "percent new: for: {member.joined_days: {at_most: 30}}, off_percent: 15", "100.00", why="new joined_days", has="joined_days: 31"),
    Case("in the live room only", "oolong/tea 100.00", "percent live: where: {channel: live}, off_percent: 25", "75.00", "live 25.00", has="channel: live"),
    Case("seen in the app", "oolong/tea 100.00", "percent live: where: {channel: live}, off_percent: 25", "100.00", why="live channel", has="channel: app"),
    Case("a property of the cart's own", "oolong/tea 100.00", "percent store: where: {store: [s-1, s-2]}, off_percent: 25", "75.00", "store 25.00", has="properties: {store: s-2}"),
    Case("member day: the eighth of each month", "oolong/tea 100.00", "percent day: where: {at.day: [8, 18, 28]}, off_percent: 12", "88.00", "day 12.00"),
    Case("member day: Tuesdays", "oolong/tea 100.00", "percent day: where: {at.weekday: [tuesday]}, off_percent: 12", "88.00", "day 12.00"),
    Case("not on Tuesdays", "oolong/tea 100.00", "percent day: where: {at.weekday: {none_of: [tuesday]}}, off_percent: 12", "100.00", why="day at"),
    Case("days are the shop's: late in London is the next day in Shanghai", "oolong/tea 100.00", "percent day: where: {at.day: 9}, off_percent: 12", "88.00", "day 12.00", has="at: '2026-12-08T17:00:00+00:00'"),
    Case("happy hours", "oolong/tea 100.00", "percent hours: where: {at.hour: {at_least: 20, below: 22}}, off_percent: 10", "90.00", "hours 10.00"),
    Case("the flash sale has not begun", "oolong/tea 59.90", "price flash: price: 39.90, valid: {from: '2026-12-08T21:00'}", "59.90", why="flash not_yet"),
    Case("the flash sale begins on its minute", "oolong/tea 59.90", "price flash: price: 39.90, valid: {from: '2026-12-08T20:30', until: '2026-12-08T22:00'}", "39.90", "flash 20.00"),
    Case("and is over on its minute", "oolong/tea 59.90", "price flash: price: 39.90, valid: {until: '2026-12-08T20:30'}", "59.90", why="flash over"),
    Case("three units in the cart", "mug/cup 10.00, jug/cup 20.00 x2", "percent three: where: {quantity: {at_least: 3}}, off_percent: 10", "45.00", "three 5.00"),
    Case("two units: one is missing", "jug/cup 20.00 x2", "percent three: where: {quantity: {at_least: 3}}, off_percent: 10", "40.00", why="three threshold 1 quantity"),
    Case("two of the offer's own goods", "jug/cup 20.00, oolong/tea 10.00", "percent two: goods: {category: [cup]}, where: {goods.quantity: {at_least: 2}}, off_percent: 10", "30.00", why="two threshold 1 goods.quantity"),
    Case("lines of at least two units", "jug/cup 20.00 x2, mug/cup 10.00", "percent two: where: {line.quantity: {at_least: 2}}, off_percent: 10", "46.00", "two 4.00"),
    Case("dear lines only", "jug/cup 20.00, mug/cup 10.00", "percent dear: where: {line.price: {at_least: 15}}, off_percent: 10", "28.00", "dear 2.00"),
    Case("a list price of at least so much", "oolong/tea 310.00", f"{TEA}\namount ten: group: order, off: 10, each: order, where: {{list: {{at_least: 300}}}}", "238.00", "tea 62.00, ten 10.00"),
    Case("small carts only", "mug/cup 30.00", "amount five: group: order, off: 5, each: order, where: {net: {below: 50}}", "25.00", "five 5.00"),
    Case("not for large carts", "mug/cup 50.00", "amount five: group: order, off: 5, each: order, where: {net: {below: 50}}", "50.00", why="five threshold"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_offers_that_meet(case: Case) -> None:
    check(case)

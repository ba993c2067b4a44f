# ruff: noqa: E501 (rows stay in one line)
"""Pricing cases: offers on goods, each for itself: prices, percents, amounts, sets, gifts added."""

from __future__ import annotations

import pytest

from tests.rules.pricing.shop import Case, check

TEA = "percent tea: off_percent: 20, goods: {category: [tea]}"

CASES = [
    Case("nothing on offer", "oolong/tea 59.90 x2", "", "119.80"),
    Case("a percent off a category", "oolong/tea 100.00, mug/cup 10.00", TEA, "90.00", "tea 20.00"),
    Case("a percent off everything", "oolong/tea 100.00, mug/cup 10.00", "percent all: off_percent: 10", "99.00", "all 11.00"),
    Case("an offer for goods that are not in the cart", "mug/cup 10.00", TEA, "10.00"),
    Case("goods left out by none_of", "oolong/tea 100.00, puer/tea 50.00", "percent tea: off_percent: 20, goods: {category: [tea], none_of: {product_id: [oolong]}}", "140.00", "tea 10.00"),
    Case("goods by product and category both", "oolong/tea 100.00, oolong/gift 50.00", "percent a: off_percent: 10, goods: {product_id: [oolong], category: [gift]}", "145.00", "a 5.00"),
    Case("a fixed price", "oolong/tea 59.90 x2", "price flash: price: 39.90, goods: {product_id: [oolong]}", "79.80", "flash 40.00"),
    Case("a fixed price above the price is no offer", "oolong/tea 30.00", "price flash: price: 39.90", "30.00", why="flash dearer"),
    Case("a fixed price of nothing", "oolong/tea 30.00", "price free: price: 0", "0.00", "free 30.00"),
    Case("an amount off every unit", "mug/cup 20.00 x3", "amount five: off: 5.00, goods: {category: [cup]}", "45.00", "five 15.00"),
    Case("an amount off every line", "mug/cup 20.00 x3, jug/cup 30.00", "amount five: off: 5.00, each: line", "80.00", "five 10.00"),
    Case("an amount off the order, spread in proportion", "mug/cup 20.00, jug/cup 40.00", "amount six: off: 6.00, each: order", "54.00", "six 6.00", lines="18.00 36.00"),
    Case("an amount above the price makes it free, not negative", "mug/cup 3.00 x2", "amount five: off: 5.00", "0.00", "five 6.00"),
    Case("an order's amount above all goods", "mug/cup 3.00, jug/cup 4.00", "amount much: off: 50.00, each: order", "0.00", "much 7.00"),
    Case("100 percent off", "mug/cup 9.99 x3", "percent gone: off_percent: 100", "0.00", "gone 29.97"),
    Case("goods that cost nothing stay at nothing", "bag/bag 0.00 x2, mug/cup 10.00", "percent ten: off_percent: 10", "9.00", "ten 1.00"),
    Case("a third off one cent", "mug/cup 0.01", "percent third: off_percent: 33.3", "0.01", why="third dearer"),
    Case("half a cent rounds for the customer", "mug/cup 0.05", "percent half: off_percent: 50", "0.02", "half 0.03"),
    Case("a line is rounded once, not unit by unit", "mug/cup 0.33 x3", "percent half: off_percent: 50", "0.49", "half 0.50"),
    Case("ten shared over three lines: thirds come to ten", "a/x 10.00, b/x 10.00, c/x 10.00", "amount ten: off: 10.00, each: order", "20.00", "ten 10.00", lines="6.66 6.67 6.67"),
    Case("the best of two on the same goods", "oolong/tea 100.00", f"{TEA}\namount off: off: 25.00", "75.00", "off 25.00", why="tea better"),
    Case("each line has its own best", "oolong/tea 100.00, puer/tea 200.00", f"{TEA}\namount off: off: 25.00", "235.00", "off 25.00, tea 40.00"),
    Case("equal offers: the first in the file", "oolong/tea 100.00", f"{TEA}\npercent same: off_percent: 20", "80.00", "tea 20.00", why="same better"),
    Case("the flash price for two, the rest of the line at the category's percent", "oolong/tea 50.00 x3", "price flash: price: 30.00, goods: {product_id: [oolong]}, at_most: {quantity: 2, per: member}\npercent tea: off_percent: 10", "105.00", "flash 40.00, tea 5.00"),
    Case("of four cups three are cheaper", "mug/cup 20.00 x4", "amount five: off: 5.00, units_at_most: 3", "65.00", "five 15.00"),
    Case("three units over two lines", "mug/cup 20.00 x2, jug/cup 30.00 x2", "percent ten: off_percent: 10, units_at_most: 3", "92.00", "ten 8.00"),
    Case("one of each line", "mug/cup 20.00 x2, jug/cup 30.00 x2", "percent ten: off_percent: 10, units_at_most: {line: 1}", "95.00", "ten 5.00"),
    Case("the cheapest unit at half price", "mug/cup 20.00, jug/cup 30.00 x2", "percent half: off_percent: 50, pick: cheapest, units_at_most: 1", "70.00", "half 10.00"),
    Case("the dearest unit at half price", "mug/cup 20.00, jug/cup 30.00 x2", "percent half: off_percent: 50, pick: dearest, units_at_most: 1", "65.00", "half 15.00"),
    Case("no pick: the unit where it brings most", "mug/cup 20.00, jug/cup 30.00 x2", "percent half: off_percent: 50, units_at_most: 1", "65.00", "half 15.00"),
    Case("no pick: not where another offer is as good", "jug/cup 100.00, mug/cup 90.00", "percent half: off_percent: 50, units_at_most: 1\npercent jug: off_percent: 30, goods: {product_id: [jug]}", "115.00", "half 45.00, jug 30.00"),
    Case("the cheapest is cheapest whatever order it came in", "jug/cup 30.00, mug/cup 20.00, pot/cup 25.00", "percent half: off_percent: 50, pick: cheapest, units_at_most: 1", "65.00", "half 10.00", lines="30.00 10.00 25.00"),
    Case("never more than so much off", "oolong/tea 400.00", "percent tea: off_percent: 20, off_at_most: 50.00", "350.00", "tea 50.00"),
    Case("a maximum counts where offers compete for one line", "oolong/tea 400.00", "percent tea: off_percent: 20, off_at_most: 50.00\npercent all: off_percent: 15", "340.00", "all 60.00", "tea better"),
    Case("so much off is shared by the lines in proportion", "oolong/tea 100.00, puer/tea 300.00", "percent tea: off_percent: 20, off_at_most: 40.00", "360.00", "tea 40.00", lines="90.00 270.00"),
    Case("where the maximum binds, a line goes to another offer", "oolong/tea 100.00, puer/tea 300.00", "percent tea: off_percent: 20, off_at_most: 50.00\npercent ten: off_percent: 10, goods: {product_id: [oolong]}", "340.00", "tea 50.00, ten 10.00"),
    # Sets
    Case("buy three get one: the cheapest free", "mask/mask 30.00 x3, clay/mask 20.00", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}", "90.00", "plus 20.00"),
    Case("buy three get one, three in the cart: one is missing", "mask/mask 30.00 x3", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}", "90.00", why="plus set_incomplete 1 quantity"),
    Case("buy three get one, twice", "mask/mask 30.00 x8", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}", "180.00", "plus 60.00"),
    Case("buy three get one, once only", "mask/mask 30.00 x8", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}, repeat: false", "210.00", "plus 30.00"),
    Case("buy-get does not depend on the order of lines (1)", "a/mask 10.00, b/mask 20.00, c/mask 30.00, d/mask 40.00", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}", "90.00", "plus 10.00"),
    Case("buy-get does not depend on the order of lines (2)", "d/mask 40.00, c/mask 30.00, b/mask 20.00, a/mask 10.00", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}", "90.00", "plus 10.00"),
    Case("the dearest free, when the shop says so", "a/mask 10.00, b/mask 20.00 x3", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}, pick: dearest}", "50.00", "plus 20.00"),
    Case("buy tea, get a cup at half price", "oolong/tea 100.00, mug/cup 20.00 x2", "buy_get cup: buy: {goods: {category: [tea]}}, get: {goods: {category: [cup]}, off_percent: 50}", "130.00", "cup 10.00"),
    Case("buy tea, get a cup: no cup in the cart", "oolong/tea 100.00", "buy_get cup: buy: {goods: {category: [tea]}}, get: {goods: {category: [cup]}}", "100.00", why="cup goods"),
    Case("what is bought and what is got overlap: both are found", "oolong/tea 10.00, mug/cup 20.00", "buy_get any: buy: {goods: {category: [tea]}}, get: {goods: {category: [tea, cup]}}", "10.00", "any 20.00"),
    Case("a unit is not bought and got at once", "mask/mask 30.00", "buy_get one: buy: {goods: {category: [mask]}}, get: {goods: {category: [mask]}}", "30.00", why="one set_incomplete 1 quantity"),
    Case("buy one get one, three units: one free", "mask/mask 30.00 x3", "buy_get one: buy: {goods: {category: [mask]}}, get: {goods: {category: [mask]}}", "60.00", "one 30.00"),
    Case("the free unit is added: nothing comes off, a gift is in", "mask/mask 30.00 x3", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {product_id: [mask]}}, units: added", "90.00", answer="gifts: [{offer: plus, product_id: mask, quantity: 1}]"),
    Case("two free units are added for six", "mask/mask 30.00 x6", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}, units: added", "180.00", answer="gifts: [{offer: plus, product_id: mask, quantity: 2}]"),
    Case("an added unit leaves the goods to other offers", "mask/mask 30.00 x3", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}, units: added\npercent ten: off_percent: 10", "81.00", "ten 9.00", answer="gifts: [{offer: plus, product_id: mask, quantity: 1}]"),
    Case("the second at half price", "chips/snack 10.00 x2", "nth second: nth: 2, off_percent: 50", "15.00", "second 5.00"),
    Case("the second at half price: one in the cart", "chips/snack 10.00", "nth second: nth: 2, off_percent: 50", "10.00", why="second set_incomplete 1 quantity"),
    Case("every second at half price", "chips/snack 10.00 x5", "nth second: nth: 2, off_percent: 50", "40.00", "second 10.00"),
    Case("the second at half price, once", "chips/snack 10.00 x5", "nth second: nth: 2, off_percent: 50, repeat: false", "45.00", "second 5.00"),
    Case("the second of different goods: the cheaper", "chips/snack 10.00, nuts/snack 20.00", "nth second: nth: 2, off_percent: 50", "25.00", "second 5.00"),
    Case("the second of the same goods: line by line", "chips/snack 10.00, nuts/snack 20.00", "nth second: nth: 2, off_percent: 50, each: line", "30.00", why="second set_incomplete"),
    Case("the second of the same goods, two lines of two", "chips/snack 10.00 x2, nuts/snack 20.00 x3", "nth second: nth: 2, off_percent: 50, each: line", "65.00", "second 15.00"),
    Case("the third free, cheapest of six", "a/snack 10.00 x2, b/snack 20.00 x4", "nth third: nth: 3, off_percent: 100", "80.00", "third 20.00"),
    Case("a bundle", "pot/teapot 100.00, mug/cup 20.00 x2", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00", "128.00", "set 12.00"),
    Case("a bundle with a part missing", "pot/teapot 100.00, mug/cup 20.00", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00", "120.00", why="set set_incomplete 1 quantity"),
    Case("two bundles and a cup over", "pot/teapot 100.00 x2, mug/cup 20.00 x5", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00", "276.00", "set 24.00"),
    Case("a bundle that would be dearer is not made", "pot/teapot 90.00, mug/cup 10.00 x2", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00", "110.00", why="set dearer"),
    Case("a bundle takes the dearest cups", "pot/teapot 100.00, mug/cup 20.00, jug/cup 30.00, egg/cup 25.00", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00", "148.00", "set 27.00"),
    Case("a narrow part of a bundle is filled before a wide one", "oolong/tea 50.00, puer/tea 40.00", "bundle two: goods: [{category: [tea]}, {product_id: [oolong]}], price: 70.00", "70.00", "two 20.00"),
    Case("a bundle shares goods with another offer: the better way for all", "pot/teapot 100.00, mug/cup 20.00 x3", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 128.00\npercent cup: off_percent: 50, goods: {category: [cup]}", "130.00", "cup 30.00", why="set better"),
    Case("a bundle and the cup that is left at its own offer", "pot/teapot 100.00, mug/cup 20.00 x3", "bundle set: goods: [{category: [teapot]}, {category: [cup], quantity: 2}], price: 110.00\npercent cup: off_percent: 50, goods: {category: [cup]}", "120.00", "set 30.00, cup 10.00"),
    Case("three plus one and second half price on the same masks", "mask/mask 10.00 x6", "buy_get plus: buy: {goods: {category: [mask]}, quantity: 3}, get: {goods: {category: [mask]}}\nnth second: nth: 2, off_percent: 50", "45.00", "plus 10.00, second 5.00"),
    Case("a fixed price of a set and a percent do not add up on the same goods", "pot/teapot 100.00, mug/cup 20.00", "bundle set: goods: [{category: [teapot]}, {category: [cup]}], price: 100.00\npercent ten: off_percent: 10", "100.00", "set 20.00"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_offers_on_goods(case: Case) -> None:
    check(case)

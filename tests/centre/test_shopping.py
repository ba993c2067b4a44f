"""A real browser buys with a coupon and points, returns half of it, and sees every number explained."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from regulars.checkouts.models import Checkout
from regulars.coupons import writes as coupons
from regulars.coupons.models import Coupon
from regulars.events import readers
from regulars.flow import holds
from regulars.flow.checkout import confirm
from regulars.insight.verify import verify
from regulars.members.reads import by_shop_id
from regulars.offers import writes as offers
from tests.axe import serious
from tests.centre.conftest import sign_in
from tests.events.conftest import wait_for_older_transactions
from tests.flow import stories

pytestmark = pytest.mark.django_db(transaction=True)

OFFERS = """
currency: CNY
time_zone: Asia/Shanghai
offers:
  - key: tea-fifth-off
    name: {en: Tea week, zh-Hans: 茶叶周, zh-Hant: 茶葉週}
    kind: percent
    goods: {category: [tea]}
    off_percent: 20
  - key: big
    name: {en: Big basket}
    kind: spend
    group: order
    steps: [{from: 300, off: 20}]
coupons:
  - key: ten
    name: {en: Ten off}
    kind: amount
    off: 10.00
"""


@pytest.fixture
def ann() -> int:
    """A customer of the demo shop with a coupon and 2,000 points; tea for 100.00 and cups for 50.00 are sold."""
    stories.publish_live_commerce()
    offers.apply(OFFERS)
    customer = stories.Customer("ann", "demo")
    customer.send(
        "Order Completed",
        30,
        order_id="first",
        products=[
            {"product_id": "oolong", "category": "tea", "price": "100.00", "quantity": 1},
            {"product_id": "gaiwan", "category": "cup", "price": "50.00", "quantity": 1},
        ],
    )
    member = by_shop_id("ann")
    assert member is not None
    holds.adjust(member.pk, 2000, "points", "welcome")
    coupons.give("ten", [member.pk], timezone.now())
    return int(member.pk)


@pytest.fixture
def page(live_server: Any, browser: Browser, ann: int) -> Iterator[Page]:
    """Ann's phone, in the demo shop."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    page = context.new_page()
    page.goto("/me/demo-shop")
    page.locator(".customers button").first.click()
    page.wait_for_url("**/me/")
    yield page
    context.close()


def accessible(page: Page) -> None:
    """No serious finding, nothing wider than the screen."""
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def amounts(page: Page, place: str) -> dict[str, str]:
    """The rows of a list of amounts, by their label."""
    rows = page.locator(f"{place} .steps > div")
    texts = [(row.locator("dt").inner_text(), row.locator("dd").inner_text()) for row in rows.all()]
    return {label.split("\n")[0].split("  ")[0].strip(): amount for label, amount in texts}


def test_buying_with_a_coupon_and_points_and_returning_half(page: Page, ann: int) -> None:
    page.goto("/me/demo-shop/basket")
    accessible(page)
    page.get_by_label("Tea oolong").fill("2")
    page.get_by_label("Cup gaiwan").fill("1")
    page.get_by_label("Ten off").check()
    page.get_by_label("Pay with points").fill("2000")
    page.get_by_role("button", name="Show the price").click()
    # 2 × 100 − 20 % + 50 − 10, of which 2,000 points pay 20
    price = amounts(page, "#the-price")
    assert (price["Tea week"], price["Ten off"], price["Total"], price["To pay"]) == (
        "−¥40.00", "−¥10.00", "¥200.00", "¥180.00",
    )  # fmt: skip
    expect(page.get_by_text("Add goods for")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Buy for ¥180.00").click()
    page.wait_for_url("**/me/orders/*")
    accessible(page)
    bill = amounts(page, ".bill")
    assert bill["Goods before discounts"] == "¥250.00"
    assert bill["2,000 points"] == "−¥20.00"
    assert bill["Paid in money"] == "¥180.00"
    expect(page.locator("#points")).to_have_text("Points of this order")
    # every line's list, less what each offer took off it, is its net
    for line in page.locator(".bill-lines li").all():
        rows = [money(row) for row in line.locator(".bill-row > span:last-child").all_inner_texts()]
        assert sum(rows[:-1]) == rows[-1]

    page.locator(".basket-row input").nth(0).fill("1")
    page.get_by_role("button", name="Return these").click()
    page.wait_for_load_state()
    wait_for_older_transactions()
    readers.run("checkouts", confirm.follow)
    page.reload()
    back = amounts(page, ".bill")["Money, gift cards included"]
    # half of the tea: 80 of 210 before the coupon, so 80 − 10 × 160/210 / 2, less its part of the 20 that points paid
    tea = Decimal(80) - Decimal(10) * 80 / 210
    assert abs(money(back) - (tea - Decimal(20) * tea / 200)) <= Decimal("0.02")
    expect(page.get_by_text("Points came back after a refund")).to_be_visible()
    page.goto("/me/orders")
    expect(page.get_by_text("partly returned")).to_be_visible()
    accessible(page)

    # the rest of it, and all is as it was, but for what her first order earned
    page.locator(".order-list a").click()
    page.wait_for_url("**/me/orders/*")
    page.locator(".basket-row input").nth(0).fill("1")
    page.locator(".basket-row input").nth(1).fill("1")
    page.get_by_role("button", name="Return these").click()
    page.wait_for_load_state()
    wait_for_older_transactions()
    readers.run("checkouts", confirm.follow)
    page.reload()
    expect(page.get_by_text("Coupon, yours again")).to_be_visible()
    expect(page.get_by_role("button", name="Return these")).to_have_count(0)
    assert Coupon.objects.get().state == Coupon.OPEN
    assert Checkout.objects.get().returned["money_minor"] == 18_000
    assert verify().found == []


def money(text: str) -> Decimal:
    """``−¥1,234.50`` as a number."""
    return Decimal(text.replace("−", "-").replace("¥", "").replace(",", ""))


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "显示价格"), ("zh-hant", "顯示價格")])
def test_it_speaks_chinese(client: Client, ann: int, language: str, words: str) -> None:
    sign_in(client, "ann")
    client.cookies["django_language"] = language
    assert words in client.get("/me/demo-shop/basket", headers={"Accept-Language": language}).content.decode()


def test_somebody_elses_order_is_not_there(client: Client, ann: int) -> None:
    sign_in(client, "ann")
    answer = client.post(
        "/me/demo-shop/basket", {"q-0": "1", "q-1": "1", "buy": "1"}, headers={"Accept-Language": "en"}
    )
    mine = answer.headers["Location"]
    assert client.get(mine).status_code == 200
    stories.Customer("ben", "demo").send("Product Shared", 1)
    sign_in(client, "ben")
    assert client.get(mine).status_code == 404
    assert client.post(mine.replace("/orders/", "/demo-shop/return/"), {"q-oolong": "1"}).status_code == 404
    assert Checkout.objects.get().returned == {}


def test_a_price_that_changed_is_shown_again(client: Client, ann: int) -> None:
    sign_in(client, "ann")
    answer = client.post("/me/demo-shop/basket", {"q-0": "1", "buy": "1", "total": "1.00"})
    assert answer.status_code == 200
    assert "The cart costs" in answer.content.decode()
    assert not Checkout.objects.exists()


@pytest.mark.parametrize(("path", "most"), [("/me/orders", 12), ("/me/demo-shop/basket", 14)])
def test_pages_ask_few_questions(
    client: Client, ann: int, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, "ann")
    client.get(path)
    with django_assert_max_num_queries(most):
        client.get(path)

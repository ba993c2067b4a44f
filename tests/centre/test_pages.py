"""The member centre's pages, as HTML."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from regulars.flow.history import entries
from regulars.members.models import Member, OutsideId
from tests.centre.conftest import make_person, sign_in
from tests.flow.builders import Person, publish

pytestmark = pytest.mark.django_db


def words(answer: Any) -> str:
    """The text of a page, spaces as one."""
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(body))


def test_home_says_what_i_have_where_i_stand_and_what_happened(member: Client) -> None:
    page = words(member.get("/me/"))
    for text in (
        "150 points",
        "worth $1.50 off an order",
        "Pending 54 Yours when the order arrives, on",
        "Soon expiring 150 good until",
        "Set aside 100",
        "Gold since",
        "$3,260.50 in the last 12 months",
        "Platinum $5,000",
        "$1,739.50 more makes you Platinum.",
        "It brings: Free delivery, 1.5× points",
        "Order m-1-4",
        "Your purchase +42, Tea month +12",
        "+54",
    ):
        assert text in page


def test_home_of_a_newcomer(client: Client) -> None:
    Person(publish(), shop_id="new")
    sign_in(client, "new")
    page = words(client.get("/me/"))
    assert "0 points" in page
    assert "No tier yet" in page
    assert "$500 more makes you Member." in page
    assert "No points yet" in page


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        (
            "",
            [
                "Order m-1-4",
                "Set aside",
                "Paid with points",
                "Points expired",
                "Review: Oat <b>milk</b>",
                "Order m-1-1",
            ],
            [],
        ),
        ("?show=earned", ["Order m-1-4", "Order m-1-1"], ["Set aside", "Paid with points", "Earned in"]),
        ("?show=spent", ["Set aside", "Paid with points"], ["Order m-1-4"]),
        ("?show=expired", ["Earned in"], ["Order m-1-4", "Paid with points"]),
        ("?currency=growth", ["Order m-1-1"], ["Order m-1-4", "Paid with points"]),
    ],
)
def test_history_and_its_filters(member: Client, query: str, there: list[str], not_there: list[str]) -> None:
    page = words(member.get(f"/me/history{query}"))
    for text in there:
        assert text in page
    for text in not_there:
        assert text not in page


def test_what_the_shop_sent_is_escaped(member: Client) -> None:
    assert "<b>milk</b>" not in member.get("/me/history").content.decode()


@pytest.mark.parametrize("query", ["show=x", "currency=x", "before=x", "before=-1", "before=" + "9" * 30])
def test_history_of_nonsense_is_not_found(member: Client, query: str) -> None:
    assert member.get(f"/me/history?{query}").status_code == 404


def test_history_goes_on_with_and_without_script(person: Person, member: Client) -> None:
    from regulars.rules import layout as y

    for i in range(45):
        event = person.event("Order Completed", f"2025-07-{1 + i // 2:02} 04:{i:02}", f"x-{i}")
        person.move(
            y.EARN,
            y.ISSUED,
            y.ACC_AVAILABLE,
            1,
            event,
            lot=person.lot(event, 1, remaining=0),
            rule="purchase",
            base=100,
        )
    seen: list[str] = []
    address: str | None = "/me/history"
    pages = 0
    while address:
        body = member.get(address).content.decode()
        seen += re.findall(r"/me/history/(\d+)", body)
        more = re.search(r'class="more".*?href="([^"]+)"', body, re.S)
        address = more[1].replace("&amp;", "&") if more else None
        pages += 1
    wanted = [str(e.id) for e in entries(person.member.pk, currency="points", limit=100)]
    assert (seen, pages) == (wanted, 3)

    first = member.get("/me/history").content.decode()
    more_of = re.search(r'hx-get="([^"]+)"', first)
    assert more_of is not None
    part = member.get(more_of[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert ">July 2025<" not in part  # the month goes on under the heading that is there
    assert re.findall(r"/me/history/(\d+)", part) == wanted[20:40]


def test_an_entry_says_why_in_full(person: Person, member: Client) -> None:
    [order] = [e for e in entries(person.member.pk) if e.order_id == "m-1-4"]
    page = words(member.get(f"/me/history/{order.id}"))
    for text in (
        "Order m-1-4",
        "+54 points · Pending",
        "Yours when the order arrives",
        "Your purchase Goods, after discounts $35.20 1 point per $1 35.2 1.2× as Gold 42.24 Rounded down 42 Points +42",
        "Tea month Of which tea, coffee $12.99",
    ):
        assert text in page


def test_nobody_sees_anothers_entry(person: Person, member: Client) -> None:
    other = make_person("m-2")
    theirs = entries(other.member.pk)[0]
    assert member.get(f"/me/history/{theirs.id}").status_code == 404


def test_what_is_not_there_is_said_kindly(member: Client) -> None:
    answer = member.get("/me/history/999999")
    assert answer.status_code == 404
    assert "This page is not there" in answer.content.decode()


def test_a_club_without_programme_is_not_open_yet(client: Client) -> None:
    early = Member.objects.create(first_seen_at=timezone.now())
    OutsideId.objects.create(member=early, kind=OutsideId.USER, value="early")
    sign_in(client, "early")
    for path in ("/me/", "/me/history", "/me/tiers"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "The club is not open yet" in answer.content.decode()


def test_tiers_shows_the_whole_ladder(member: Client) -> None:
    page = words(member.get("/me/tiers"))
    for text in (
        "What you spend counts for 365 days. Returns count against it.",
        "You move up at once and keep the level for 365 days.",
        "If it is not earned again by then, you have 30 days more.",
        "Member from $500",
        "Gold You are here from $2,000",
        "Platinum from $5,000 · $1,739.50 to go",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("zh-hans", ["可用积分", "150 积分", "黄金会员", "街角会"]),
        ("zh-hant", ["可用點數", "150 點數", "黃金會員", "街角會"]),
    ],
)
def test_the_language_is_switched_by_a_form(member: Client, language: str, texts: list[str]) -> None:
    answer = member.post("/language/setlang/", {"language": language, "next": "/me/"}, follow=True)
    page = words(answer)
    for text in texts:
        assert text in page


@pytest.mark.parametrize(
    ("path", "most"), [("/me/", 8), ("/me/history", 5), ("/me/tiers", 6), ("/me/history/{entry}", 7)]
)
def test_pages_take_few_queries(
    person: Person, member: Client, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    address = path.format(entry=entries(person.member.pk)[0].id)
    member.get(address)
    with django_assert_max_num_queries(most):
        assert member.get(address).status_code == 200

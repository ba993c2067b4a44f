# ruff: noqa: E501 (one case a line)
"""The task centre, badges, benefits and rules, as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from regulars.events.models import Event
from regulars.flow import benefits
from regulars.flow.errands.names import Names
from regulars.programmes import reads as programme_reads
from regulars.programmes import writes as programmes
from regulars.programmes.words import in_words
from tests.centre.conftest import sign_in
from tests.centre.test_pages import words
from tests.flow.builders import PROGRAMME
from tests.flow.task_club import CLUB, Doer, publish

pytestmark = pytest.mark.django_db
HOUSE = Path(__file__).parents[2] / "programmes"
NEW = ["/me/tasks", "/me/tasks/streak/check-in", "/me/badges", "/me/benefits", "/me/rules"]


@pytest.fixture
def ann() -> Doer:
    """Gold, two days of a streak behind her, none today."""
    publish()
    one = Doer()
    one.does("Signed Up", 20)
    for ago in (2, 1):
        one.does("Checked In", ago)
    one.orders_for("310.00", 1)
    one.does("Survey Answered", 1, survey="tea")
    return one


@pytest.fixture
def visitor(ann: Doer, client: Client) -> Client:
    """A browser that the shop has signed in as ann."""
    sign_in(client, ann.shop_id)
    return client


def test_the_task_centre_says_what_is_to_do_and_what_is_done(ann: Doer, visitor: Client) -> None:
    ann.does("Live Room Watched", seconds=180)
    page = words(visitor.get("/me/tasks"))
    to_do, _, done = page.partition(" With a higher tier ")
    for text in (
        "Check in every day",
        "2 days in a row. Today keeps it going",
        "180 of 300 seconds today",
        "1 of 3 steps. Still to do: complete your profile, review a product",
        "Again each time you get there",
    ):
        assert text in to_do
    assert "From Diamond on" in done
    assert "Answer a survey Gives: 50 points Done The survey is tea" in done
    for never in ("Share a product", "Look at a product"):
        assert never not in page


def test_checking_in_gives_and_says_so(visitor: Client) -> None:
    page = words(visitor.post("/me/tasks/check-in", {"next": "/me/"}, follow=True))
    # on a Monday it is the first visit of a new week, too
    assert "Checked in: +10 points" in page or "Checked in: +40 points" in page
    assert "the badge “Three days”" in page
    assert "3 days in a row" in page
    again = words(visitor.post("/me/tasks/check-in", follow=True))
    assert "You have checked in for today already." in again
    assert Event.objects.filter(name="Checked In", source="centre").count() == 1


def test_a_form_from_elsewhere_checks_nobody_in(ann: Doer) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, ann.shop_id)
    assert strict.post("/me/tasks/check-in").status_code == 403
    assert strict.get("/me/tasks/check-in").status_code == 405
    assert not Event.objects.filter(source="centre").exists()


@pytest.mark.parametrize("body", [{"event": "Order Completed"}, {"name": "Product Reviewed", "properties": "{}"}])
def test_no_other_event_can_be_sent(ann: Doer, visitor: Client, body: dict[str, str]) -> None:
    before = Event.objects.exclude(name__in=["Checked In", "Badge Won"]).count()
    visitor.post("/me/tasks/check-in", body)
    assert Event.objects.exclude(name__in=["Checked In", "Badge Won"]).count() == before


@pytest.mark.parametrize(
    "task",
    ["{key: t, when: Product Reviewed, gives: {points: 5}}", "{key: t, when: Checked In, where: {source: till}, gives: {points: 5}}"],
    ids=["no task of checking in", "only at the till"],
)  # fmt: skip
def test_where_no_task_waits_for_it_nobody_checks_in(client: Client, task: str) -> None:
    publish(f"{CLUB.partition('tasks:')[0]}tasks:\n  - {task}\n")
    one = Doer()
    one.does("Signed Up")
    sign_in(client, one.shop_id)
    assert "Check in</button>" not in client.get("/me/tasks").content.decode()
    assert client.post("/me/tasks/check-in").status_code == 404
    assert not Event.objects.filter(name="Checked In").exists()


@pytest.mark.parametrize(
    "goes_to",
    ["https://evil.example/", "//evil.example", "/console/", "/me/../console/", "/me/leave", "/me/tasks/check-in"],
)
def test_the_way_back_stays_in_the_centre(visitor: Client, goes_to: str) -> None:
    answer = visitor.post("/me/tasks/check-in", {"next": goes_to})
    assert answer.headers["Location"] == "/me/tasks"


def test_the_calendar_is_a_table_that_can_be_read_aloud(ann: Doer, visitor: Client) -> None:
    body = visitor.get("/me/tasks/streak/check-in").content.decode()
    assert re.search(r"<caption[^>]*>Check in every day, ", body)
    assert body.count('<th scope="col">') == 7
    today = timezone.now() + timedelta(hours=8)
    page = words(visitor.get(f"/me/tasks/streak/check-in?month={today:%Y-%m}"))
    assert ", today" in page
    assert "would give 10 points" in page or today.day == 1


@pytest.mark.parametrize("query", ["month=2020-01", "month=x", "month=2026-13", "month=9999-12"])
def test_months_that_are_not_there(visitor: Client, query: str) -> None:
    assert visitor.get(f"/me/tasks/streak/check-in?{query}").status_code == 404


@pytest.mark.parametrize("path", ["/me/tasks/streak/watch-live", "/me/tasks/streak/none"])
def test_what_is_no_streak_has_no_calendar(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_home_shows_what_is_worth_doing_today(visitor: Client) -> None:
    body = visitor.get("/me/").content.decode()
    todo = body.partition("Worth doing today")[2].partition("</section>")[0]
    assert todo.index("Check in every day") < todo.index("Watch a live room")
    # the streak by day, and on a Monday the one by week
    assert todo.count("Check in</button>") in (1, 2)


def test_badges_say_why_and_how(visitor: Client) -> None:
    visitor.post("/me/tasks/check-in")
    page = words(visitor.get("/me/badges"))
    won, _, to_win = page.partition(" To win ")
    assert "Three days Check in every day won on" in won
    assert "Golden You have reached Gold won on" in won
    assert "At home 3 steps, in any order, within 30 days of the first 1 of 3 steps." in to_win
    assert "Birthday child Birthday: on the member's birthday" in to_win


def test_benefits_say_how_often_and_what_comes_next(ann: Doer, visitor: Client) -> None:
    page = words(visitor.get("/me/benefits"))
    assert "What you have as Gold 1.2× points" in page
    assert "Free delivery Choose it at the checkout. 2 of 2 uses left this month" in page
    assert "With Diamond ¥690 ¥690 more" in page or "¥690 more makes you Diamond." in page
    assert "A personal service agent Call 400-100-1000." in page
    assert "Once reached: 500 points" in page
    assert "Used so far" not in page
    for message in ("a", "b"):
        benefits.use(ann.member_id, "free_delivery", "shop", message)
    page = words(visitor.get("/me/benefits"))
    assert "Used up for this month" in page
    assert page.partition("Used so far")[2].count("Free delivery") == 2


def test_somebody_new_has_empty_pages_that_say_so(client: Client) -> None:
    publish(PROGRAMME)
    one = Doer("new")
    one.does("Signed Up")
    sign_in(client, "new")
    home = client.get("/me/").content.decode()
    assert "/me/tasks" not in home  # nothing to do, nothing in the way
    assert "No tasks at the moment" in words(client.get("/me/tasks"))
    assert "No badges yet" in words(client.get("/me/badges"))
    page = words(client.get("/me/benefits"))
    assert "No tier yet Benefits begin with the first tier." in page
    assert "With Member" in page


def test_without_tiers_there_are_no_benefits_but_rules(client: Client) -> None:
    publish("programme: bare\nname: {en: Bare}\ncurrency: USD\ntime_zone: UTC\npoints:\n  points: {name: {en: points}}\nearn:\n  - {key: buy, when: Order Completed, rate: {points: 1, per: 1.00}}\n")  # fmt: skip
    one = Doer()
    one.does("Signed Up")
    sign_in(client, one.shop_id)
    assert client.get("/me/benefits").status_code == 404
    page = words(client.get("/me/rules"))
    assert "1 point for every $1.00 after discounts" in page
    assert 'href="/me/benefits"' not in client.get("/me/rules").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_rules_page_says_all_that_the_programme_says(visitor: Client, language: str) -> None:
    visitor.post("/language/setlang/", {"language": language})
    page = words(visitor.get("/me/rules"))
    _version, programme = programme_reads.current()
    with translation.override(language):
        for section in in_words(programme, called=Names(programme)):
            for sentence in section.sentences:
                assert sentence in page
            for row in section.rows:
                assert row[0] in page


def test_the_rules_page_is_true_when_the_programme_changes(visitor: Client) -> None:
    before = words(visitor.get("/me/rules"))
    assert "In force since the club began." in before
    assert "5, 5, 10 points" in before
    programmes.apply(CLUB.replace("[5, 5, 10]", "[6, 7, 80]").replace("worth: {points: 100,", "worth: {points: 50,"))
    after = words(visitor.get("/me/rules"))
    assert "6, 7, 80 points" in after
    assert "5, 5, 10 points" not in after
    assert "50 points pay ¥1.00." in after
    assert "In force since" in after
    assert "since the club began" not in after


def test_what_will_change_is_said_before_it_does(visitor: Client) -> None:
    later = timezone.now() + timedelta(days=20)
    programmes.apply(CLUB.replace("gives: {points: 40}", "gives: {points: 45}"), effective_at=later)
    page = words(visitor.get("/me/rules"))
    assert "Gives: 45 points (until then: 40 points)" in page
    assert page.count("45 points") == 1  # the rules that run still say 40


def test_rules_are_reached_from_everywhere(visitor: Client) -> None:
    for path in ("/me/", "/me/history", "/me/coupons", *NEW):
        assert 'href="/me/rules"' in visitor.get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        *(("/me/", 12), ("/me/tasks", 9), ("/me/tasks/streak/check-in", 14), ("/me/badges", 12)),
        *(("/me/benefits", 14), ("/me/rules", 6), ("/me/tiers", 6)),
    ],
)
def test_pages_take_few_queries(visitor: Client, path: str, most: int, django_assert_max_num_queries: Any) -> None:
    visitor.get(path)
    with django_assert_max_num_queries(most):
        assert visitor.get(path).status_code == 200


def test_customers_of_the_demo_shop_can_check_in(client: Client) -> None:
    publish((HOUSE / "grocery.yaml").read_text(encoding="utf-8"))
    one = Doer("1", source="demo")
    one.orders_for("30.00", 2)
    sign_in(client, "1")
    assert "Daily check-in" in words(client.get("/me/tasks"))
    assert "Checked in: +1 point. 1 day in a row." in words(client.post("/me/tasks/check-in", follow=True))
    assert "Fresh food bonus" in words(client.get("/me/rules"))

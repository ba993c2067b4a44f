# ruff: noqa: E501 (one case a line)
"""A member's tasks as they are read: which are theirs, how far they are, the calendar of a streak, checking in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from regulars.events.models import Event
from regulars.flow import benefits
from regulars.flow.badges import badges_of
from regulars.flow.errands import sending
from regulars.flow.errands.read import order_to_do, tasks_of
from regulars.flow.errands.streak import streak_of
from regulars.flow.errands.view import TaskView
from regulars.insight.verify import verify
from regulars.points.models import Balance
from tests.flow.task_club import CLUB, Doer, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Doer:
    """Somebody who joined ten days ago; noon in Shanghai."""
    publish()
    noon = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
    one = Doer(now=noon if noon <= datetime.now(UTC) else noon - timedelta(days=1))
    one.does("Signed Up", 10)
    return one


def tasks(one: Doer) -> dict[str, TaskView]:
    """Their tasks at their noon."""
    return {task.key: task for task in tasks_of(one.member_id, one.now)}


def test_what_is_for_others_is_left_out_and_what_a_tier_lacks_is_said(ann: Doer) -> None:
    found = tasks(ann)
    assert list(found) == [
        *("check-in", "weekly", "watch-live", "two-orders", "settle-in", "survey", "diamond-tasting", "below-gold"),
    ]
    assert (found["diamond-tasting"].state, found["diamond-tasting"].from_tier) == ("locked", "Diamond")
    ann.orders_for("200.00", 1)
    assert "below-gold" not in tasks(ann)  # gold now; it is for those below only
    new = Doer("bob", now=ann.now)
    new.does("Signed Up", 1)
    assert "newcomers" in tasks(new)


STATES: list[tuple[str, list[tuple[Any, ...]], str, tuple[str, str, str]]] = [
    ("nothing done", [], "watch-live", ("open", "0 of 300 seconds today", "0/300")),
    ("a part of today's", [("Live Room Watched", 0, {"seconds": 180})], "watch-live", ("open", "180 of 300 seconds today", "180/300")),
    ("yesterday's is gone", [("Live Room Watched", 1, {"seconds": 180})], "watch-live", ("open", "0 of 300 seconds today", "0/300")),
    ("done for today", [("Live Room Watched", 0, {"seconds": 500})], "watch-live", ("done", "Done. Again from tomorrow", "300/300")),
    ("two of three steps", [("Profile Completed", 3, {}), ("Product Reviewed", 1, {})], "settle-in", ("open", "2 of 3 steps. Still to do: place an order", "2/3")),
    ("done for good", [("Survey Answered", 3, {"survey": "tea"})], "survey", ("done", "Done", "1/1")),
    ("another survey", [("Survey Answered", 3, {"survey": "wine"})], "survey", ("open", "", "0/1")),
    ("a run that goes on", [("Checked In", 2, {}), ("Checked In", 1, {})], "check-in", ("open", "2 days in a row. Today keeps it going", "2/3")),
    ("kept today", [("Checked In", 1, {}), ("Checked In", 0, {})], "check-in", ("done", "2 days in a row. Done. Again from tomorrow", "2/3")),
    ("a broken run", [("Checked In", 3, {}), ("Checked In", 2, {})], "check-in", ("open", "Not begun yet", "0/3")),
]  # fmt: skip


@pytest.mark.parametrize(("done", "key", "seen"), [pytest.param(*case[1:], id=case[0]) for case in STATES])
def test_how_far_a_task_is(ann: Doer, done: list[tuple[Any, ...]], key: str, seen: tuple[str, str, str]) -> None:
    for name, ago, properties in done:
        ann.does(name, ago, **properties)
    found = tasks(ann)[key]
    assert (found.state, found.progress, f"{found.done}/{found.of}") == seen


WORDS = [
    (
        "en",
        "check-in",
        "Check in every day",
        "",
        "5 to 10 points a day; for 3 days in a row also the badge “Three days”",
    ),
    ("zh-hans", "check-in", "每天签到", "", "每天 5 至 10 积分；连续 3 天另得徽章“Three days”"),
    ("zh-hant", "weekly", "每週到訪", "每週簽到", "每週 20 至 30 積分"),
    ("en", "settle-in", "3 steps, in any order, within 30 days of the first", "", "200 points, the badge “At home”"),
    ("zh-hans", "watch-live", "一天内观看直播满 300 秒", "", "10 积分"),
    ("zh-hant", "two-orders", "下單 2 次", "", "40 積分"),
]


@pytest.mark.parametrize(("language", "key", "title", "what", "gives"), WORDS)
def test_tasks_in_words(ann: Doer, language: str, key: str, title: str, what: str, gives: str) -> None:
    with translation.override(language):
        found = tasks(ann)[key]
    assert (found.title, found.what, found.gives) == (title, what, gives)


def test_checking_in_counts_once_a_day_however_often_it_is_sent(ann: Doer) -> None:
    yesterday, today = ann.now - timedelta(days=1), ann.now
    assert sending.check_in(ann.member_id, yesterday).points == {"points": 5 + 20}
    assert sending.check_in(ann.member_id, yesterday + timedelta(hours=3)).is_new is False
    assert sending.check_in(ann.member_id, today).points["points"] >= 5
    before = Balance.objects.get(member_id=ann.member_id, currency="points").available
    again = sending.check_in(ann.member_id, today)
    assert (again.is_new, Balance.objects.get(member_id=ann.member_id, currency="points").available) == (False, before)
    events = Event.objects.filter(name="Checked In", member_id=ann.member_id)
    assert [event.source for event in events] == ["centre", "centre"]
    assert tasks(ann)["check-in"].figures.done == 2
    assert verify().drift == 0


def test_the_day_of_a_check_in_is_the_programmes(ann: Doer) -> None:
    """16:30 in London is tomorrow in Shanghai."""
    day = ann.now.replace(hour=0) - timedelta(days=3)
    sending.check_in(ann.member_id, day.replace(hour=15, minute=30))
    assert sending.check_in(ann.member_id, day.replace(hour=16, minute=30)).is_new
    found = streak_of(ann.member_id, "check-in", None, day.replace(hour=17))
    assert found is not None
    assert found.run == 2


@pytest.mark.parametrize(
    ("task", "may"),
    [
        ("{key: t, when: Checked In, count: 3, gives: {points: 1}}", True),
        ("{key: t, when: Checked In, where: {source: till}, count: 3, gives: {points: 1}}", False),
        ("{key: t, when: Product Reviewed, gives: {points: 1}}", False),
        ("{key: t, when: Order Completed, gives: {points: 1}}", False),
        ("{key: t, steps: [Checked In, Order Completed], gives: {points: 1}}", False),
    ],
    ids=["check in", "check in at the till only", "a review", "an order", "a step of several"],
)
def test_the_centre_offers_to_send_only_what_it_may(task: str, may: bool) -> None:
    head, _, rest = CLUB.partition("\ntasks:\n")
    publish(f"{head}\ntasks:\n  - {task}\n")
    one = Doer()
    one.does("Signed Up", 1)
    assert one.tasks()["t"].sendable is may
    assert rest


def test_what_comes_again_every_day_is_to_do_first(ann: Doer) -> None:
    ann.does("Profile Completed", 1)
    keys = [task.key for task in order_to_do(tasks_of(ann.member_id, ann.now))]
    assert keys[:4] == ["check-in", "weekly", "watch-live", "settle-in"]


def test_a_month_of_a_streak(ann: Doer) -> None:
    now = datetime(2026, 3, 20, 4, tzinfo=UTC)
    one = Doer("may", now=now)
    for ago in (18, 17, 16, 2, 1):
        one.does("Checked In", ago)
    found = streak_of(one.member_id, "check-in", None, now)
    assert found is not None
    assert [len(week) for week in found.weeks] == [7] * 6
    slots = {slot.first.day: slot for week in found.weeks for slot in week if slot is not None}
    assert len(slots) == 31
    assert [day for day, slot in slots.items() if slot.kept] == [2, 3, 4, 18, 19]
    assert [slots[day].run for day in (2, 4, 19, 20)] == [1, 3, 2, 0]
    # the badge was won with the first three days, so none is promised again
    assert [(day, slots[day].gives) for day in (19, 20, 21, 23)] == [(19, ""), (20, "10 points"), (21, "5 points"), (23, "10 points")]  # fmt: skip
    assert (found.before, found.after) == (None, date(2026, 4, 1))
    april = streak_of(one.member_id, "check-in", date(2026, 4, 1), now)
    assert april is not None
    assert (april.before, april.after) == (date(2026, 3, 1), None)
    for month in (date(2026, 2, 1), date(2026, 5, 1)):
        assert streak_of(one.member_id, "check-in", month, now) is None


def test_weeks_are_a_list_from_joining_on(ann: Doer) -> None:
    now = datetime(2026, 3, 20, 4, tzinfo=UTC)  # a Friday
    one = Doer("may", now=now)
    one.does("Checked In", 7)
    found = streak_of(one.member_id, "weekly", None, now)
    assert found is not None
    assert found.weeks == []
    assert [(slot.first.isoformat(), slot.kept, slot.gives) for slot in found.slots[:3]] == [
        ("2026-03-09", True, ""),
        ("2026-03-16", False, "30 points"),
        ("2026-03-23", False, "20 points"),
    ]


@pytest.mark.parametrize("key", ["watch-live", "nothing", "diamond-tasting"])
def test_only_a_members_own_streaks_have_a_calendar(ann: Doer, key: str) -> None:
    assert streak_of(ann.member_id, key) is None


def test_badges_won_and_to_win(ann: Doer) -> None:
    ann.does("Profile Completed", 5)
    for ago in (3, 2, 1):
        ann.does("Checked In", ago)
    ann.orders_for("200.00", 1)
    won = [(one.name, one.how) for one in badges_of(ann.member_id) if one.won_at]
    assert sorted(won) == [("Golden", ["You have reached Gold"]), ("Three days", ["Check in every day"])]
    left = {one.key: one for one in badges_of(ann.member_id) if not one.won_at}
    assert left["birthday-child"].how == ["Birthday: on the member's birthday"]
    assert left["at-home"].progress == "2 of 3 steps. Still to do: review a product"
    assert set(left) == {"birthday-child", "at-home"}


def test_a_member_nothing_is_known_of_has_tasks_and_no_badges(ann: Doer) -> None:
    new = Doer("new")
    new.does("Product Seen", 0)
    assert {task.state for task in tasks_of(new.member_id)} == {"open", "locked"}
    assert all(one.won_at is None for one in badges_of(new.member_id))


def test_few_queries(ann: Doer, django_assert_max_num_queries: Any) -> None:
    for ago in (3, 2, 1):
        ann.does("Checked In", ago)
    member = ann.member_id
    tasks_of(member)
    with django_assert_max_num_queries(4):
        tasks_of(member)
    with django_assert_max_num_queries(5):
        streak_of(member, "check-in")
    with django_assert_max_num_queries(8):
        badges_of(member)


def test_benefits_of_a_level_and_their_uses(ann: Doer) -> None:
    ann.orders_for("200.00", 1)
    benefits.use(ann.member_id, "free_delivery", "shop", "u-1")
    [mine, _] = benefits.of_member(ann.member_id)
    assert (mine.left, mine.how) == (1, "Choose it at the checkout.")
    assert [use.properties["benefit"] for use in benefits.uses(ann.member_id)] == ["free_delivery"]

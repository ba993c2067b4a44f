"""Tasks, badges and benefits: measured from what members did, drilled to who they are, recorded and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regulars.events.models import Event
from regulars.flow import benefits
from regulars.programmes import writes
from regulars.tiers.models import BenefitUse, Use
from tests.console.test_queries import asked
from tests.flow.stories import Customer

TEXT = """\
programme: club
name: {en: Club}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {name: {en: points, zh-Hans: 积分}}
tiers:
  measure: spending
  levels:
    - {key: silver, from: 10, name: {en: Silver}, benefits: [lounge, parking]}
benefits:
  lounge: {name: {en: Lounge}, at_most: {times: 2, per: month}}
earn:
  - {key: purchase, when: Order Completed, rate: {points: 1, per: 1.00}}
tasks:
  - {key: check-in, when: Checked In, streak: {points: [5, 7], per: day}, gives: {badge: two-days}}
  - {key: three-reviews, when: Product Reviewed, count: 3, gives: {badge: critic}}
  - {key: hundred, when: Order Completed, sum: {of: net, reaches: 100, every: true}, gives: {points: 50}}
  - {key: settle-in, steps: [Profile Completed, Product Reviewed], within_days: 3, gives: {points: 20}}
  - {key: survey, when: Survey Answered, gives: {points: 9}}
"""


@pytest.fixture
def people(db: None) -> dict[str, Customer]:
    writes.apply(TEXT)
    ann, bob, cat = (Customer(name) for name in ("ann", "bob", "cat"))
    ann.send("Checked In", 40)  # a run of one, long over
    ann.send("Profile Completed", 12)  # no review within three days: over
    for ago in (5.5, 5, 4):
        ann.send("Product Reviewed", ago)  # and with the first the steps begin anew, which are over now, too
    for ago in (2, 1, 0):  # a run of three
        ann.send("Checked In", ago)
    bob.orders_for(9, ("Tea", "tea", "230.00"))  # done twice, 30 on the way
    bob.send("Checked In", 3)  # over since the day before yesterday
    bob.send("Product Reviewed", 0)
    cat.orders_for(8, ("Tea", "tea", "20.00"))
    cat.send("Profile Completed", 2)
    cat.send("Checked In", 1)  # goes on if she comes today
    cat.send("Survey Answered", 1)
    return {one.shop_id: one for one in (ann, bob, cat)}


FIGURES = {
    # task: on the way, today, 7 days, 30 days, points
    "check-in": (2, 1, 5, 5, 5 + 7 + 5 + 5 + 5),
    "three-reviews": (1, 1, 1, 1, 0),  # it gives a badge only, which was won when the last review was taken in
    "hundred": (2, 0, 0, 1, 100),
    "settle-in": (2, 0, 0, 0, 0),
    "survey": (None, 0, 1, 1, 9),
}


def test_the_figures_are_what_members_did(admin: Client, people: dict[str, Customer]) -> None:
    page = admin.get(reverse("admin:points_counter_changelist"))
    rows = {row["key"]: row for row in page.context["rows"]}
    said = {
        key: (row["on_the_way"], row["today"], row["week"], row["month"], int(row["points"].split(" ")[0] or 0))
        for key, row in rows.items()
    }
    assert said == FIGURES
    assert page.context["chart"] is not None


@pytest.mark.parametrize(
    ("task", "state", "who"),
    [
        ("check-in", "way", {"ann": (3, 2), "cat": (1, 2)}),
        ("three-reviews", "way", {"bob": (1, 3)}),
        ("hundred", "way", {"bob": (3_000, 10_000), "cat": (2_000, 10_000)}),
        ("settle-in", "way", {"bob": (1, 2), "cat": (1, 2)}),
    ],
)
def test_the_members_behind_the_numbers(
    admin: Client, people: dict[str, Customer], task: str, state: str, who: dict[str, tuple[int, int]]
) -> None:
    page = admin.get(reverse("admin:points_task", args=[task]), {"state": state})
    assert {one["shop_id"]: (one["done"], one["of"]) for one in page.context["members"]} == who


@pytest.mark.parametrize(
    ("task", "who"), [("three-reviews", ["ann"]), ("hundred", ["bob"]), ("survey", ["cat"]), ("settle-in", [])]
)
def test_who_has_done_it(admin: Client, people: dict[str, Customer], task: str, who: list[str]) -> None:
    page = admin.get(reverse("admin:points_task", args=[task]), {"state": "done"})
    assert [one["shop_id"] for one in page.context["members"]] == who


def test_members_come_a_page_at_a_time(
    admin: Client, people: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.console.club.tasks.PER_PAGE", 1)
    for task, state in (("hundred", "way"), ("check-in", "done")):
        address, seen = f"{reverse('admin:points_task', args=[task])}?state={state}", []
        start: Any = ""
        while start is not None:
            page = admin.get(f"{address}&from={start}")
            seen += [one["shop_id"] for one in page.context["members"]]
            start = page.context["more"]
        assert seen == {"hundred": ["bob", "cat"], "check-in": ["cat", "bob", "ann", "ann", "ann"]}[task]


def test_a_task_is_found_by_name_and_nothing_says_so(admin: Client, people: dict[str, Customer]) -> None:
    address = reverse("admin:points_counter_changelist")
    assert [row["key"] for row in admin.get(address, {"q": "REVIEW"}).context["rows"]] == ["three-reviews"]
    assert "No task is called so" in admin.get(address, {"q": "xyz"}).content.decode()


def test_empty_pages_say_what_to_do(admin: Client, db: None) -> None:
    said = admin.get(reverse("admin:points_counter_changelist")).content.decode()
    assert "No programme has been applied yet" in said
    writes.apply(TEXT.partition("tasks:")[0])
    cache.clear()
    assert "The programme has no tasks" in admin.get(reverse("admin:points_counter_changelist")).content.decode()
    assert "Nobody has won a badge yet" in admin.get(reverse("admin:tiers_badge_changelist")).content.decode()
    assert "No benefit has been used yet" in admin.get(reverse("admin:tiers_use_changelist")).content.decode()


def test_badges_are_listed_counted_narrowed_and_exported(admin: Client, people: dict[str, Customer]) -> None:
    address = reverse("admin:tiers_badge_changelist")
    page = admin.get(address)
    assert f'/{people["ann"].member_id}/change/">ann</a>' in page.content.decode()
    assert {(one["key"], one["members"]) for one in page.context["counts"]} == {("two-days", 1), ("critic", 1)}
    assert [row.key for row in admin.get(address, {"key": "critic"}).context["cl"].result_list] == ["critic"]
    assert len(admin.get(address, {"q": "ann"}).context["cl"].result_list) == 2
    assert len(admin.get(address, {"q": "bob"}).context["cl"].result_list) == 0
    assert len(admin.get(address, {"won": "1"}).context["cl"].result_list) == 2  # recorded today
    text = b"".join(admin.get(reverse("admin:tiers_badge_csv"), {"key": "critic"})).decode().splitlines()  # type: ignore[arg-type]
    assert text[0] == "id,shop_id,member_id,key,event_id,won_at"
    assert text[1].split(",")[1:4] == ["ann", str(people["ann"].member_id), "critic"]


def test_a_use_is_recorded_counted_and_taken_back(
    as_role: Callable[[str], Client], people: dict[str, Customer]
) -> None:
    service, bob = as_role("service"), people["bob"]
    page = service.get(reverse("admin:members_member_change", args=[bob.member_id]))
    once = str(page.context["once"])
    for _twice in range(2):  # a double press counts once
        service.post(reverse("admin:tiers_use_record"), {"id": bob.member_id, "benefit": "lounge", "once": once})
    use = Use.objects.get()
    assert (use.member_id, use.key, BenefitUse.objects.get().times) == (bob.member_id, "lounge", 1)
    benefits.use(bob.member_id, "lounge", "till", "till-1")
    third = {"member": "bob", "benefit": "lounge", "once": "00000000-0000-4000-8000-000000000000"}
    assert "as often as it may" in service.post(reverse("admin:tiers_use_record"), third, follow=True).content.decode()
    row = service.get(reverse("admin:tiers_use_changelist")).context["cl"].result_list[0]
    assert (row.times_now, row.shop_id) == (2, "bob")
    back = reverse("admin:tiers_use_take_back", args=[use.pk])
    assert "reason" in service.post(back, {"reason": " "}, follow=True).content.decode().lower()
    service.post(back, {"reason": "the wrong member"})
    use.refresh_from_db()
    assert (use.reason, use.taken_back_by, BenefitUse.objects.get().times) == ("the wrong member", "service-person", 1)
    fact = Event.objects.get(name="Benefit Use Taken Back")
    assert fact.properties == {"benefit": "lounge", "event_id": use.event_id, "reason": "the wrong member"}
    assert "taken back before" in service.post(back, {"reason": "again"}, follow=True).content.decode()
    assert BenefitUse.objects.get().times == 1
    [entitled] = [one for one in benefits.of_member(bob.member_id) if one.key == "lounge"]
    assert (entitled.used, entitled.left) == (1, 1)


def test_a_use_from_before_is_not_taken_back(admin: Client, people: dict[str, Customer]) -> None:
    benefits.use(people["bob"].member_id, "parking", "till", "till-1")
    Use.objects.update(window=None)
    address = reverse("admin:tiers_use_change", args=[Use.objects.get().pk])
    assert "it cannot be taken back" in admin.get(address).content.decode()
    admin.post(reverse("admin:tiers_use_take_back", args=[Use.objects.get().pk]), {"reason": "x"})
    assert Use.objects.get().taken_back_at is None


def test_uses_by_month_and_benefit(admin: Client, people: dict[str, Customer]) -> None:
    bob = people["bob"].member_id
    benefits.use(bob, "parking", "till", "t1", timezone.now() - timedelta(days=70))
    benefits.use(bob, "parking", "till", "t2")
    benefits.use(bob, "lounge", "till", "t3")
    address = reverse("admin:tiers_use_changelist")
    sums = {one["key"]: (one["month"], one["ever"]) for one in admin.get(address).context["sums"]}
    assert sums == {"parking": (1, 2), "lounge": (1, 1)}
    month = f"{timezone.now() - timedelta(days=70):%Y-%m}"
    assert [row.key for row in admin.get(address, {"month": month}).context["cl"].result_list] == ["parking"]
    assert len(admin.get(address, {"key": "lounge"}).context["cl"].result_list) == 1


def test_nobody_uses_what_their_tier_does_not_bring(admin: Client, people: dict[str, Customer]) -> None:
    posted = {"member": "nobody", "benefit": "lounge", "once": "00000000-0000-4000-8000-000000000000"}
    said = admin.post(reverse("admin:tiers_use_record"), posted, follow=True).content.decode()
    assert "No member has the shop" in said
    admin.post(reverse("admin:tiers_use_record"), posted | {"member": "ann"})
    assert not Use.objects.exists()


@pytest.mark.parametrize(
    ("role", "sees", "records"),
    [("admin", 200, 302), ("marketer", 200, 403), ("analyst", 200, 403), ("service", 200, 302), ("nobody", 403, 403)],
)
def test_who_may(
    as_role: Callable[[str], Client], people: dict[str, Customer], role: str, sees: int, records: int
) -> None:
    client = as_role(role)
    for name in ("points_counter_changelist", "tiers_badge_changelist", "tiers_use_changelist"):
        assert client.get(reverse(f"admin:{name}")).status_code == sees, name
    assert client.get(reverse("admin:points_task", args=["check-in"])).status_code == sees
    posted = {"member": "bob", "benefit": "lounge", "once": "00000000-0000-4000-8000-000000000000"}
    assert client.post(reverse("admin:tiers_use_record"), posted).status_code == records


def test_a_members_page_has_tasks_badges_and_benefits(admin: Client, people: dict[str, Customer]) -> None:
    page = admin.get(reverse("admin:members_member_change", args=[people["bob"].member_id]))
    assert {one["key"]: one["percent"] for one in page.context["tasks"]} == {
        "three-reviews": 33,
        "hundred": 30,
        "settle-in": 50,
    }
    assert [one.key for one in page.context["benefits"]] == ["lounge", "parking"]
    page = admin.get(reverse("admin:members_member_change", args=[people["ann"].member_id]))
    assert {one.key for one in page.context["badges"]} == {"critic", "two-days"}


MOST = {"points_counter_changelist": 14, "points_task": 16, "tiers_badge_changelist": 14, "tiers_use_changelist": 15}


def test_queries_do_not_grow(admin: Client, people: dict[str, Customer]) -> None:
    def counted() -> dict[str, int]:
        return {
            name: len(asked(admin, reverse(f"admin:{name}", args=["check-in"] if name == "points_task" else [])))
            for name in MOST
        }

    benefits.use(people["bob"].member_id, "parking", "till", "t0")
    before = counted()
    for number in range(12):
        one = Customer(f"more-{number}", orders=20 * (number + 1))
        one.send("Checked In", 1)
        one.send("Checked In", 0)
        one.orders_for(1, ("Tea", "tea", "20.00"))
        benefits.use(one.member_id, "parking", "till", f"more-{number}")
    after = counted()
    assert {name: (before[name], after[name]) for name in MOST if after[name] > before[name] + 1} == {}
    assert {name: after[name] for name in MOST if after[name] > MOST[name]} == {}

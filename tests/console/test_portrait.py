"""The portrait of a member, on its page and as the API's object."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regulars.api import keys
from regulars.api.writes import make_key
from regulars.audience.portrait import portrait
from regulars.audience.portrait.timeline import KINDS, timeline
from regulars.audience.scores.making.refresh import refresh
from regulars.audience.scores.models import Score
from regulars.audience.segments.models import Membership, Segment
from regulars.events.models import Event
from regulars.members.models import Member
from regulars.members.reads import selves
from regulars.points.models import Transfer
from tests.audience.scores.lakes import lake_of, shoppers
from tests.flow.stories import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(client: Client, member_id: int, **query: str) -> str:
    answer = client.get(reverse("admin:portrait", args=[member_id]), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def api() -> Callable[..., Any]:
    """Asks the API with a key that may read members."""
    keys.forget()
    token = make_key("portrait", "shop", [keys.MEMBERS_READ])[1]

    def ask(path: str, **headers: str) -> Any:
        return Client().get(path, headers={"authorization": f"Bearer {token}", **headers})

    return ask


def scored(member_id: int, tmp_path: Path) -> Score:
    """A run of another shop's orders in which the member's number is one of its people's."""
    run = refresh(lake_of(tmp_path, shoppers(400, days=400))).run
    score = Score.objects.filter(run_id=run.pk, frequency__gt=3).order_by("member_id").first()
    assert score is not None
    Score.objects.filter(run_id=run.pk, member_id=member_id).delete()
    Score.objects.filter(run_id=run.pk, member_id=score.member_id).update(member_id=member_id)
    return Score.objects.get(run_id=run.pk, member_id=member_id)


def test_what_is_counted_is_what_was_bought(club: dict[str, Customer]) -> None:
    customer = club["gold"]
    one = portrait(Member.objects.get(pk=customer.member_id))
    orders = Event.objects.filter(member_id=customer.member_id, name="Order Completed", fact=False)
    net = sum(line["net_minor"] for order in orders for line in (order.amounts or {})["lines"])
    assert one.orders and one.spent_minor + one.returned_minor <= net
    by_category: dict[str, int] = {}
    for order in orders:
        for line in (order.amounts or {})["lines"]:
            by_category[line["category"]] = by_category.get(line["category"], 0) + line["net_minor"]
    if not one.returned_minor:
        assert {row.name: row.net_minor for row in one.categories} == by_category
        assert one.spent_minor == net
    assert sum(one.hours.values()) == one.orders
    assert one.stage is not None and one.first_order and one.first_order <= one.stage.since <= one.today


def test_each_estimate_says_how_and_how_sure(tmp_path: Path, admin: Client, club: dict[str, Customer]) -> None:
    member = club["gold"].member_id
    score = scored(member, tmp_path)
    one = portrait(Member.objects.get(pk=member))
    assert [each.key for each in one.estimates] == ["leaving", "alive", "orders", "value", "action"]
    assert all(each.how and each.sure and each.value for each in one.estimates)
    assert one.pushes and sum(push.log_odds for push in one.pushes) == pytest.approx(sum(score.pushes), abs=1e-6)
    page = page_of(admin, member)
    for each in one.estimates:
        assert each.title in page
    assert "raises the risk" in page or "lowers the risk" in page


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_in_three_languages(language: str, tmp_path: Path, admin: Client, club: dict[str, Customer]) -> None:
    scored(club["gold"].member_id, tmp_path)
    admin.cookies["regulars_language"] = language
    page = page_of(admin, club["gold"].member_id)
    english = ("What is expected, and how sure that is", "Chance of no order", "Counted from", "Nothing is recorded.")
    for words in english:
        assert (words in page) == (language == "en"), words


def test_who_sees_personal_data(as_role: Callable[[str], Client], club: dict[str, Customer]) -> None:
    from regulars.members import personal

    member = club["gold"].member_id
    personal.put(member, {"name": "Ada Example", "email": "ada@example.com"})
    for role, sees in (("service", True), ("admin", True), ("analyst", False)):
        page = page_of(as_role(role), member)
        assert ("ada@example.com" in page) == sees, role
        assert "E-mail" in page  # that it is kept, everybody may know
    assert as_role("nobody").get(reverse("admin:portrait", args=[member])).status_code == 403


def test_without_orders_anonymous_and_joined(admin: Client, club: dict[str, Customer]) -> None:
    now = timezone.now()
    known = Member.objects.create(first_seen_at=now, identified_at=now)
    visitor = Member.objects.create(first_seen_at=now)
    joined = Member.objects.create(first_seen_at=now, merged_into_id=club["gold"].member_id)
    assert "No order yet, so there is nothing to say" in page_of(admin, known.pk)
    assert "A visitor who never signed in" in page_of(admin, visitor.pk)
    answer = admin.get(reverse("admin:portrait", args=[joined.pk]))
    assert answer.status_code == 302 and answer["Location"].endswith(f"/{club['gold'].member_id}/portrait/")
    assert admin.get(reverse("admin:portrait", args=[10**9])).status_code == 404


def test_segments_are_named(admin: Client, club: dict[str, Customer]) -> None:
    member = club["gold"].member_id
    Segment.objects.create(key="tea-people", name="Tea people", kind="list", definition={})
    Membership.objects.create(segment="tea-people", member_id=member, since=timezone.now())
    assert "Tea people" in page_of(admin, member)


def test_the_timeline_holds_everything_once(club: dict[str, Customer]) -> None:
    ids = selves(club["gold"].member_id)
    for kind in KINDS:
        found, before = [], ""
        while True:
            page = timeline(ids, kind, before, limit=3)
            found += page.rows
            if page.following is None:
                break
            before = page.following
        events = [row.event.pk for row in found if row.event]
        transfers = [row.transfer.pk for row in found if row.transfer]
        assert len(events) == len(set(events)) and len(transfers) == len(set(transfers)), kind
        if kind == "points":
            assert sorted(transfers) == sorted(Transfer.objects.filter(member_id__in=ids).values_list("pk", flat=True))
        if kind == "orders":
            names = {row.event.name for row in found if row.event}
            assert "Order Completed" in names and names <= {"Order Completed", "Order Refunded", "Order Delivered"}
    for wrong in (("nonsense", ""), ("all", "1"), ("all", "a.b"), ("all", f"{10**30}.1")):
        with pytest.raises(ValueError):
            timeline(ids, *wrong)


def test_the_page_of_a_kind_and_more_of_it(admin: Client, club: dict[str, Customer]) -> None:
    member = club["gold"].member_id
    assert "Order Completed" in page_of(admin, member, kind="orders")
    assert admin.get(reverse("admin:portrait", args=[member]), {"kind": "x"}).status_code == 404
    assert admin.get(reverse("admin:portrait_timeline", args=[member]), {"before": "3"}).status_code == 404
    assert admin.get(reverse("admin:portrait_timeline", args=[member]), {"kind": "points"}).status_code == 200


def test_the_api_has_the_same(tmp_path: Path, api: Callable[..., Any], club: dict[str, Customer]) -> None:
    customer = club["gold"]
    score = scored(customer.member_id, tmp_path)
    answer = api(f"/api/members/{customer.shop_id}/portrait")
    assert answer.status_code == 200, answer.content
    found = json.loads(answer.content)
    assert found["id"] == customer.shop_id
    assert found["scores"]["estimates"]["leaving"]["leaving_90"] == pytest.approx(score.leaving_90, abs=1e-4)
    assert found["scores"]["estimates"]["value"]["value_365_minor"] == score.value_365_minor
    assert found["personal_data"]["consent"] is None and "person" not in found
    chinese = json.loads(api(f"/api/members/{customer.shop_id}/portrait", **{"accept-language": "zh-hans"}).content)
    assert chinese["scores"]["estimates"]["leaving"]["how"] != found["scores"]["estimates"]["leaving"]["how"]
    assert api("/api/members/nobody/portrait").status_code == 404
    rows = json.loads(api(f"/api/members/{customer.shop_id}/timeline?limit=2").content)
    assert len(rows["timeline"]) == 2 and rows["next"]
    following = json.loads(api(f"/api/members/{customer.shop_id}/timeline?limit=2&before={rows['next']}").content)
    assert not {json.dumps(row) for row in rows["timeline"]} & {json.dumps(row) for row in following["timeline"]}
    assert api(f"/api/members/{customer.shop_id}/timeline?before=x").status_code == 422


def test_a_bounded_number_of_queries(
    tmp_path: Path, admin: Client, club: dict[str, Customer], django_assert_max_num_queries: Any
) -> None:
    member = club["gold"].member_id
    scored(member, tmp_path)
    with django_assert_max_num_queries(14):
        portrait(Member.objects.get(pk=member), see_person=True)
    page_of(admin, member)
    with django_assert_max_num_queries(30):
        page_of(admin, member)
    began = time.process_time()
    page_of(admin, member)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("orders", [1, 3])
def test_few_orders_have_a_page_that_says_what_they_do_not_tell(orders: int, admin: Client, programme: None) -> None:
    customer = Customer("few")
    for _ in range(orders):
        customer.orders_for(1, ("Tea", "tea", "10.00"))
    one = portrait(Member.objects.get(pk=customer.member_id))
    assert one.orders == orders and one.rhythm is None and "orders" not in one.missing
    assert one.missing["rhythm"] in page_of(admin, customer.member_id)

"""Buying together: never more places than people, formed or failed in time, every checkout of a failed group told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from regulars.events.models import Event
from regulars.flow import groups
from regulars.groups import reads
from regulars.groups.models import Group, Place
from regulars.groups.writes import KEPT
from regulars.offers import reads as offers
from regulars.rules.pricing import Left, read_cart
from tests.flow.reward_shop import all_at_once, kind_of, publish, somebody

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
LATER = NOW + timedelta(hours=24)


@pytest.fixture
def people() -> list[int]:
    """Four members of a shop with a group buy for three."""
    publish()
    return [somebody(name, 0) for name in ("ann", "bob", "cat", "dan")]


def opened(member_id: int) -> Group:
    return groups.open_group(member_id, "tea-for-three", "g1", "web", NOW)


def pays(group: Group, member_id: int, now: datetime = NOW) -> UUID:
    """Checks out and pays; the checkout."""
    checkout = uuid4()
    with transaction.atomic():
        groups.take_place(group.pk, member_id, checkout, now)
    with transaction.atomic():
        groups.paid(checkout, now)
    return checkout


def names() -> Counter[str]:
    return Counter(Event.objects.filter(name__startswith="Group Buy").values_list("name", flat=True))


def test_three_pay_and_the_group_forms(people: list[int]) -> None:
    group = opened(people[0])
    assert (group.people, group.deadline) == (3, LATER)
    groups.join(group.pk, people[1], NOW)
    for member in people[:2]:
        pays(group, member)
    assert Group.objects.get().state == "open"
    pays(group, people[2])
    assert Group.objects.get().state == "formed"
    assert names() == {"Group Buy Opened": 1, "Group Buy Joined": 2, "Group Buy Formed": 3}
    assert groups.end_due(LATER) == []
    assert Group.objects.get().state == "formed"


def test_a_group_that_is_not_full_in_time_fails_and_tells_its_checkouts_until_they_are_released(
    people: list[int],
) -> None:
    group = opened(people[0])
    first, second = pays(group, people[0]), uuid4()
    groups.take_place(group.pk, people[1], second, NOW)
    groups.join(group.pk, people[2], NOW)
    assert groups.end_due(LATER - timedelta(seconds=1)) == []
    wanted = {(first, True), (second, False)}
    for _ in range(2):
        assert {(one.checkout_id, one.paid) for one in groups.end_due(LATER)} == wanted
    assert Group.objects.get().state == "failed"
    assert names()["Group Buy Failed"] == 3
    assert groups.leave(second, LATER)
    assert [(one.checkout_id, one.paid) for one in groups.end_due(LATER)] == [(first, True)]
    assert groups.leave(first, LATER)
    assert groups.end_due(LATER) == []
    assert not groups.leave(first, LATER)


def test_who_pays_too_late_is_refunded(people: list[int]) -> None:
    group = opened(people[0])
    pays(group, people[0])
    pays(group, people[1])
    last = uuid4()
    groups.take_place(group.pk, people[2], last, NOW)
    found = groups.paid(last, LATER)
    assert found is not None and found.state == "open"
    assert {one.checkout_id for one in groups.end_due(LATER)} >= {last}
    assert all(one.paid for one in groups.end_due(LATER))


def test_a_place_that_is_left_is_free_again(people: list[int]) -> None:
    group = opened(people[0])
    groups.join(group.pk, people[1], NOW)
    checkout = uuid4()
    groups.take_place(group.pk, people[2], checkout, NOW)
    assert kind_of(lambda: groups.join(group.pk, people[3], NOW)) == "group-full"
    assert groups.leave(checkout, NOW)
    groups.join(group.pk, people[3], NOW)
    assert kind_of(lambda: groups.join(group.pk, people[2], NOW)) == "group-full"


def test_who_joins_and_does_not_pay_makes_way(people: list[int]) -> None:
    group = opened(people[0])
    pays(group, people[0])
    groups.join(group.pk, people[1], NOW)
    groups.join(group.pk, people[2], NOW)
    assert kind_of(lambda: groups.join(group.pk, people[3], NOW)) == "group-full"
    late = NOW + KEPT
    groups.join(group.pk, people[3], late)
    groups.join(group.pk, people[1], late)
    assert kind_of(lambda: groups.join(group.pk, people[2], late)) == "group-full"
    assert set(Place.objects.values_list("member_id", flat=True)) == {people[0], people[1], people[3]}


def test_in_a_formed_group_a_place_stays(people: list[int]) -> None:
    group = opened(people[0])
    checkouts = [pays(group, member) for member in people[:3]]
    assert not groups.leave(checkouts[0], NOW)
    assert Place.objects.count() == 3


def test_checkouts_without_a_group_are_nobodys_business() -> None:
    assert groups.paid(uuid4(), NOW) is None
    assert not groups.leave(uuid4(), NOW)


def _busy(people: list[int]) -> Any:
    group = opened(people[0])
    groups.take_place(group.pk, people[0], uuid4(), NOW)
    return groups.take_place(group.pk, people[0], uuid4(), NOW)


REFUSED: list[tuple[str, Callable[[list[int]], Any], str]] = [
    ("a group buy that there is not", lambda p: groups.open_group(p[0], "coffee", "g", "web"), "unknown-group-buy"),
    ("an offer that is no group buy", lambda p: groups.open_group(p[0], "mug", "g", "web"), "unknown-group-buy"),
    ("for another tier", lambda p: groups.open_group(p[0], "for-diamonds", "g", "web"), "group-not-for-member"),
    ("no group's id", lambda p: groups.join("tea", p[0]), "unknown-group"),
    ("an unknown group", lambda p: groups.join(uuid4(), p[0]), "unknown-group"),
    ("after the deadline", lambda p: groups.join(opened(p[0]).pk, p[1], LATER), "group-closed"),
    ("another's message", lambda p: [opened(p[0]), opened(p[1])], "message-id-reused"),
    ("two checkouts for one place", _busy, "group-busy"),
]  # fmt: skip


@pytest.mark.parametrize(("work", "kind"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_what_is_refused(people: list[int], work: Callable[[list[int]], Any], kind: str) -> None:
    assert kind_of(lambda: work(people)) == kind


def test_the_same_message_again_is_the_same_group(people: list[int]) -> None:
    assert opened(people[0]).pk == opened(people[0]).pk
    assert (Group.objects.count(), Place.objects.count()) == (1, 1)


def price_for(member_id: int, group: object = None, now: datetime = NOW) -> str:
    """What tea costs this member in a cart of that group."""
    found = offers.live()
    data = {"lines": [{"product_id": "tea", "price": "12.00", "quantity": 1}], "currency": "CNY"}
    cart, problems = read_cart(data | ({"group": str(group)} if group else {}), "CNY", 0)
    assert cart is not None, problems
    keys = groups.left(found, cart.properties.get("group"), member_id, now)
    left: dict[str, Left] = {**offers.left_of(found, found.limited, member_id, now), **keys}
    answer = found.pricer.price(cart, left)
    assert answer.total_minor == 990 or any(one.why == "group" for one in answer.not_applied)
    return str(answer.total_minor)


def test_the_price_holds_for_a_cart_of_an_open_group_only(people: list[int]) -> None:
    group = opened(people[0])
    assert price_for(people[0]) == "1200"
    assert price_for(people[0], uuid4()) == "1200"
    assert price_for(people[0], "tea-for-three") == "1200"
    assert price_for(people[0], group.pk) == "990"
    assert price_for(people[1], group.pk) == "990", "there is a place for bob"
    assert price_for(people[0], group.pk, LATER) == "1200"
    for member in people[:3]:
        pays(group, member)
    assert price_for(people[3], group.pk) == "1200"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_for_three_places() -> None:
    publish()
    crowd = [somebody(f"m{i}", 0) for i in range(20)]
    group = opened(crowd[0])
    answers = all_at_once(
        partial(pays, group, member, NOW + timedelta(microseconds=i)) for i in range(5) for member in crowd[1:]
    )
    assert answers.count("") == 2
    assert set(answers) <= {"", "group-full", "group-busy"}
    assert Place.objects.count() == 3
    assert Place.objects.filter(paid_at__isnull=False).count() == 2
    pays(group, crowd[0])
    assert Group.objects.get().state == "formed"
    assert names()["Group Buy Formed"] == 3


@pytest.mark.django_db(transaction=True)
def test_joining_paying_leaving_and_failing_at_once_never_makes_a_fourth_place() -> None:
    publish()
    crowd = [somebody(f"m{i}", 0) for i in range(8)]
    group = opened(crowd[0])

    def comes_and_goes(member: int, number: int) -> None:
        checkout = uuid4()
        with transaction.atomic():
            groups.take_place(group.pk, member, checkout, NOW)
        held = reads.group(group.pk)
        assert held is not None and len(reads.held(held, NOW)) <= 3
        with transaction.atomic():
            if number % 3:
                groups.leave(checkout, NOW)
            else:
                groups.paid(checkout, NOW)

    works = [partial(comes_and_goes, member, i) for i in range(12) for member in crowd]
    answers = all_at_once(works, threads=8)
    assert "" in answers
    found = Group.objects.get()
    paid = Place.objects.filter(paid_at__isnull=False).count()
    assert paid <= 3
    assert (found.state == "formed") == (paid == 3)

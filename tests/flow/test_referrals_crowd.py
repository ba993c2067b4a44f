"""Referrals in disorder and in a crowd: what must hold whatever happens, and two workers at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from regulars.events.models import Event
from regulars.events.readers import run
from regulars.flow.problems import Problem
from regulars.flow.referrals import counting, returning, review
from regulars.flow.referrals.follow import follow
from regulars.insight.verify import verify
from regulars.points.models import Transfer
from regulars.programmes import writes as programmes
from regulars.referrals import writes
from regulars.referrals.models import Invite, Referral
from tests.flow.friends import NOON, PROGRAMME, Shop

WORKERS = 4
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_the_laws_hold_in_any_disorder(seed: int) -> None:
    """Never more given than the cap allows; each friend at most once; every referral in one state only; no drift."""
    programmes.apply(PROGRAMME + "  holds: {friends_per_hour: 4, friends_per_network: 2}\n")
    random, shop = Random(seed), Shop()
    people = [f"p{number}" for number in range(8)]
    for step in range(60):
        who, other = random.choice(people), random.choice(people)
        ago = random.uniform(0, 60)
        doing = random.choice(("accepts", "orders", "orders", "refunds", "follow", "review", "visitor"))
        if doing == "accepts":
            shop.accepts(who, other, ago, ip=f"203.0.113.{random.randrange(4)}")
        elif doing == "visitor":
            shop.accepts(f"visitor-{step}", other, ago)
            shop.send(who, "", kind="identify", anonymous_id=f"visitor-{step}")
        elif doing == "orders":
            device = {"device": {"id": f"d{random.randrange(20)}"}}
            shop.orders(who, f"o{step}", random.choice(("9.00", "60.00")), ago, context=device)
        elif doing == "refunds":
            placed = Event.objects.filter(name="Order Completed", member_id=shop.member(who)).order_by("?").first()
            gone = Event.objects.filter(name="Order Cancelled").values_list("order_id", flat=True)
            if placed is not None and placed.order_id not in gone:
                shop.refunds(who, placed.order_id or "")
        elif doing == "review":
            row = Referral.objects.order_by("?").first()
            if row is not None:
                act = random.choice((review.accept, review.refuse))
                with suppress(Problem):
                    act(row.pk, row.state, "mia", "Because.")
        else:
            shop.follow()
    shop.follow()
    counted = Event.objects.filter(name="Referral Counted", properties__side="referrer").order_by("pk")
    friends = [event.properties["other"] for event in counted]
    assert len(friends) == len(set(friends))
    given = Counter(
        (event.member_id, event.occurred_at.astimezone(SHANGHAI).strftime("%Y-%m"))
        for event in counted
        if Transfer.objects.filter(member_id=event.member_id, event_id=event.pk, rule="referral:referrer").exists()
    )
    assert given
    assert max(given.values()) <= 2
    live = Referral.objects.exclude(state="refused").values_list("friend_id", flat=True)
    assert len(live) == len(set(live))
    assert not Referral.objects.filter(state__in=("due", "returning")).exists()
    assert verify().drift == 0


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_count_each_friend_once() -> None:
    programmes.apply(PROGRAMME.replace("times: 2", "times: 50"))
    shop = Shop()
    shop.member("ann")
    friends = [f"f{number}" for number in range(12)]
    for friend in friends:
        shop.accepts(friend, "ann", ago=10 - int(friend[1:]) / 2)
        shop.orders(friend, f"o-{friend}", ago=1)
    gate = Barrier(WORKERS)

    def work(_: int) -> None:
        try:
            gate.wait()
            for _again in range(3):
                run("referrals", follow)
                counting.count_due()
                returning.take_back_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    assert [shop.state(friend) for friend in friends] == ["counted"] * len(friends)
    assert Event.objects.filter(name="Referral Counted").count() == 2 * len(friends)
    assert shop.has("ann") == 300 * len(friends)
    assert verify().drift == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_decide_at_once_and_one_is_told() -> None:
    programmes.apply(PROGRAMME + "  holds: {friends_per_network: 1}\n")
    shop = Shop()
    for friend in ("bob", "cat"):
        shop.accepts(friend, "ann", ip="203.0.113.7")
        shop.orders(friend, friend)
        shop.follow()
    held = Referral.objects.get(state="held").pk
    gate = Barrier(2)

    def decide(act: Callable[..., Any]) -> str:
        try:
            gate.wait()
            return str(act(held, "held", "mia", "Because.").state)
        except Problem as refused:
            return refused.kind
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        became = sorted(pool.map(decide, (review.accept, review.refuse)))
    assert became in (["counted", "referral-settled"], ["referral-settled", "refused"])


@pytest.mark.django_db(transaction=True)
def test_a_code_asked_for_by_many_at_once_is_one() -> None:
    gate = Barrier(WORKERS)

    def ask(_: int) -> str:
        try:
            gate.wait()
            return writes.invite_of(7, NOON).code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        codes = set(pool.map(ask, range(WORKERS)))
    assert codes == {Invite.objects.get().code}

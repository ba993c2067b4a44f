"""Referrals in disorder and in a crowd: what must hold whatever happens, and two workers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from django.db import connections

from regulars.events.models import Event
from regulars.events.readers import run
from regulars.flow.problems import Problem
from regulars.flow.referrals import counting, returning, review
from regulars.flow.referrals.follow import follow
from regulars.insight.verify import verify
from regulars.programmes import writes as programmes
from regulars.referrals import writes
from regulars.referrals.models import Invite, Referral
from tests.flow.friends import NOON, PROGRAMME, Shop

WORKERS = 4


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
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
            if placed is not None and not Event.objects.filter(name="Order Cancelled", order_id=placed.order_id).exists():
                shop.refunds(who, placed.order_id or "")
        elif doing == "review":
            row = Referral.objects.order_by("?").first()
            if row is not None:
                act = random.choice((review.accept, review.refuse))
                try:
                    act(row.pk, row.state, "mia", "Because.")
                except Problem as refused:
                    assert refused.kind in {"referral-settled", "referral-of-another"}
        else:
            shop.follow()
    shop.follow()
    counted = Event.objects.filter(name="Referral Counted", properties__side="referrer").order_by("pk")
    friends = [event.properties["other"] for event in counted]
    assert len(friends) == len(set(friends))
    given: dict[tuple[int | None, str], int] = {}
    for event in counted:
        month = event.occurred_at.strftime("%Y-%m")
        earned = sum(one["points"] for one in (event.decision or {}).get("transfers", []) if one["kind"] == "earn")
        given[event.member_id, month] = given.get((event.member_id, month), 0) + earned
    # two a month; local months begin 8 hours before those of UTC, and nothing happens then
    assert all(points <= 2 * 300 for points in given.values()), given
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
def test_two_people_decide_at_once_and_one_is_told(django_user_model: object) -> None:
    programmes.apply(PROGRAMME + "  holds: {friends_per_network: 1}\n")
    shop = Shop()
    for friend in ("bob", "cat"):
        shop.accepts(friend, "ann", ip="203.0.113.7")
        shop.orders(friend, friend)
        shop.follow()
    held = Referral.objects.get(state="held").pk
    gate = Barrier(2)

    def decide(act: object) -> str:
        try:
            gate.wait()
            return act(held, "held", "mia", "Because.").state  # type: ignore[operator,no-any-return]
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

"""Many at once, on a real PostgreSQL with a connection each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from regulars.coupons import batches, codes
from regulars.coupons.models import Batch, Coupon
from regulars.events.models import Event
from regulars.flow.coupons import claiming
from regulars.flow.coupons.beginning import Wanted, begin
from regulars.flow.coupons.once import Asked
from regulars.flow.problems import Problem
from tests.coupons.conftest import publish, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(do: Callable[[int], Any], number: int) -> Counter[str]:
    """Call it from so many threads at the same moment; how often each answer came."""
    ready = Barrier(number)

    def one(place: int) -> str:
        try:
            connection.ensure_connection()
            ready.wait(60)
            do(place)
        except Problem as problem:
            return problem.kind
        finally:
            connection.close()
        return "got"

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(one, range(number)))


def test_a_hundred_want_the_last_ten() -> None:
    """A hundred members in two waves of fifty, each wave at the same moment."""
    publish()
    batch = begin(Wanted("ten-off", Batch.CLAIMED, count=25), Asked()).batch
    for _ in range(15):
        claiming.claim(somebody(), batch.pk, Asked())
    members = [somebody() for _ in range(100)]
    answers: Counter[str] = Counter()
    for wave in (members[:50], members[50:]):
        answers += all_at_once(lambda place, wave=wave: claiming.claim(wave[place], batch.pk, Asked()), 50)
    assert answers == {"got": 10, "claim-sold-out": 90}
    batch.refresh_from_db()
    assert batch.made == Coupon.objects.filter(batch=batch).count() == 25
    assert Event.objects.filter(name="Coupon Issued").count() == 25
    owners = Coupon.objects.filter(batch=batch).values_list("member_id", flat=True)
    assert len(set(owners)) == 25


def test_one_member_presses_many_times() -> None:
    publish()
    batch = begin(Wanted("ten-off", Batch.CLAIMED, count=100, per_member=2), Asked()).batch
    member = somebody()
    answers = all_at_once(lambda place: claiming.claim(member, batch.pk, Asked()), 20)
    assert answers == {"got": 2, "claimed-before": 18}
    batch.refresh_from_db()
    assert batch.made == Coupon.objects.count() == 2


def test_the_same_request_many_times_is_one() -> None:
    publish()
    batch = begin(Wanted("ten-off", Batch.CLAIMED, count=100, per_member=50), Asked()).batch
    member = somebody()
    answers = all_at_once(lambda place: claiming.claim(member, batch.pk, Asked("web", "once")), 12)
    assert answers == {"got": 12}
    batch.refresh_from_db()
    assert batch.made == Coupon.objects.count() == 1


def test_one_code_and_many_who_type_it() -> None:
    publish()
    batch = begin(Wanted("ten-off", Batch.GENERATED, count=1), Asked()).batch
    codes.make(batch.pk)
    code = Coupon.objects.get().code or ""
    members = [somebody() for _ in range(20)]
    answers = all_at_once(lambda place: claiming.add_code(members[place], code, Asked()), 20)
    assert answers == {"got": 1, "code-used": 19}
    assert Event.objects.filter(name="Coupon Issued").count() == 1


def test_guessing_at_once_is_counted_like_guessing_in_turn() -> None:
    publish()
    member = somebody()
    answers = all_at_once(lambda place: claiming.add_code(member, f"GUESS{place}", Asked()), 30)
    assert answers == {"unknown-code": claiming.TRIES_MAX, "too-many-tries": 30 - claiming.TRIES_MAX}


def test_two_makers_of_one_batch_make_no_more_than_wanted() -> None:
    batch = batches.begin(Batch(key="x", name="x", kind=Batch.GENERATED, wanted=20_000, length=10))
    made = []
    all_at_once(lambda place: made.append(codes.make(batch.pk, at_once=500)), 4)
    # Whoever found it locked has left it to the others; nobody is left when all have.
    made.append(codes.make(batch.pk))
    batch.refresh_from_db()
    assert sum(made) == batch.made == Coupon.objects.filter(batch=batch).count() == 20_000
    assert batch.state == Batch.READY

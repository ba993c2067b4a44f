"""Outside ids become members, once, and visitors become customers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from regulars.members import personal, reads, writes
from regulars.members.models import Member, OutsideId
from regulars.members.who import Who
from regulars.store.questions import ask

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def resolve(*whos: Who) -> list[int]:
    """As ingest does it."""
    with transaction.atomic(), connection.cursor() as cursor:
        known = writes.known(whos)
        ask(known)
        return writes.resolve(cursor, whos, known.answer, NOW)


def visitor(anonymous_id: str) -> Who:
    """Somebody who has not signed in."""
    return Who(anonymous_id=anonymous_id)


ANN, BOB = Who("ann"), Who("bob")


@pytest.mark.parametrize(
    ("batches", "same", "different"),
    [
        pytest.param([[ANN, BOB, ANN]], [(0, 2)], [(0, 1)], id="two customers, one of them twice"),
        pytest.param([[ANN], [ANN]], [(0, 1)], [], id="a customer comes back"),
        pytest.param([[visitor("v")], [visitor("v")]], [(0, 1)], [], id="a visitor comes back"),
        pytest.param([[Who("ann", "v")], [visitor("v")]], [(0, 1)], [], id="a customer's visitor id"),
        pytest.param([[visitor("v"), Who("ann", "v")]], [(0, 1)], [], id="signs in within one batch"),
        pytest.param([[Who("ann", "v")], [Who("bob", "v")], [visitor("v")]], [(0, 2)], [(0, 1)], id="a shared device"),
        pytest.param([[Who("ann", "v"), Who("bob", "v")]], [], [(0, 1)], id="a shared device in one batch"),
        pytest.param([[ANN, visitor("ann")]], [], [(0, 1)], id="a visitor id that spells like a customer's"),
    ],
)
def test_who_is_who(
    batches: Sequence[list[Who]], same: list[tuple[int, int]], different: list[tuple[int, int]]
) -> None:
    ids = [member_id for batch in batches for member_id in resolve(*batch)]
    assert all(ids[a] == ids[b] for a, b in same)
    assert all(ids[a] != ids[b] for a, b in different)


def test_a_visitor_who_signs_in_is_joined() -> None:
    (before,) = resolve(visitor("v"))
    (ann,) = resolve(ANN)
    writes.describe(before, {"email": "new@example.com", "phone": "5550100"}, {"city": "Bern", "plan": "free"})
    writes.describe(ann, {"email": "ann@example.com"}, {"plan": "pro"})
    assert resolve(Who("ann", "v")) == [ann]
    assert resolve(visitor("v")) == [ann]
    assert Member.objects.get(pk=before).merged_into_id == ann
    assert reads.selves(ann) == [ann, before]
    assert Member.objects.get(pk=ann).traits == {"city": "Bern", "plan": "pro"}
    assert personal.get(ann) == {"email": "ann@example.com", "phone": "5550100"}
    assert personal.get(before) == {}
    assert {(one.kind, one.value) for one in reads.outside_ids(ann)} == {("user", "ann"), ("anonymous", "v")}


def test_a_customer_is_known_since_their_first_own_event() -> None:
    before, ann = resolve(visitor("v"), ANN)
    assert Member.objects.get(pk=before).identified_at is None
    assert Member.objects.get(pk=ann).identified_at == NOW


def test_a_thousand_take_few_queries() -> None:
    whos = [Who(f"u-{number}", f"v-{number}") for number in range(500)] + [visitor(f"w-{n}") for n in range(500)]
    statements: list[str] = []
    with transaction.atomic(), connection.cursor() as cursor:

        class Counting:
            def execute(self, statement: str, params: object = None) -> None:
                statements.append(statement)
                cursor.execute(statement, params)

            def fetchall(self) -> list[object]:
                return cursor.fetchall()

        known = writes.known(whos)
        ask(known)
        ids = writes.resolve(Counting(), whos, known.answer, NOW)
    assert len(set(ids)) == 1000
    assert len(statements) <= 5
    assert OutsideId.objects.count() == 1500


def test_null_forgets_and_the_rest_stays() -> None:
    (ann,) = resolve(ANN)
    writes.describe(ann, {"email": "a@example.com", "name": "Ann"}, {"plan": "pro", "tags": ["tea"]})
    writes.describe(ann, {"email": None}, {"plan": None, "age_group": "30s"})
    assert personal.get(ann) == {"name": "Ann"}
    assert Member.objects.get(pk=ann).traits == {"tags": ["tea"], "age_group": "30s"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann", {"ann", "annika"}),
        ("ann@exam", {"ann"}),
        ("ANN@EXAMPLE.COM", {"ann"}),
        ("+41 79 555 01 00", {"ann"}),
        ("0795550100", {"ann"}),
        ("keller", {"bob"}),
        ("100%", set()),
        ("_", set()),
        ("", set()),
    ],
)
def test_search(text: str, found: set[str]) -> None:
    ann, _annika, bob = resolve(ANN, Who("annika"), BOB)
    personal.put(ann, {"email": "ann@example.com", "phone": "+41795550100"})
    personal.put(bob, {"firstName": "Bob", "lastName": "Keller"})
    members = [member.pk for member in reads.search(text)]
    assert set(reads.shop_id_of(members).values()) == found


@pytest.mark.django_db(transaction=True)
def test_two_batches_with_the_same_new_customers() -> None:
    whos = [Who(f"u-{number}", f"v-{number}") for number in range(200)]
    results: list[list[int]] = []
    ready = threading.Barrier(4)

    def work(turned: bool) -> None:
        try:
            ready.wait()
            asked = whos[::-1] if turned else whos
            found = resolve(*asked)
            results.append(found[::-1] if turned else found)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number % 2 == 1,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(result == results[0] for result in results)
    assert Member.objects.count() == 200  # nobody's empty double is left
    assert OutsideId.objects.count() == 400

"""A crowd on several threads through the real door: afterwards the ledger is exactly what the log says."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection

from regulars.flow.sweep import sweep
from regulars.insight.verify import verify
from regulars.programmes import writes as programmes
from tests.flow import crowd
from tests.flow.ledger_laws import offences

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def assert_exact() -> None:
    """Not a point of drift, and every law holds."""
    proof = verify()
    assert proof.found == []
    assert proof.drift == 0
    assert offences() == {}


@pytest.mark.parametrize(("seed", "threads", "operations"), [(1, 1, 400), (2, 4, 1_300)])
def test_a_crowd_leaves_the_ledger_exact(seed: int, threads: int, operations: int) -> None:
    crowd.publish()
    people = crowd.Crowd(seed)
    people.operations(operations, threads)
    assert_exact()
    programmes.apply(crowd.THIRD.replace("{points: 1, per: 1.00}, times", "{points: 2, per: 1.00}, times"))
    people.come_to_today(Random(seed))
    people.owe_and_repay()
    sweep(everyone=True)
    assert_exact()
    assert {"accepted", "duplicate", "refused"} <= people.statuses.keys()
    if operations > 1_000:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind FROM points_transfer GROUP BY 1")
            assert {row[0] for row in cursor.fetchall()} == set(range(1, 12)), "some kind of transfer never happened"

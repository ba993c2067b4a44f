"""Redeeming through ``flow.holds``: answers, repeats and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.flow import holds
from regulars.flow.problems import Problem
from regulars.insight.verify import verify
from regulars.members import reads as members
from regulars.points.models import Balance, Hold
from tests.flow import crowd
from tests.flow.ledger_laws import offences
from tests.flow.test_ingest_edges import order, sent, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> int:
    """A member with 50 points to spend."""
    crowd.programmes.apply(crowd.PROGRAMME)
    take(order(14), sent("Order Delivered", 13, order_id="A"))
    found = members.by_shop_id("ann")
    assert found is not None
    return found.pk


def points() -> tuple[int, int]:
    """Available and held."""
    balance = Balance.objects.get(currency="points")
    return balance.available, balance.held


def test_place_capture_release(ann: int) -> None:
    first = holds.place(ann, 30)
    assert points() == (20, 30)
    assert holds.capture(first["hold"], 10)["balances"]["points"]["available"] == 40
    second = holds.place(ann, 40)
    assert points() == (0, 40)
    holds.release(second["hold"])
    assert points() == (40, 0)
    assert list(Hold.objects.order_by("id").values_list("state", "points")) == [(1, 10), (2, 40)]
    assert verify().found == []
    assert offences() == {}


def test_the_same_message_again_gets_the_first_answer(ann: int) -> None:
    first = holds.place(ann, 30, message_id="h")
    assert holds.place(ann, 30, message_id="h") == first
    assert points() == (20, 30)
    taken = holds.capture(first["hold"], message_id="c")
    again = holds.capture(first["hold"], message_id="c")
    assert again["transfers"] == taken["transfers"]
    assert points() == (20, 0)


YESTERDAY = datetime.now(UTC) - timedelta(days=1)
REFUSED: list[tuple[str, Callable[[int], Any], int, str]] = [
    ("more than there is", lambda ann: holds.place(ann, 51), 409, "insufficient-points"),
    ("none", lambda ann: holds.place(ann, 0), 422, "points-out-of-range"),
    ("fewer than none", lambda ann: holds.place(ann, -5), 422, "points-out-of-range"),
    ("a true number", lambda ann: holds.place(ann, True), 422, "points-out-of-range"),
    ("points that are not for spending", lambda ann: holds.place(ann, 5, "growth"), 422, "not-spendable"),
    ("points that do not exist", lambda ann: holds.place(ann, 5, "gems"), 422, "unknown-points"),
    ("lapsed before it begins", lambda ann: holds.place(ann, 5, expires_at=YESTERDAY), 422, "lapsed"),
    ("capture of nobody's hold", lambda ann: holds.capture(10**9), 404, "unknown-hold"),
    ("capture above", lambda ann: holds.capture(holds.place(ann, 5)["hold"], 6), 422, "above-hold"),
    ("capture of a closed one", lambda ann: _twice(ann, holds.capture, holds.capture), 409, "hold-closed"),
    ("release of a captured one", lambda ann: _twice(ann, holds.capture, holds.release), 409, "hold-closed"),
    ("capture of a released one", lambda ann: _twice(ann, holds.release, holds.capture), 409, "hold-closed"),
    ("taking too much by hand", lambda ann: holds.adjust(ann, -51, reason="slip"), 409, "insufficient-points"),
    ("by hand without a reason", lambda ann: holds.adjust(ann, 5, reason="  "), 422, "reason-missing"),
    ("by hand nothing", lambda ann: holds.adjust(ann, 0, reason="slip"), 422, "points-out-of-range"),
]  # fmt: skip


def _twice(ann: int, first: Callable[[int], Any], second: Callable[[int], Any]) -> None:
    hold = holds.place(ann, 5)["hold"]
    first(hold)
    second(hold)


@pytest.mark.parametrize(("what", "status", "kind"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_refused(ann: int, what: Callable[[int], Any], status: int, kind: str) -> None:
    with pytest.raises(Problem) as caught:
        what(ann)
    assert (caught.value.status, caught.value.kind) == (status, kind)
    assert verify().found == []


def test_the_same_message_with_other_points_is_refused(ann: int) -> None:
    holds.place(ann, 30, message_id="h")
    with pytest.raises(Problem) as caught:
        holds.place(ann, 20, message_id="h")
    assert caught.value.status == 409
    assert points() == (20, 30)


def test_points_given_by_hand_can_be_spent(ann: int) -> None:
    holds.adjust(ann, 25, reason="sorry")
    holds.capture(holds.place(ann, 75)["hold"])
    assert points() == (0, 0)
    assert verify().found == []

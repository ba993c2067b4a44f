"""The monthly roll-forward: each kind of transfer in its column, and a month after the other."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.insight.owed.months import COLUMNS, Move, roll_forward
from regulars.rules import layout as y

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("kind", "debit", "credit", "column", "owed", "debt"),
    [
        (y.EARN, y.ISSUED, y.ACC_PENDING, "earned", 7, 0),
        (y.EARN, y.ISSUED, y.ACC_AVAILABLE, "earned", 7, 0),
        (y.MATURE, y.ACC_PENDING, y.ACC_AVAILABLE, None, 0, 0),
        (y.HOLD, y.ACC_AVAILABLE, y.ACC_HELD, None, 0, 0),
        (y.RELEASE, y.ACC_HELD, y.ACC_AVAILABLE, None, 0, 0),
        (y.LAPSE, y.ACC_HELD, y.ACC_AVAILABLE, None, 0, 0),
        (y.CAPTURE, y.ACC_HELD, y.REDEEMED, "redeemed", -7, 0),
        (y.CAPTURE, y.ACC_HELD, y.DONATED, "donated", -7, 0),
        (y.EXPIRE, y.ACC_AVAILABLE, y.EXPIRED, "expired", -7, 0),
        (y.CLAW_BACK, y.ACC_PENDING, y.ISSUED, "taken_back", -7, 0),
        (y.CLAW_BACK, y.ACC_AVAILABLE, y.ISSUED, "taken_back", -7, 0),
        (y.CLAW_BACK, y.ACC_DEBT, y.ISSUED, None, 0, 7),
        (y.GIVE_BACK, y.REDEEMED, y.ACC_AVAILABLE, "given_back", 7, 0),
        (y.REPAY, y.ACC_AVAILABLE, y.ACC_DEBT, "settled", -7, -7),
        (y.ADJUST, y.ISSUED, y.ACC_AVAILABLE, "adjusted", 7, 0),
        (y.ADJUST, y.ACC_AVAILABLE, y.ISSUED, "adjusted", -7, 0),
        (99, y.ISSUED, y.ACC_HELD, "other", 7, 0),
    ],
)
def test_each_transfer_has_its_column(
    kind: int, debit: int, credit: int, column: str | None, owed: int, debt: int
) -> None:
    [month] = roll_forward([Move(MAY, kind, debit, credit, 7, 7)], MAY)
    assert month.moves == dict.fromkeys(COLUMNS, 0) | ({column: owed} if column else {})
    assert (month.closing, month.debt_closing) == (owed, debt)
    assert month.adds_up
    assert month.late == owed - debt


def test_months_without_anything_are_there_and_carry_on() -> None:
    moves = [
        Move(MAY, y.EARN, y.ISSUED, y.ACC_AVAILABLE, 100),
        Move(date(2026, 8, 1), y.CAPTURE, y.ACC_HELD, y.REDEEMED, 30),
    ]
    months = roll_forward(moves, date(2026, 9, 12))
    assert [(month.first.month, month.opening, month.closing) for month in months] == [
        (5, 0, 100),
        (6, 100, 100),
        (7, 100, 100),
        (8, 100, 70),
        (9, 70, 70),
    ]
    assert roll_forward([], MAY) == []

# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Slips in `tasks`, `referral` and `calendar`: the line and the words they get."""

from __future__ import annotations

import pytest

from tests.programmes.file.example import Bad, is_told_once_with_its_line

SLIPS = [
    Bad(
        "a task with the key of a rule",
        "  - key: check-in\n",
        "  - key: share\n",
        "line 83: tasks[0].key must be unique: earn[5] has this key already",
    ),
    Bad(
        "a streak without points",
        "streak: {points: [5, 5, 5, 10, 10, 10, 30], per: day, then: repeat}",
        "streak: {per: day}",
        "line 85: tasks[0].streak needs `points`",
    ),
    Bad(
        "a gift in an unknown currency",
        "gives: {points: 200, growth: 100}",
        "gives: {points: 200, grow: 100}",
        "line 93: tasks[2].gives.grow is not a known setting here; did you mean `growth`?",
    ),
    Bad(
        "a referral that counts nothing",
        "  counts: {when: Order Completed, where: {total: {at_least: 50}}, within_days: 30}\n",
        "",
        "line 100: referral needs `counts`",
    ),
    Bad(
        "an unknown refusal",
        "same_address",
        "same_street",
        "line 104: referral.refuses[2] must be self, same_device, same_address or same_payment; did you mean `same_device`?",
    ),
    Bad(
        "a day no month has",
        "day_of_month: 8",
        "day_of_month: 32",
        "line 116: calendar[2].when.day_of_month must be at most 31",
    ),
    Bad(
        "an unknown occasion",
        "when: birthday ",
        "when: birthdays ",
        "line 108: calendar[0].when must be birthday",
    ),
    Bad(
        "a holiday without a country",
        "{country: CN, name: Mid-Autumn Festival}",
        "{name: Mid-Autumn Festival}",
        "line 112: calendar[1].when.holiday needs `country`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    is_told_once_with_its_line(old, new, problems)

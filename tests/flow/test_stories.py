"""Whole stories through the ordinary ingestion, read back as a customer would."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.utils import translation

from regulars.flow.history import entries, page
from regulars.flow.standing import standing
from tests.flow import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers() -> list[stories.Customer]:
    stories.publish_live_commerce()
    return stories.everybody()


def test_every_history_adds_up_to_what_its_customer_owns(customers: list[stories.Customer]) -> None:
    for customer in customers:
        owned = Counter[str]()
        for entry in entries(customer.member_id, limit=500):
            owned[entry.currency] += entry.points
        for balance in standing(customer.member_id).balances:
            have = balance.available + balance.pending + balance.held - balance.debt
            assert owned[balance.key] == have, (customer.shop_id, balance.key)


def test_every_part_adds_up_to_its_entry(customers: list[stories.Customer]) -> None:
    for customer in customers:
        for entry in entries(customer.member_id, limit=500):
            if entry.parts:
                assert sum(part.points for part in entry.parts) == entry.points, (customer.shop_id, entry.title)


def test_the_arithmetic_shown_ends_in_the_points_given(customers: list[stories.Customer]) -> None:
    shown = 0
    for customer in customers:
        for entry in entries(customer.member_id, show="earned", limit=500):
            for part in entry.parts:
                if part.steps:
                    assert part.steps[-1][1].replace(",", "") == str(part.points), (entry.title, part.steps)
                    shown += 1
    assert shown > 20


def test_the_gold_members_story(customers: list[stories.Customer]) -> None:
    gold = customers[0]
    told = [(e.kind, e.points, e.pending) for e in entries(gold.member_id, currency="points")]
    assert told == [
        ("hold", 0, False),
        ("adjust", 50, False),
        ("earn", 397, True),  # 331.00 × 1.2, rounded down
        ("claw_back", -384, False),  # 609 for 508.00 × 1.2 becomes 225 for 188.00 × 1.2
        ("earn", 609, False),
        ("capture", -500, False),
        ("earn", 326, False),
        ("earn", 2, False),
        ("earn", 50, False),
        ("earn", 1618, False),
        ("earn", 658, False),  # gold from here on: 2,069.20 spent in the year
        ("earn", 490, False),
        ("earn", 919, False),
    ]
    view = standing(gold.member_id)
    assert view.tier is not None
    assert (view.tier.level, view.tier.value) == ("gold", 91_990 + 49_040 + 65_890 + 134_870 + 27_225 + 18_800 + 33_100)


def test_a_debtor_is_told_what_is_owed_and_why(customers: list[stories.Customer]) -> None:
    debtor = customers[1]
    balance = standing(debtor.member_id).balance("points")
    assert balance is not None
    assert (balance.available, balance.debt) == (0, 3000)
    refund = entries(debtor.member_id, currency="points")[0]
    assert (refund.kind, refund.points) == ("claw_back", -3200)
    assert refund.notes == ["You had already used 3,000 points of them; your next points settle this."]


def test_one_in_grace_is_told_how_to_stay(customers: list[stories.Customer]) -> None:
    tier = standing(customers[4].member_id).tier
    assert tier is not None
    assert (tier.level, tier.in_grace, tier.at_risk, tier.to_keep) == ("gold", True, True, 200_000 - 64_000)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_chinese_histories_hold_no_english(customers: list[stories.Customer], language: str) -> None:
    names = re.compile(r"Longjing 2026|Porcelain cup|Tea tray|Parcel came late, with our apology")
    with translation.override(language):
        for customer in customers:
            for entry in entries(customer.member_id, limit=500):
                said = [entry.title, entry.why, *entry.notes, *(label for p in entry.parts for label, _ in p.steps)]
                said += [part.why for part in entry.parts] + [part.arithmetic for part in entry.parts]
                english = [text for text in said if re.search(r"[A-Za-z]{2,}", names.sub("", text))]
                assert not english, english


def test_pages_of_a_real_history(customers: list[stories.Customer]) -> None:
    member_id = customers[0].member_id
    whole = [entry.id for entry in entries(member_id, limit=500)]
    found: list[int] = []
    before = None
    while True:
        part = page(member_id, before_id=before, limit=3)
        found += [entry.id for entry in part.entries]
        before = part.before_id
        if before is None:
            break
    assert found == whole

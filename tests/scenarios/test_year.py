"""One member's year: every number as worked out by hand, the proof that the log agrees, and the same in a replay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.coupons.models import Coupon
from regulars.insight.replays import replay
from regulars.insight.verify import verify
from regulars.programmes.file import check
from tests.scenarios.shop import Customer, at, programme_text, time_is
from tests.scenarios.year import END

pytestmark = pytest.mark.django_db


def test_the_year_ends_as_it_was_worked_out(mei: Customer) -> None:
    assert mei.has() == (1_750, 100, 0)
    assert mei.growth() == 5_290
    assert mei.tier() == "member"
    welcome, used, mooncake, second = Coupon.objects.filter(member_id=mei.member_id).order_by("id")
    assert (welcome.key, welcome.state) == ("welcome-20", Coupon.OPEN)
    assert (used.key, used.state, used.order_id) == ("birthday-30", Coupon.USED, "A4")
    assert (mooncake.key, mooncake.state) == ("mooncake-50", Coupon.OPEN)
    # thirty days from 8 April 2024, to the end of 8 May
    assert (second.key, second.valid_until) == ("birthday-30", at("2024-05-09 00:00"))


def test_the_log_proves_her_ledger(mei: Customer) -> None:
    proof = verify([mei.member_id])
    assert (proof.members, proof.drift, proof.found) == (1, 0, [])
    # and again when all that is left has lapsed, and everything else has fallen due
    time_is("2025-09-01 00:00")
    assert mei.has() == (0, 0, 0)
    assert verify().drift == 0


def test_a_replay_gives_the_same(mei: Customer) -> None:
    programme = check(programme_text()).programme
    assert programme is not None
    figures = replay(programme, as_of=at(END))
    # check-ins 85, order A1 600, reviews 150 and settling in 200, the live room 10; A2 600, a birthday 100, A3 2,400,
    # A4 468, the suggestion 500, A5 4,560; the second birthday 100, A6 300, A7 1,050, A8 100, and 300 for Bo
    in_spring = 85 + 600 + 150 + 200 + 10 + 600 + 100 + 2_400 + 468
    assert figures["earned"] == {
        # of Lin 5 and 300 for Mei; of Bo 49 for 49.90, 50 and 80
        "points": in_spring + 500 + 4_560 + 100 + 300 + 1_050 + 100 + 300 + 5 + 300 + 49 + 50 + 80,
        "growth": 600 + 100 + 300 + 1_200 + 390 + 3_800 + 100 + 700 + 100 + 49 + 50 + 80,
    }
    assert figures["expired"] == {"points": 1_913 + 305, "growth": 0}  # and all of Lin's
    assert figures["coupons"] == {"birthday-30": 2, "mooncake-50": 1, "welcome-20": 2}
    assert figures["tiers"]["member"] == 1


def test_nothing_hangs_on_how_often_the_clock_looks(mei: Customer) -> None:
    before = mei.has(), mei.growth(), mei.tier()
    for minute in range(3):
        time_is((at(END) + timedelta(minutes=minute)).isoformat())
    assert (mei.has(), mei.growth(), mei.tier()) == before

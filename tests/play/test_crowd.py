"""Fifty at one wheel at once: stock, budget and limits are exact, and every point can be proved.

``make soak`` does ten thousand.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from regulars.insight.verify import verify
from regulars.play.models import Play, Tally
from tests.flow.ledger_laws import offences as ledger_offences
from tests.flow.reward_shop import somebody
from tests.play.crowd import Job, offences, press
from tests.play.shop import on, publish_shop

SPINS = int(os.environ.get("PLAY_SPINS", "1000"))

WHEEL = """
game: crowd
kind: wheel
name: {en: Crowd}
currency: CNY
time_zone: America/New_York
from: FROM
until: UNTIL
cost: {points: 2}
free_per_day: 3
at_most: {ever: 60}
budget: 500
prizes:
  - {key: jackpot, name: {en: A kettle}, chance: 1/10, stock: 7, worth: 50, gives: {gift: true}}
  - {key: five, name: {en: Five}, chance: 1/5, stock: 200, worth: 1, gives: {points: 5}}
  - {key: one, name: {en: One}, chance: 1/2, gives: {points: 1}}
consolation: {key: thanks, name: {en: Thanks}, stock: 30, gives: {points: 1}}
"""

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_many_spins_at_once_are_exact() -> None:
    play_and_prove(SPINS)


def play_and_prove(spins: int) -> None:
    """So many presses and a fifth more that repeat one; everything exact afterwards, and proved."""
    publish_shop()
    game = on(WHEEL)
    members = [somebody(f"m{number}", 100) for number in range(max(spins // 50, 10))]
    random = Random(4)
    # A fifth of the presses are somebody's second press of the same button, anywhere in the crowd.
    jobs = [Job(members[place % len(members)], f"s{place}") for place in range(spins)]
    jobs += random.sample(jobs, spins // 5)
    random.shuffle(jobs)
    refused = press("crowd", jobs)
    assert offences(game) == []
    assert set(refused) <= {"", "insufficient-points"}
    assert Play.objects.count() <= spins
    jackpot = Tally.objects.get(game=game, what="prize:jackpot")
    assert jackpot.taken == 7
    assert ledger_offences() == {}
    assert verify().found == []


def test_one_member_with_fifty_fingers() -> None:
    publish_shop()
    game = on(WHEEL.replace("ever: 60", "ever: 8"))
    ann = somebody("ann", 100)
    refused = press("crowd", [Job(ann, f"f{number}") for number in range(50)])
    assert refused == {"": 8, "game-played": 42}
    assert Play.objects.filter(member_id=ann).count() == 8
    assert offences(game) == []


def test_one_button_pressed_fifty_times_is_one_play() -> None:
    publish_shop()
    on(WHEEL)
    ann = somebody("ann", 100)
    assert press("crowd", [Job(ann, "once")] * 50) == {"": 50}
    assert Play.objects.count() == 1

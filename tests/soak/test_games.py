"""Many at one wheel at once, for longer: ``SOAK_SPINS=10000 pytest tests/soak/test_games.py``."""

from __future__ import annotations

import os

import pytest

from tests.play.test_crowd import play_and_prove

SPINS = int(os.environ.get("SOAK_SPINS", "0"))

pytestmark = [
    pytest.mark.soak,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SPINS, reason="SOAK_SPINS is not given"),
]


def test_stock_budget_and_limits_are_exact_after_many_turns() -> None:
    play_and_prove(SPINS)

"""One member's year: every number as worked out by hand, every number explained, and the proof that the log agrees."""

from __future__ import annotations

import pytest

from tests.scenarios.shop import Customer, publish
from tests.scenarios.year import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei() -> Customer:
    """Mei, at the end of her year."""
    publish()
    mei = Customer("mei")
    for step in STEPS:
        step(mei)
    return mei


def test_numbers(mei: Customer) -> None:
    assert mei.has()

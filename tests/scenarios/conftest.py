"""Mei, whose year all the tests of this package look back on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.scenarios.shop import Customer, publish
from tests.scenarios.year import STEPS


@pytest.fixture(scope="package")
def mei(django_db_setup: None, django_db_blocker: Any) -> Iterator[Customer]:
    """Mei, at the end of her year; every step of it has been checked on the way.

    Lived through once, in a transaction around those of the tests: what one of them does, the next does not see.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        publish()
        mei = Customer("mei")
        for step in STEPS:
            step(mei)
        yield mei
        transaction.set_rollback(True)

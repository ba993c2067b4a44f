"""People of each role, signed in; and a club with something in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

from regulars.console import charts
from regulars.insight.owed import counted
from tests.flow.stories import Customer, everybody, publish_live_commerce

PASSWORD = "a-long-enough-word"


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a page's figures of the test before nor a count that was kept for this folder's own shop."""
    cache.clear()
    monkeypatch.setattr(counted, "settings", SimpleNamespace(CONFIG=SimpleNamespace(data_dir=tmp_path)))


@pytest.fixture(autouse=True)
def _charts_fit_their_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the product leaves out for its time: each part of a chart against Vega-Lite's schema, as it is made."""
    monkeypatch.setattr(charts, "debug_mode", lambda on: nullcontext())


def make_person(role: str) -> User:
    """Somebody of the console with that role; ``superuser`` and ``nobody`` (no role) too."""
    user = User.objects.create_user(
        f"{role}-person", password=PASSWORD, is_staff=True, is_superuser=role == "superuser"
    )
    user.groups.set(Group.objects.filter(name=role))
    return user


@pytest.fixture
def as_role(db: None) -> Callable[[str], Client]:
    """A browser signed in as somebody with the role."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(make_person(role))
        return client

    return sign_in


@pytest.fixture
def admin(as_role: Callable[[str], Client]) -> Client:
    """An admin's browser."""
    return as_role("admin")


@pytest.fixture
def programme(db: None) -> None:
    """The live-commerce programme in force."""
    publish_live_commerce()


@pytest.fixture
def club(programme: None) -> dict[str, Customer]:
    """Five customers of different fortunes, by the shop's id."""
    return {customer.shop_id: customer for customer in everybody()}

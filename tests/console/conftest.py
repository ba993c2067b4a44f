"""People of each role, signed in; and a club with something in it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

from tests.flow.stories import Customer, everybody, publish_live_commerce

PASSWORD = "a-long-enough-word"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


def make_roles() -> None:
    """The roles as the migration makes them; tests with a live server begin with empty tables."""
    import_module("regulars.console.migrations.0001_roles").make(apps, None)
    import_module("regulars.console.migrations.0002_offer_roles").give(apps, None)
    import_module("regulars.console.migrations.0003_reward_roles").give(apps, None)
    import_module("regulars.console.migrations.0004_game_roles").give(apps, None)
    import_module("regulars.console.migrations.0005_owed_roles").give(apps, None)
    import_module("regulars.console.migrations.0006_studio_roles").give(apps, None)
    import_module("regulars.console.migrations.0007_club_roles").give(apps, None)
    import_module("regulars.console.migrations.0008_referral_roles").give(apps, None)
    import_module("regulars.console.migrations.0011_insight_roles").give(apps, None)
    import_module("regulars.console.migrations.0013_report_roles").give(apps, None)


def make_offer_roles() -> None:
    """What the roles may do with offers, where tables were emptied after the migration gave it."""
    import_module("regulars.console.migrations.0002_offer_roles").give(apps, None)


def make_person(role: str) -> User:
    """Somebody of the console with that role; ``superuser`` and ``nobody`` (no role) too."""
    make_roles()
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

"""What every test can ask for: the database, a running server, a browser."""

from __future__ import annotations

import gc
import os
import shutil
from typing import Any

import hypothesis
import pytest
import pytest_django
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import translation
from playwright.sync_api import expect

from regulars.project import config, postgres
from tests import template

# Playwright's sync interface runs an event loop in the test's thread, and Django would take the test for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long inputs take to be made says how busy the machine is; the first of them loads tables of letters.
hypothesis.settings.register_profile("regulars", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("regulars")

# As patient as Playwright's own steps: the default of 5 seconds is short for a machine that others use as well.
expect.set_options(timeout=30_000)

# Chromium as the system's package manager names it; else Playwright's own (`make test` installs one of them). The one
# without windows takes a sixth less time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium's own sandbox does not work as root; the only pages it opens are ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Before the test database is made: have the tests' PostgreSQL running, and what the database is a copy of.

    Each xdist worker has its own database.
    """
    embedded = postgres.cluster(config.read())
    if embedded is not None:
        embedded.ensure()
    with django_db_blocker.unblock():
        connections[DEFAULT_DB_ALIAS].settings_dict["TEST"]["TEMPLATE"] = template.made()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for rubbish takes a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _no_language_of_the_test_before() -> None:
    """A request leaves its language behind in its thread."""
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the machine's Chromium, calling nobody but us."""
    arguments = {**browser_type_launch_args, "args": _CHROMIUM_ARGUMENTS}
    if _CHROMIUM:
        arguments["executable_path"] = _CHROMIUM
    return arguments


# Tests whose costly beginning is shared run on one worker: the parsed source, the demo year's tables.
_TOGETHER = {"tests/tidy": "source", "tests/science/year": "year"}


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive a browser get its mark, those of some folders their group."""
    for item in items:
        if {"page", "browser", "context", "new_context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        group = _TOGETHER.get(item.path.parent.relative_to(item.config.rootpath).as_posix())
        if group:
            item.add_marker(pytest.mark.xdist_group(group))

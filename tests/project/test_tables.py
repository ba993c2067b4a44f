"""A database without its tables: said in a sentence, by every command, and known without asking Django."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from regulars.project import tables
from regulars.project.config import Config, OperatorError
from regulars.project.installed import INSTALLED_APPS, LABELS
from regulars.project.postgres import Cluster
from tests.project.test_serve import free_port

EMPTY = "the database is empty: run `regulars migrate` first"


def test_migrations_on_disk_are_those_that_django_finds() -> None:
    found = MigrationLoader(None).disk_migrations
    assert found is not None
    assert tables.on_disk() == set(found)
    assert [LABELS.get(app, app.rpartition(".")[2]) for app in INSTALLED_APPS if app in LABELS] == [
        apps.get_app_config(label).label for label in LABELS.values()
    ]


@pytest.mark.parametrize(
    ("unapplied", "says"),
    [
        (0, None),
        (1, "the database is older than this version, by 1 migration: run `regulars migrate` first"),
        (2, "the database is older than this version, by 2 migrations: run `regulars migrate` first"),
    ],
)
def test_an_older_database_is_told_by_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, unapplied: int, says: str | None
) -> None:
    applied = sorted(tables.on_disk())[unapplied:]
    monkeypatch.setattr(tables, "ask", lambda _, query: applied if "name" in query else [("django_migrations",)])
    if says is None:
        tables.require_tables(Config())
        return
    with pytest.raises(tables.NotMigrated) as refusal:
        tables.require_tables(Config())
    assert str(refusal.value) == says


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    config = Config(database_url=f"postgres://ann:hush@127.0.0.1:{free_port()}/shop")
    with pytest.raises(OperatorError, match="cannot be reached") as refusal:
        tables.missing_migrations(config)
    assert "hush" not in str(refusal.value)


@pytest.fixture(scope="module")
def empty() -> Iterator[dict[str, str]]:
    """The environment of an installation whose database was never migrated; its server runs."""
    data = Path(tempfile.mkdtemp(prefix="regulars-test-"))
    data.chmod(0o755)
    cluster = Cluster(data / "postgres", "fast", 64)
    cluster.ensure()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS_", "DATABASE_URL"))}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    yield environ | {"REGULARS_DATA_DIR": str(data), "REGULARS_WEB_PORT": str(free_port())}
    cluster.release()
    shutil.rmtree(data)


@pytest.mark.slow
@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize("command", [["demo"], ["serve"], ["worker"], ["key", "list"], ["verify"]])
def test_every_command_says_what_to_do_first(empty: dict[str, str], command: list[str]) -> None:
    run = [sys.executable, "-m", "regulars.cli.main", *command]
    result = subprocess.run(run, env=empty, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1] == EMPTY
    assert "Traceback" not in result.stderr

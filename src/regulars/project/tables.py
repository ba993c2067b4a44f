"""Whether the database has the tables that this code needs, asked without Django: an answer within a moment.

Setting Django up takes longer than anything else at a start, and at most starts there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from regulars.project.config import Config, OperatorError
from regulars.project.database import django_database
from regulars.project.installed import INSTALLED_APPS, LABELS

Migration = tuple[str, str]
"""The app's label and the migration's name."""


class NotMigrated(OperatorError):
    """The tables are not there, or not as this version of the code needs them; the message says what to do."""


def require_tables(config: Config) -> None:
    """Raises NotMigrated when a migration was not applied, OperatorError when the database cannot be reached."""
    missing = missing_migrations(config)
    if not missing:
        return
    if len(missing) == len(on_disk()):
        raise NotMigrated("the database is empty: run `regulars migrate` first")
    count = "1 migration" if len(missing) == 1 else f"{len(missing)} migrations"
    raise NotMigrated(f"the database is older than this version, by {count}: run `regulars migrate` first")


def missing_migrations(config: Config) -> list[Migration]:
    """The migrations that were not applied yet. Raises OperatorError when the database cannot be reached."""
    if not ask(config, "SELECT to_regclass('django_migrations')")[0][0]:
        return sorted(on_disk())
    applied = {(app, name) for app, name in ask(config, "SELECT app, name FROM django_migrations")}
    return sorted(on_disk() - applied)


def on_disk() -> set[Migration]:
    """Every migration of every installed app."""
    return {
        (LABELS.get(app, app.rpartition(".")[2]), file.stem) for app in INSTALLED_APPS for file in _migration_files(app)
    }


def ask(config: Config, query: str) -> list[Any]:
    """The rows of one question. Raises OperatorError when the database cannot be reached."""
    place = django_database(config)
    # What psycopg does not know: the role is taken by our own backend once it is connected.
    options = {name: value for name, value in place["OPTIONS"].items() if name != "role"}
    try:
        with psycopg.connect(
            host=place["HOST"] or None,
            port=place["PORT"] or None,
            dbname=place["NAME"],
            user=place["USER"] or None,
            password=place["PASSWORD"] or None,
            **options,
        ) as connection:
            return connection.execute(query.encode()).fetchall()
    except psycopg.OperationalError as error:
        raise OperatorError(f"the database cannot be reached: {str(error).strip()}") from None


def _migration_files(app: str) -> Iterator[Path]:
    top, *rest = app.split(".")
    # Of the top only: looking for a package inside would import what is around it.
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return
    folder = Path(spec.submodule_search_locations[0], *rest, "migrations")
    yield from (file for file in folder.glob("*.py") if file.name[0] not in "_~")

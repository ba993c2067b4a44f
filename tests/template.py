"""The tables of the tests, made once: each worker's database is a copy of a template that all migrations have run on.

The template stays for the next run. Its name holds a digest of the migrations, so that a changed one makes a new
template; templates of other digests are dropped.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from regulars.project.config import HOME

PREFIX = "template_of_tests_"
_LOCK = 7_260_411
"""Of workers that begin at once, one makes the template and the others wait."""


def made() -> str:
    """The template's name; made where it is not there yet. The tests' PostgreSQL must be running."""
    connection = connections[DEFAULT_DB_ALIAS]
    name = PREFIX + digest()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # let go of when this connection closes
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {row[0] for row in cursor.fetchall()}
        if name in there:
            return name
        for old in there:
            cursor.execute(f'DROP DATABASE "{old}"')
        half = f"{PREFIX}half"
        cursor.execute(f'CREATE DATABASE "{half}"')
        usual = connection.settings_dict["NAME"]
        try:
            connection.settings_dict["NAME"] = half
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def digest() -> str:
    """Of every migration of every app, and of the versions of the libraries that bring some."""
    found = hashlib.sha256((HOME / "requirements.lock").read_bytes())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]

"""The ``regulars`` command: quick to answer, clear when it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from regulars.cli.main import cards


def regulars(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regulars.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, timeout=120)


HEAVY = {"django", "procrastinate", "psycopg", "polars", "numpy", "numba", "altair", "granian"}


def test_help_lists_every_command_without_importing_any() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "regulars.cli.main", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0
    assert all(name in result.stdout for name in cards())
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "regulars.project.config" in imported
    assert {name for name in imported if name.startswith("regulars.cli.")} <= {"regulars.cli.main"}
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


# Django answers for `manage`, which hands everything on.
@pytest.mark.parametrize("name", sorted(cards().keys() - {"manage"}))
def test_every_command_explains_itself(name: str) -> None:
    assert cards()[name].help.endswith((".", ":"))
    result = regulars(name, "--help", REGULARS_POSTGRES_DIR="/dev/null/never-started")
    assert result.returncode == 0, result.stderr


def test_settings_as_json() -> None:
    result = regulars("settings", "--json", REGULARS_WEB_PORT="8123")
    rows = {row["env"]: row for row in json.loads(result.stdout.splitlines()[-1])["settings"]}
    assert (rows["REGULARS_WEB_PORT"]["value"], rows["REGULARS_WEB_PORT"]["given"]) == ("8123", True)


@pytest.mark.parametrize("command", ["settings", "migrate", "serve", "worker"])
def test_wrong_setting_is_one_sentence(command: str) -> None:
    result = regulars(command, REGULARS_WEB_PORT="eighty")
    assert result.returncode == 1
    assert result.stderr.strip() == "REGULARS_WEB_PORT must be a whole number above 0, not 'eighty'"


def test_unknown_command_is_refused() -> None:
    result = regulars("shine")
    assert result.returncode == 2
    assert "No such command 'shine'" in result.stderr

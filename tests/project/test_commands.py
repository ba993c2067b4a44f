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


EXPLAIN = """
import os, sys
import altair, django, ibis, numba, polars, rich.console, scipy.optimize, typer
os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.project.settings"
django.setup()
from regulars.cli.main import main
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        sys.argv = ["regulars", name, "--help"]
        said = 1
        try:
            main()
        except SystemExit as end:
            said = end.code
        sys.stdout.flush()
        os._exit(0 if said in (0, None) else 1)  # leaving in good order takes ten times as long as the answer
    if os.waitpid(child, 0)[1]:
        sys.exit(name + " does not explain itself")
"""


def test_every_command_explains_itself() -> None:
    names = sorted(cards().keys() - {"manage"})  # Django answers for that one, which hands everything on
    assert [name for name in names if not cards()[name].help.endswith((".", ":"))] == []
    # each in a process of its own, which begins with what all of them import
    environ = os.environ | {"REGULARS_POSTGRES_DIR": "/dev/null/never-started"}
    command = [sys.executable, "-c", EXPLAIN, *names]
    result = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=300)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Usage: ") == len(names)


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

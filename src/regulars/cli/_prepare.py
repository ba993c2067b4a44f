"""What an installation needs before it serves: its tables, and in a demo the demo year. Only what is missing."""

from __future__ import annotations

import subprocess
import sys

import typer

from regulars.project.config import HOME, Config
from regulars.project.demo_logins import KEY_SOURCE, read_logins
from regulars.project.tables import ask, missing_migrations


def prepare(config: Config) -> None:
    """Apply missing migrations and load what is missing of the demo; the database must run.

    Each by its own command, in a process of its own, so that nothing of it is kept by who serves. A failure ends the
    program, with the command's own words above.
    """
    if missing_migrations(config):
        print("database: bringing the tables up to date", flush=True)
        _run("migrate")
    if config.demo and not (demo_is_loaded(config) and _visits_are_loaded(config)):
        _run("demo")


def demo_is_loaded(config: Config) -> bool:
    """Whether the demo was loaded to its end here (the key comes last) and its logins can be shown.

    The tables must be there.
    """
    loaded: bool = ask(config, f"SELECT EXISTS (SELECT FROM api_key WHERE source = '{KEY_SOURCE}')")[0][0]  # noqa: S608
    return loaded and bool(read_logins(config.data_dir))


def _visits_are_loaded(config: Config) -> bool:
    """Whether the demo year has what is simulated beside it (``_demo_visits``), or is not what this shop shows."""
    if not (HOME / "examples" / "simulate_visits.py").is_file():
        return True
    there = "SELECT EXISTS (SELECT FROM events_event WHERE source = '{}' AND message_id = '{}')"
    loaded: bool = ask(config, there.format("simulated", "visits-complete"))[0][0]
    return loaded or not ask(config, "SELECT EXISTS (SELECT FROM events_event WHERE source = 'demo')")[0][0]


def _run(command: str) -> None:
    code = subprocess.run([sys.executable, "-m", "regulars.cli.main", command]).returncode
    if code:
        raise typer.Exit(code)

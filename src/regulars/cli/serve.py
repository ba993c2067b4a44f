"""Serve the console, the member centre and the API, with the worker and whoever answers its longer questions beside."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from regulars.cli._prepare import prepare
from regulars.cli._terminal import Console
from regulars.project.config import Config, read
from regulars.project.demo_logins import read_logins
from regulars.project.logs import logging_settings
from regulars.project.postgres import Cluster, PostgresError, cluster
from regulars.project.supervisor import Child, Supervisor
from regulars.project.tables import require_tables

# Settings and models are the children's: the supervisor itself stays small.
NEEDS = "nothing"


class Part(StrEnum):
    """What to run."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    REHEARSALS = "rehearsals"
    INQUIRIES = "inquiries"


def command(
    only: Annotated[Part, typer.Option(help="Run one part alone, for a supervisor of your own.")] = Part.ALL,
    first_set_up: Annotated[
        bool, typer.Option("--set-up", help="First do what `regulars setup` does, as far as anything is missing.")
    ] = False,
) -> None:
    """Run until Ctrl-C. A part that dies is restarted, the embedded PostgreSQL too."""
    config = read()
    logging_settings(config.log_level, config.log_format)
    if only in (Part.ALL, Part.WEB):
        _refuse_taken_port(config)
    embedded = cluster(config)
    if embedded is not None:
        embedded.ensure()
    if first_set_up:
        prepare(config)
    require_tables(config)
    web, worker = Child("web", _WEB_COMMAND), Child("worker", _WORKER_COMMAND)
    rehearsals, inquiries = Child("rehearsals", _REHEARSALS_COMMAND), Child("inquiries", _INQUIRIES_COMMAND)
    if only is Part.ALL:
        # All are busy with themselves at first; people wait for the doors, and nobody for the others.
        worker.may_begin = rehearsals.may_begin = inquiries.may_begin = lambda: _answers(config)
    wanted = {
        Part.ALL: [web, worker, rehearsals, inquiries],
        Part.WEB: [web],
        Part.WORKER: [worker],
        Part.REHEARSALS: [rehearsals],
        Part.INQUIRIES: [inquiries],
    }[only]
    if only is Part.ALL:
        _print_doors(config)
    Supervisor(wanted, environ=os.environ, on_tick=_Keeper(embedded) if embedded else None).run()


_WEB_COMMAND = [sys.executable, "-m", "regulars.project.web"]
_WORKER_COMMAND = [sys.executable, "-m", "regulars.cli.main", "worker"]
_REHEARSALS_COMMAND = [sys.executable, "-m", "regulars.cli.main", "rehearsals"]
_INQUIRIES_COMMAND = [sys.executable, "-m", "regulars.cli.main", "inquiries"]


class _Keeper:
    """Restarts the embedded PostgreSQL when it died.

    The web processes find their connections broken and open new ones. The worker does too, but never listens again for
    new jobs, and would find them by its slow look-round only: so it is started anew, and so is what rehearses and what
    answers.
    """

    def __init__(self, embedded: Cluster) -> None:
        self._embedded = embedded
        self._not_before = 0.0

    def __call__(self) -> tuple[str, ...]:
        if self._embedded.is_running() or time.monotonic() < self._not_before:
            return ()
        Console(stderr=True).print("PostgreSQL is not running: starting it again", style="yellow")
        try:
            self._embedded.ensure()
        except PostgresError as error:
            self._not_before = time.monotonic() + 10
            Console(stderr=True).print(str(error), style="red")
            return ()
        return ("worker", "rehearsals", "inquiries")


def _answers(config: Config) -> bool:
    """Whether the web server says anything yet."""
    connection = http.client.HTTPConnection(_near(config), config.web_port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _near(config: Config) -> str:
    """The host by which this machine reaches its own web server."""
    everywhere = {"0.0.0.0", "::"}  # noqa: S104  # compared, not listened on
    return "127.0.0.1" if config.web_host in everywhere else config.web_host


def _refuse_taken_port(config: Config) -> None:
    """Say so at once when another program listens there, rather than restart the web server for ever."""
    family = socket.AF_INET6 if ":" in config.web_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.web_host, config.web_port))
        except OSError as error:
            sys.exit(
                f"cannot listen on {config.web_host}:{config.web_port} ({error.strerror}). "
                f"Is Regulars running already? For another port: REGULARS_WEB_PORT=8001"
            )


def _print_doors(config: Config) -> None:
    host = _near(config)
    base = f"{'https' if config.https else 'http'}://{f'[{host}]' if ':' in host else host}:{config.web_port}"
    view = Table(title="Regulars · 熟客", title_style="bold", show_header=False, box=None, padding=(0, 2, 0, 0))
    for _ in range(3):
        view.add_column(overflow="fold")  # a login cut short is of no use
    view.add_row("console", f"{base}/console/")
    view.add_row("member centre", f"{base}/me/")
    view.add_row("API", f"{base}/api/docs")
    logins = read_logins(config.data_dir) if config.demo else []
    if logins:
        view.add_section()
    for login in logins:
        view.add_row(login.role, f"{base}{login.door}", f"{login.username} / {login.password}")
    console = Console()
    console.print(view, soft_wrap=True)
    console.print("Ctrl-C stops everything.", style="dim")

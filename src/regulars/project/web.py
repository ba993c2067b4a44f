"""The web server: the application is imported once, and the web processes are forked from this one.

They begin within a moment and share the memory of what was imported. On a system where processes are not forked, each
imports for itself. Nothing here may connect to the database: a connection must not be shared by two processes.
"""

from __future__ import annotations

import gc
import importlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver, reverse
from django.utils import translation
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from regulars.project.config import Config

TARGET = "regulars.project.wsgi:application"


def main() -> None:
    """Serve until told to stop."""
    ready()
    # What was imported stays: the collector need not walk it again and again, nor write into pages the processes share.
    gc.freeze()
    server(settings.CONFIG).serve()


def ready() -> None:
    """Do once what each process would do while its first visitors wait: code, addresses, texts and templates."""
    importlib.import_module(TARGET.partition(":")[0])
    # Views and forms too, which Django imports at the first request.
    assert get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            assert translation.gettext("Members") and reverse("admin:index") and reverse("centre:home")
    importlib.import_module("regulars.inquiries.asking").code()
    for folder in Path(__file__).parents[1].glob("*/templates"):
        for page in sorted(folder.rglob("*.html")):
            get_template(page.relative_to(folder).as_posix())


def server(config: Config) -> AbstractServer[Any]:
    """Granian: so many processes of so many threads."""
    made: AbstractServer[Any] = Server(
        TARGET,
        interface=Interfaces.WSGI,
        address=config.web_host,
        port=config.web_port,
        workers=config.web_workers,
        blocking_threads=config.web_threads,
        # Idle threads keep their database connection; a minute's pause should not cost the next visitor a new one.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        websockets=False,
        http=HTTPModes.http1,
        log_level=LogLevels.warning,
    )
    return made


if __name__ == "__main__":
    main()

"""Bring the database up to date: tables, roles and grants."""

from __future__ import annotations

from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command

from regulars.cli._terminal import Console
from regulars.project.grants import apply_grants

NEEDS = "owner"


def command(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every migration.")] = False) -> None:
    """Apply what is missing; running it again changes nothing."""
    call_command("migrate", interactive=False, verbosity=1 if verbose else 0)
    role = settings.CONFIG.database_role
    warning = apply_grants(role, settings.APPEND_ONLY_TABLES) if role else ""
    if warning:
        Console(stderr=True).print(warning, style="yellow")

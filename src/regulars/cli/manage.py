"""Run one of Django's own management commands, for developers: regulars manage shell."""

from __future__ import annotations

import typer
from django.core.management import execute_from_command_line

NEEDS = "owner"

CONTEXT = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def command(context: typer.Context) -> None:
    """Hand all that follows to Django, acting as the owner of the tables."""
    execute_from_command_line(["regulars manage", *context.args])

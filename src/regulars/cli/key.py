"""Make, list and revoke the keys that shops call the API with."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.core.exceptions import ValidationError
from rich.table import Table

from regulars.api.keys import SCOPES
from regulars.api.models import Key
from regulars.api.writes import make_key, revoke_key
from regulars.cli._terminal import Console
from regulars.project.config import OperatorError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, for people.")],
    source: Annotated[str, typer.Option(help="Where its events come from: web, pos, warehouse…")],
    scopes: Annotated[str, typer.Option(help="What it may do, by comma.")] = ",".join(SCOPES),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a key and print it. It is shown this once and cannot be shown again."""
    try:
        key, token = make_key(name, source, [scope.strip() for scope in scopes.split(",") if scope.strip()])
    except ValidationError as error:
        raise OperatorError(" ".join(error.messages)) from error
    if as_json:
        print(json.dumps({"id": key.pk, "key": token, "source": key.source, "scopes": key.scopes}))
        return
    print(token)
    Console(stderr=True).print("Keep it: it is not shown again.", style="dim")


@app.command("list")
def list_keys() -> None:
    """Show every key, without its secret."""
    view = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("id", "name", "source", "begins with", "may do", "last used", "revoked"):
        view.add_column(heading)
    for key in Key.objects.order_by("id"):
        used = key.used_at.isoformat(" ", "minutes") if key.used_at else ""
        revoked = key.revoked_at.isoformat(" ", "minutes") if key.revoked_at else ""
        view.add_row(str(key.pk), key.name, key.source, key.prefix, " ".join(key.scopes), used, revoked)
    Console().print(view)


@app.command()
def revoke(key_id: Annotated[int, typer.Argument(help="The id that `key list` shows.")]) -> None:
    """Stop a key; requests with it are refused within ten seconds."""
    try:
        revoke_key(key_id)
    except Key.DoesNotExist as error:
        raise OperatorError(f"there is no key {key_id}") from error

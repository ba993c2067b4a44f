"""Derive every member again from the log and compare with the ledger; exit 1 if anything differs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from django.conf import settings
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._progress import counting
from regulars.cli._terminal import Console
from regulars.insight.verify import Proof, verify


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Derive every member again from the log and compare with the ledger; exit 1 if anything differs."""
    with counting("Reading the log", "events") as step:
        proof = verify(progress=step)
    _leave_word(proof)
    if as_json:
        last_line(proof.as_json())
    else:
        _print(proof)
    if proof.drift:
        raise typer.Exit(1)


def _leave_word(proof: Proof) -> None:
    """Keep the outcome where the console's home page looks for it."""
    found = {"at": datetime.now(UTC).isoformat(), "members": proof.members, "drift": proof.drift}
    target = settings.CONFIG.data_dir / "verify.json"
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(target)


def _print(proof: Proof) -> None:
    console = Console()
    console.print(
        f"{proof.members:,} members, {proof.events:,} events and {proof.transfers:,} transfers derived again"
        f" in {proof.seconds:.1f} s"
    )
    if not proof.drift:
        console.print("drift: 0 — the ledger is what the log says", style="green")
        return
    console.print(f"drift: {proof.drift} members differ", style="bold red")
    table = Table("member", "what", "the log says", "the ledger says")
    for drift in proof.found[:50]:
        table.add_row(str(drift.member), drift.what, str(drift.derived), str(drift.stored))
    console.print(table)

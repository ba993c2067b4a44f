"""What the shop owes its members in points: now, month by month, and what of it will probably lapse."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.cli._writing import check_file, writing
from regulars.insight.owed import breakage, counted, kept
from regulars.insight.owed.closing import check_months
from regulars.insight.owed.report import MONTH_COLUMNS, Owed
from regulars.programmes.reads import NoProgramme
from regulars.project.config import OperatorError


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write the months to this file, for accounting.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check every month's closing against the ledger; write nothing.")
    ] = False,
) -> None:
    """Count the points owed, estimate breakage for the console's page; exit 1 if the ledger does not tie."""
    if check:
        _check(as_json)
        return
    if csv_file is not None:
        check_file(csv_file)
    try:
        found = counted.count()
        estimates = breakage.estimates()
    except NoProgramme as error:
        raise OperatorError(str(error)) from error
    kept.keep(estimates)
    if csv_file is not None:
        with writing(csv_file), csv_file.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([MONTH_COLUMNS, *found.month_rows()])
    if as_json:
        last_line({**found.as_json(), "breakage": estimates["currencies"]})
    else:
        _print(found, estimates["currencies"])
    if not found.ties:
        raise typer.Exit(1)


def _check(as_json: bool) -> None:
    """Every month counted a second way: at its last moment, account by account. Exit 1 where one differs."""
    try:
        found = check_months()
    except NoProgramme as error:
        raise OperatorError(str(error)) from error
    wrong = [one for one in found if not one.ties]
    if as_json:
        last_line({"ties": not wrong, "months": [one.as_json() for one in found]})
    else:
        console = Console()
        for one in wrong:
            console.print(
                f"{one.first:%Y-%m} {one.currency}: the roll-forward closes at {one.closing:,} owed and"
                f" {one.debt_closing:,} of debt, the ledger at {one.ledger:,} and {one.debt_ledger:,}",
                style="bold red",
            )
        if not wrong:
            console.print(f"{len(found)} months tie to the ledger to the point", style="green")
    if wrong:
        raise typer.Exit(1)


def _print(found: Owed, estimates: dict[str, dict[str, object]]) -> None:
    console = Console()
    for currency in found.currencies:
        p = currency.position
        worth = f" ({currency.worth_text(p.owed)} {found.money})" if currency.worth is not None else ""
        console.print(f"[bold]{currency.key}[/bold]: {p.owed:,} owed{worth}, {p.debt:,} owed by members")
        table = Table("month", "opening", "change", "closing", "debt")
        for month in currency.months[-12:]:
            change = f"{month.closing - month.opening:+,}"
            table.add_row(
                f"{month.first:%Y-%m}", f"{month.opening:,}", change, f"{month.closing:,}", f"{month.debt_closing:,}"
            )
        console.print(table)
        guess = estimates.get(currency.key, {})
        if guess.get("state") == "estimated":
            console.print(
                f"of {guess['open_points']:,} open points about {guess['points']:,} will lapse unspent"
                f" ({guess['low']:,} to {guess['high']:,})"
            )
        elif guess:
            console.print(f"breakage: {guess['state']}", style="dim")
    if found.ties:
        console.print("ties to the ledger: yes", style="green")
    else:
        console.print("ties to the ledger: NO", style="bold red")

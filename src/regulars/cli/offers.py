"""Check, compare and apply offer files, and price carts under them."""

from __future__ import annotations

import importlib
import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from regulars.cli._changes import print_changes, rows
from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.cli.main import ensure_database, set_up_django
from regulars.files.checking import path_text
from regulars.offers.diff import diff as differences
from regulars.offers.file import check as check_text
from regulars.programmes.file import check as check_programme
from regulars.rules.offers import Offers
from regulars.rules.pricing import Cart, Left, PointsWorth, Pricer, answer, read_cart, unwrapped

NEEDS = "nothing"

app = typer.Typer(no_args_is_help=True, help=__doc__)
_File = Annotated[Path, typer.Argument(help="Offers file (YAML).", exists=True, dir_okay=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
_out = Console()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """Say what is wrong with a file, line by line; exit 1 if anything is."""
    checked = check_text(file.read_text(encoding="utf-8"))
    if as_json:
        last_line({"ok": checked.offers is not None, "problems": [str(problem) for problem in checked.problems]})
    else:
        for problem in checked.problems:
            _out.print(f"{file}: {problem}", highlight=False, markup=False)
    if checked.offers is None:
        raise typer.Exit(1)
    if not as_json:
        found = checked.offers
        sections = ("offers", "coupons", "gifts", "charities", "group_buys")
        counts = [(len(getattr(found, name)), name.replace("_", " ")) for name in sections]
        told = ", ".join(f"{count} {name}" for count, name in counts if count or name in sections[:2])
        _out.print(f"{file}: fine: {told}", style="green")


@app.command()
def diff(
    file: _File,
    against: Annotated[
        Path | None, typer.Option(help="The file before; the offers in effect when left out.", dir_okay=False)
    ] = None,
    as_json: _Json = False,
) -> None:
    """Compare a file with the offers in effect, or with another file."""
    new = _offers(file)
    if against is None:
        running = _database().running()
        if running is None:
            _out.print("nothing is in effect yet: the whole file would be new")
            return
        name, old = f"version {running[0]}", check_text(running[1]).offers
        assert old is not None
    else:
        if not against.is_file():
            sys.exit(f"{against}: there is no such file")
        name, old = str(against), _offers(against)
    changes = differences(old, new)
    if as_json:
        last_line({"against": name, "changes": rows(changes)})
    elif not changes:
        _out.print(f"no difference to {name}")
    else:
        print_changes(changes, f"Against {name}")


@app.command()
def apply(
    file: _File,
    at: Annotated[datetime | None, typer.Option(help="When it takes effect (UTC); now when left out.")] = None,
    note: Annotated[str, typer.Option(help="Why, for the list of versions.")] = "",
    as_json: _Json = False,
) -> None:
    """Publish a file as the offers in effect; exit 1 if it cannot be."""
    effective_at = at.replace(tzinfo=UTC) if at else None
    version = _database().apply(file.read_text(encoding="utf-8"), effective_at, note)
    if isinstance(version, list):
        if as_json:
            last_line({"ok": False, "problems": version})
        for problem in version:
            if not as_json:
                _out.print(f"{file}: {problem}", style="red", highlight=False, markup=False)
        raise typer.Exit(1)
    if as_json:
        last_line({"ok": True, "version": version.pk, "effective_at": version.effective_at.isoformat()})
    else:
        _out.print(f"version {version.pk}, in effect from {version.effective_at:%Y-%m-%d %H:%M} UTC", style="green")


@app.command()
def price(
    cart: Annotated[Path, typer.Argument(help="A cart, or a list of carts (JSON).", exists=True, dir_okay=False)],
    offers: Annotated[Path, typer.Option(help="Offers file (YAML).", exists=True, dir_okay=False)],
    programme: Annotated[
        Path | None, typer.Option(help="Programme file, which says what points pay.", exists=True, dir_okay=False)
    ] = None,
    as_json: _Json = False,
) -> None:
    """Price a cart, or a list of carts, under a file; exit 1 if one cannot be. No database is touched."""
    found = _offers(offers)
    points = None if programme is None else _points(programme)
    try:
        document = json.loads(cart.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        sys.exit(f"{cart}: is not JSON: {error}")
    carts = unwrapped(document)
    many = len(carts) != 1 or isinstance(document, list)
    now_us = (datetime.now(UTC) - _EPOCH) // timedelta(microseconds=1)
    pricer = Pricer(found.for_pricing())
    answers: list[dict[str, Any]] = []
    for place, data in enumerate(carts):
        read, problems = read_cart(data, found.currency, now_us)
        if read is None:
            where = f"[{place}]" if many else ""
            told = [
                {
                    "field": f"{where}{'.' if where and problem.path else ''}{path_text(problem.path)}",
                    "message": problem.message,
                }
                for problem in problems
            ]
            answers.append({"problems": told})
        else:
            answers.append(answer(pricer.price(read, _groups(found, read), points)))
    if as_json:
        last_line({"answers": answers} if many else answers[0])
    else:
        for one in answers:
            _print(cart, one)
    if any("problems" in one for one in answers):
        raise typer.Exit(1)


def _groups(found: Offers, cart: Cart) -> dict[str, Left]:
    """Which group buys are closed to a cart. Here nobody knows of groups, so ``group`` names the group buy itself."""
    named = cart.properties.get("group")
    return {buy.key: Left(closed="group") for buy in found.group_buys if buy.key != named}


def _database() -> Any:
    """What needs Django and the database, which pricing does without."""
    set_up_django()
    module = importlib.import_module("regulars.cli._offers_applied")
    ensure_database()
    return module


def _offers(file: Path) -> Offers:
    """The offers of a file; says what is wrong with it and ends the command when there are none."""
    checked = check_text(file.read_text(encoding="utf-8"))
    if checked.offers is None:
        for problem in checked.problems:
            print(f"{file}: {problem}", file=sys.stderr)
        raise typer.Exit(1)
    return checked.offers


def _points(file: Path) -> PointsWorth | None:
    """What points of a programme's first currency that pays are worth."""
    programme = check_programme(file.read_text(encoding="utf-8")).programme
    if programme is None:
        sys.exit(f"{file}: is no programme; see `regulars programme check`")
    for currency in programme.points:
        if currency.spendable and currency.worth is not None:
            return PointsWorth(
                currency.worth,
                at_least=currency.pays_at_least_points,
                at_most_percent=currency.pays_at_most_percent,
            )
    return None


def _print(file: Path, found: dict[str, Any]) -> None:
    """One priced cart for people."""
    if "problems" in found:
        for problem in found["problems"]:
            _out.print(f"{file}: {problem['field'] or 'the cart'} {problem['message']}", style="red", markup=False)
        return
    table = Table("line", "list", "net", "offers")
    for line in found["lines"]:
        offs = ", ".join(f"{off['offer']} −{off['amount']}" for off in line["discounts"])
        table.add_row(line["line_id"], line["list"], line["net"], offs)
    _out.print(table)
    for gift in found["gifts"]:
        _out.print(f"gift: {gift['quantity']} × {gift['product_id']} ({gift['offer']})")
    _out.print(f"goods {found['goods']}, delivery {found['delivery']}, tax {found['tax']}")
    _out.print(f"total {found['total']}, to pay {found['to_pay']} {found['currency']}", style="bold")
    for refusal in found["not_applied"]:
        missing = "".join(f", missing {amount} {of}" for of, amount in refusal.get("missing", {}).items())
        instead = f": {', '.join(refusal['instead'])}" if "instead" in refusal else ""
        _out.print(f"not applied: {refusal['offer']} ({refusal['why']}{instead}{missing})", style="dim")
    step = found["next_step"]
    if step is not None:
        brings = f"a gift, {step['gift']}" if "gift" in step else f"{step['saves']} more off"
        _out.print(f"next: {step['add']} more {step['of']} brings {brings} ({step['offer']})", style="green")
    if not found["proved_best"]:
        _out.print("not proved to be the cheapest: the search was stopped", style="yellow")

"""Load the demo year once, through the same ingestion as any shop's events.

The year is 84.51°'s Complete Journey: published for learning, simulated from real shopping. It is moved by whole days
so that it ends now. What it lacks comes from ``examples/simulate.py`` (returns, reviews, points spent) and
``examples/simulate_visits.py`` (visits, answers, shares). A load that was
stopped goes on where it was; a second one finds everything done.

``--members`` loads a synthetic shop of any size instead, for trials of scale.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from django.conf import settings

from regulars.cli import _demo_shop, _demo_visits, _demo_year, _synthetic
from regulars.cli._demo_load import expected_events, load_year
from regulars.cli._feeding import progress
from regulars.cli._terminal import Console
from regulars.connect import complete_journey
from regulars.connect.complete_journey import NoDemoYearError
from regulars.events.models import Event
from regulars.flow.sweep import sweep
from regulars.project.config import OperatorError
from regulars.project.demo_logins import DemoLogin, read_logins
from regulars.project.tables import require_tables


def command(
    only_orders: Annotated[
        bool,
        typer.Option(
            "--only-orders",
            help="Only what the dataset has; nothing simulated on top. --members: no visits and answers.",
        ),
    ] = False,
    members: Annotated[
        int | None, typer.Option(help="A synthetic, seeded shop of so many members in place of the year.")
    ] = None,
    seed: Annotated[int, typer.Option(help="--members: another seed is another shop.")] = 1,
    days: Annotated[int, typer.Option(help="--members: how long the shop has been there.")] = 365,
) -> None:
    """Load what is missing of the demo shop: its programme, its year, its logins."""
    if not settings.CONFIG.demo:
        raise OperatorError("this is no demo installation (REGULARS_DEMO=false)")
    require_tables(settings.CONFIG)
    console = Console(stderr=True)
    if members is not None:
        _demo_shop.apply_programme()
        _demo_shop.open_offers()
        _synthetic.load(console, members, seed, days, only_orders)
        sweep()
        if not _demo_shop.is_open(settings.CONFIG.data_dir):
            _demo_shop.open_doors(settings.CONFIG.data_dir)
        return
    if _demo_shop.is_open(settings.CONFIG.data_dir):
        if not only_orders and not _demo_visits.are_loaded() and _year_is_begun():
            _demo_visits.load(console)
        console.print("demo year: loaded", style="dim")
        return
    _demo_shop.apply_programme()
    _demo_shop.open_offers()
    try:
        if not _year_is_loaded():
            console.print(f"demo year: {complete_journey.ABOUT}", style="dim", highlight=False, soft_wrap=True)
            days = _demo_year.shift_days(datetime.now(UTC))
            with progress("demo year", expected_events()) as advance:
                counts = load_year(days, only_orders, advance)
            if not only_orders:
                _demo_year.send_mishaps()
            fates = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
            console.print(f"demo year: {fates}", highlight=False)
        if not only_orders and not _demo_visits.are_loaded():
            _demo_visits.load(console)
    except NoDemoYearError as error:
        raise OperatorError(str(error)) from error
    sweep()
    _demo_shop.open_doors(settings.CONFIG.data_dir)


def logins() -> list[DemoLogin]:
    """The demo's logins, as ``regulars serve`` shows them; none before the demo is loaded."""
    return read_logins(settings.CONFIG.data_dir)


def _year_is_begun() -> bool:
    """Whether the demo year is what this shop shows, and not a synthetic one."""
    return Event.objects.filter(source=complete_journey.SOURCE).exists()


def _year_is_loaded() -> bool:
    return Event.objects.filter(source=complete_journey.SOURCE).count() >= expected_events()

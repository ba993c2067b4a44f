"""Every month ties to the ledger: on a slice of the demo year that came through the ordinary door, not by chance."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import typer

from regulars.cli import _demo_shop, _demo_year
from regulars.cli import owed as command
from regulars.cli._feeding import feed
from regulars.connect import complete_journey
from regulars.flow.sweep import sweep
from regulars.insight.owed import report
from regulars.insight.owed.closing import check_months
from regulars.insight.owed.months import Move
from regulars.insight.owed.report import owed
from regulars.points.models import Balance, Transfer
from regulars.rules import layout as y

pytestmark = pytest.mark.django_db
SLICE, FEW = (0, 120), (0, 1200)
"""The year of every 120th household, with the simulated returns, reviews and spending around it; of every 1200th."""


def take(some: tuple[int, int]) -> None:
    _demo_shop.apply_programme()
    now = datetime.now(UTC)
    module = _demo_year.simulator()
    assert module is not None
    lively = _demo_year.Lively(module, now)
    events = _demo_year.orders_and_households(complete_journey.shift_days_to(now), some)
    feed(lively.among(events), lambda _: None, lively.observe)
    sweep(everyone=True)


def test_every_month_of_the_slice_ties_to_the_point() -> None:
    take(SLICE)
    found = check_months()
    assert owed().ties
    assert [one for one in found if not one.ties] == []
    points = [one for one in found if one.currency == "points"]
    assert len(points) > 10
    assert all(one.ledger > 0 for one in points)
    assert sum(abs(a.ledger - b.ledger) for a, b in pairwise(points)) > 1_000
    last = points[-1]
    assert last.held == (last.closing, last.closing)
    # the sum over all members, once more by itself
    balances = Balance.objects.filter(currency="points").values_list("pending", "available", "held")
    assert sum(map(sum, balances)) == last.closing


def test_the_command_fails_where_a_month_does_not_tie(capsys: pytest.CaptureFixture[str]) -> None:
    take(FEW)
    command.command(as_json=True, check=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ties"]
    one = Balance.objects.filter(currency="points", available__gt=5).earliest("pk")
    Balance.objects.filter(pk=one.pk).update(available=1)
    with pytest.raises(typer.Exit) as stopped:
        command.command(as_json=False, check=True)
    assert stopped.value.exit_code == 1
    assert "the roll-forward closes at" in capsys.readouterr().out


def test_what_one_way_leaves_out_the_other_has(monkeypatch: pytest.MonkeyPatch) -> None:
    take(FEW)
    """As if the roll-forward had forgotten what was spent: every month from the first spending on is found."""
    spent = Transfer.objects.filter(kind=y.CAPTURE).order_by("effective_at").first()
    assert spent is not None
    whole = report.moves_by_currency

    def without_spending(zone: ZoneInfo, now: datetime) -> dict[str, list[Move]]:
        return {key: [one for one in moves if one.kind != y.CAPTURE] for key, moves in whole(zone, now).items()}

    monkeypatch.setattr(report, "moves_by_currency", without_spending)
    found = [one for one in check_months() if one.currency == spent.currency]
    local = spent.effective_at.astimezone(ZoneInfo(report.owed().time_zone)).date()
    assert [one.first for one in found if not one.ties] == [
        one.first for one in found if one.first >= local.replace(day=1)
    ]

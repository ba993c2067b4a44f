"""`regulars import`: what goes in, what is refused with its rows, and what happens the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from regulars.cli import import_
from regulars.events.models import Event, Refusal
from regulars.points.models import Balance
from regulars.programmes import writes as programmes
from regulars.project.config import HOME

pytestmark = pytest.mark.django_db

HEADER = "order_id,customer_id,timestamp,product_id,quantity,price,category\n"
GOOD = HEADER + (
    "A1,c-1,2026-03-01T09:30:00-05:00,tea,2,17.60,tea\n"
    "A1,c-1,2026-03-01T09:30:00-05:00,cup,1,9.90,\n"
    "A2,c-2,2026-02-01T10:00:00-05:00,tea,1,17.60,tea\n"
)


@pytest.fixture(autouse=True)
def _programme(db: None) -> None:
    programmes.apply((HOME / "programmes" / "grocery.yaml").read_text(encoding="utf-8"))


def run(folder: Path, text: str, *options: str) -> Result:
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    app = typer.Typer()
    app.command()(import_.command)
    return CliRunner().invoke(app, [str(path), *options])


def told(result: Result) -> str:
    """What the person reads, the last word of a failing command included (`regulars` itself prints that)."""
    return " ".join(f"{result.stderr} {result.exception or ''}".split())


def test_orders_go_in_once_and_earn(tmp_path: Path) -> None:
    first = run(tmp_path, GOOD)
    assert first.exit_code == 0, first.output
    assert "2 imported" in first.stderr
    again = run(tmp_path, GOOD)
    assert again.exit_code == 0
    assert "2 there already" in again.stderr
    logged = list(Event.objects.filter(source="import").order_by("id").values_list("order_id", "currency"))
    assert logged == [("A2", "USD"), ("A1", "USD")]
    growth = Balance.objects.filter(currency="growth").order_by("member_id")
    assert sorted(growth.values_list("available", flat=True)) == [17, 45]


def test_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "2 events can be imported" in result.stderr
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("case", "line", "words"),
    [
        (
            "a negative price",
            "B1,c-3,2026-03-01T10:00Z,tea,1,-5,tea\n",
            "row 5: properties.products[0].price must not be",
        ),
        (
            "half a cup",
            "B1,c-3,2026-03-01T10:00Z,cup,0.5,5,\n",
            "row 5: properties.products[0].quantity must be a whole",
        ),
        (
            "a word for a price",
            "B1,c-3,2026-03-01T10:00Z,tea,1,cheap,\n",
            "row 5: properties.products[0].price must be",
        ),
        ("far ahead", "B1,c-3,2096-03-01T10:00Z,tea,1,5,\n", "row 5: timestamp lies more than"),
        ("nobody", "B1,,2026-03-01T10:00Z,tea,1,5,\n", "row 5: An event needs a user_id"),
    ],
)
def test_one_bad_row_stops_the_import(tmp_path: Path, case: str, line: str, words: str) -> None:
    result = run(tmp_path, GOOD + line)
    assert result.exit_code == 1, case
    said = told(result)
    assert words in said, said
    assert "nothing was imported" in said
    assert not Event.objects.exists()
    assert not Refusal.objects.exists()


def test_the_good_rows_go_in_when_asked(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD + "B1,c-3,2026-03-01T10:00Z,tea,1,-5,tea\n", "--skip-problems")
    assert result.exit_code == 1
    assert "2 imported" in result.stderr
    assert Event.objects.filter(source="import").count() == 2


def test_refused_by_the_rules_names_its_rows_and_is_kept(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    result = run(tmp_path, GOOD.replace("17.60", "18.60"))
    assert result.exit_code == 1
    assert "2 refused" in result.stderr
    assert "rows 2-3" in result.stderr
    assert Refusal.objects.count() == 2
    assert Event.objects.filter(source="import").count() == 2


@pytest.mark.parametrize(
    ("case", "options", "words"),
    [
        ("no such column", ["--map", "customer_id=Kunde"], "no column 'Kunde'"),
        ("half a mapping", ["--map", "customer_id"], "must look like"),
        ("a name we do not know", ["--map", "colour=category"], "there is no column 'colour'"),
        ("no such zone", ["--time-zone", "Asia/Peking"], "is no time zone"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, case: str, options: list[str], words: str) -> None:
    result = run(tmp_path, GOOD, *options)
    assert result.exit_code == 1, case
    assert words in told(result), case
    assert not Event.objects.exists()

"""``regulars measure``: any measure as a table or a file, here or on Spark; a file stays until the answer is whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from regulars.cli.measure import command
from regulars.insight.measures import elsewhere
from regulars.project.config import OperatorError
from tests.flow.stories import everybody, publish_live_commerce
from tests.insight.lake.shop import synced

pytestmark = pytest.mark.django_db(transaction=True)

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("retention", {"unit": "week", "by": "tier"}),
    ("average_order", {"unit": "month"}),
    ("life_cycle", {}),
    ("points_owed", {"unit": "month"}),
    ("repurchase_rate", {"tier": ["gold"]}),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    publish_live_commerce()
    everybody()
    synced(tmp_path / "lake")
    return tmp_path / "lake"


def run(*words: str) -> str:
    """What the command prints. Raises what it raises."""
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_list_and_one_of_it(root: Path) -> None:
    assert "retention" in run() and "points_owed" in run()
    found = json.loads(run("repurchase_rate", "--path", str(root), "--json").splitlines()[-1])
    (row,) = found["rows"]
    assert row["buyers"] >= row["returned"] >= 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_a_file(root: Path, tmp_path: Path, suffix: str) -> None:
    to = tmp_path / f"found{suffix}"
    run("average_order", "--set", "unit=month", "--path", str(root), "--to", str(to))
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".json": pl.read_json}[suffix]
    expected = elsewhere.compute(str(root), "average_order", {"unit": "month"})
    assert read(to)["revenue_minor"].to_list() == expected["revenue_minor"].to_list() != []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["loyality"], "there is no measure loyality"),
        (["retention", "--set", "unit"], "--set wants name=value"),
        (["retention", "--set", "unit=year"], "unit: one of day, week, month"),
        (["retention", "--set", "from=tomorrow"], "from: a day as"),
        (["retention", "--set", "unti=week"], "retention does not take unti: it takes unit, from, kind"),
        (["retention", "--set", "segment=nosuch"], "there is no segment nosuch"),
        (["bracket_retention", "--set", "brackets=x"], "brackets: ranges of whole numbers, as 1,2-3,4-6, not 'x'"),
        (["retention", "--to", "found.xlsx"], "--to writes .csv, .parquet, .json"),
    ],
)
def test_what_nobody_understands_is_said(root: Path, words: list[str], said: str) -> None:
    with pytest.raises(OperatorError, match=said.replace(".", r"\.")):
        run(*words, "--path", str(root))


def asked(root: Path, *words: str) -> tuple[list[dict[str, Any]], str]:
    """The rows of an answer, and what is said beside them."""
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, [*words, "--path", str(root), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout.splitlines()[-1])["rows"], done.stderr


def test_the_whole_history_is_told_unless_it_is_narrowed(root: Path) -> None:
    every, _ = asked(root, "average_order", "--set", "unit=day")
    today = date.fromisoformat(every[-1]["period"])
    assert date.fromisoformat(every[0]["period"]) < today - timedelta(days=61)
    since = (today - timedelta(days=10)).isoformat()
    narrowed, _ = asked(root, "average_order", "--set", "unit=day", "--set", f"from={since}")
    assert narrowed == [row for row in every if row["period"] >= since]


def test_a_value_that_nobody_has_is_told_with_those_there_are(root: Path) -> None:
    rows, said = asked(root, "average_order", "--set", "source=shopp")
    assert (rows, said) == ([], "no rows: nothing matches source=shopp; there are shop\n")
    rows, said = asked(root, "average_order", "--set", "source=shop,web")
    assert rows and said == "nothing matches source=web; there are shop\n"
    rows, said = asked(root, "average_order", "--set", "to=2001-01-01")
    assert (rows, said) == ([], "no rows: nothing matches to=2001-01-01\n")
    assert asked(root, "average_order", "--set", "source=shop")[1] == ""
    rows, said = asked(root, "funnel", "--set", "steps=Order Completed,Oder Completed")
    assert rows[0]["members"] > rows[1]["members"] == 0
    assert said.startswith("nothing matches steps=Oder Completed; there are ") and "Order Completed" in said


def test_one_currency_and_brackets(root: Path) -> None:
    rows, _ = asked(root, "points_owed")
    assert {row["currency"] for row in rows} > {"points"}
    only, said = asked(root, "points_owed", "--set", "currency=points")
    assert only == [row for row in rows if row["currency"] == "points"] and said == ""
    assert asked(root, "points_owed", "--set", "currency=gems")[1].startswith("no rows: nothing matches currency=gems")
    rows, _ = asked(root, "bracket_retention", "--set", "brackets=1,2-3")
    assert {(row["from_n"], row["to_n"]) for row in rows} == {(1, 1), (2, 3)}


def test_the_list_says_what_each_takes(root: Path) -> None:
    (line,) = [line for line in run().splitlines() if line.split()[:1] == ["bracket_retention"]]
    assert "unit from brackets to by" in line


def test_a_damaged_lake_leaves_the_file_as_it_was(root: Path, tmp_path: Path) -> None:
    to = tmp_path / "found.csv"
    run("average_order", "--path", str(root), "--to", str(to))
    before = to.read_bytes()
    (part,) = list(root.glob("orders/*/*.parquet"))[:1]
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(OperatorError, match=r"should have .* is as it was"):
        run("average_order", "--path", str(root), "--to", str(to))
    assert to.read_bytes() == before


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Spark's own, and Ibis's for it
class TestOnSpark:
    """The same command on a session; and one whose process is killed."""

    @pytest.fixture
    def spark(self) -> Iterator[Any]:
        pytest.importorskip("pyspark")
        if shutil.which("java") is None:
            pytest.skip("no Java here")
        with elsewhere.session("local[1]") as session:
            session.conf.set("spark.sql.shuffle.partitions", "1")
            yield session

    def test_the_same_rows_until_it_dies(self, root: Path, tmp_path: Path, spark: Any) -> None:
        for name, params in ASKED:
            here = elsewhere.compute(str(root), name, params)
            there = elsewhere.compute(str(root), name, params, spark)
            assert_frame_equal(here, there, check_dtypes=False, check_exact=False)
            assert here.height > 0, name
        spark.sparkContext._gateway.proc.kill()
        with pytest.raises(elsewhere.SparkGone, match="Spark stopped before the answer was there"):
            elsewhere.compute(str(root), "average_order", {}, spark)

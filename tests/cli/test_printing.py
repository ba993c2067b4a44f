"""Into a pipe or a file nothing is broken or cut at 80 columns: neither messages nor tables."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console as RichConsole
from rich.table import Table
from typer.testing import CliRunner

from regulars.cli import _changes, games, offers, programme, segments
from regulars.cli._terminal import Console
from regulars.files.changes import Change

LONG = "a-rather-long-key-" * 9


def test_a_message_and_a_table_are_whole() -> None:
    out = Console(file=io.StringIO())
    out.print(f"the file {LONG} is fine", highlight=False)
    table = Table(*[f"column_{number}" for number in range(30)])
    table.add_row(*[f"value {number}" for number in range(30)])
    out.print(table)
    assert isinstance(out.file, io.StringIO)
    printed = out.file.getvalue()
    assert f"the file {LONG} is fine\n" in printed
    assert all(f"column_{number} " in printed and f"value {number} " in printed for number in range(30))


def test_in_a_terminal_it_is_as_wide_as_that() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=61)
    assert (console.is_terminal, console.width) == (True, 61)


def test_the_commands_print_with_it() -> None:
    for module in (segments, offers, programme, games):
        assert isinstance(module._out, Console), module.__name__
    taken = [path.name for path in Path(_changes.__file__).parent.glob("*.py") if _uses_richs_own(path)]
    # bars, which are drawn in a terminal only, and the one that this is made of
    assert sorted(taken) == ["_feeding.py", "_progress.py", "_terminal.py"]


def _uses_richs_own(path: Path) -> bool:
    return f"from {RichConsole.__module__} import Console" in path.read_text(encoding="utf-8")


def test_changes_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    _changes.print_changes([Change("changed", "earn.0.points", LONG, f"not {LONG}")], "Against before")
    assert f"│ {LONG} │ not {LONG} │" in capsys.readouterr().out


@pytest.mark.parametrize("app", [offers.app, programme.app])
def test_a_problem_stands_on_one_line(app: object, tmp_path: Path) -> None:
    file = tmp_path / f"{LONG}.yaml"
    file.write_text("offers: [off]\nnonsense[0]: 1\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(file)])  # type: ignore[arg-type]
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines and all(line.startswith(f"{file}: ") for line in lines)
    assert any("nonsense[0]" in line for line in lines)

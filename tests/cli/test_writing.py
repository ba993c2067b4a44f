"""Where nothing can be written, a sentence says so before anything is computed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from regulars.cli import measure, owed, report
from regulars.cli._writing import check_file, make_folder, writing
from regulars.project.config import OperatorError


def test_a_file(tmp_path: Path) -> None:
    check_file(tmp_path / "new.csv")
    with pytest.raises(OperatorError, match=r"x\.csv cannot be written: there is no folder .*/nope"):
        check_file(tmp_path / "nope" / "x.csv")
    with pytest.raises(OperatorError, match="cannot be written: it is a folder"):
        check_file(tmp_path)


def test_a_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="file cannot be written: it is no folder"):
        make_folder(tmp_path / "file")
    with pytest.raises(OperatorError, match="cannot be written: "):
        make_folder(tmp_path / "file" / "below")


def test_what_the_system_says_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    to = tmp_path / "found.csv"
    with pytest.raises(OperatorError) as told, writing(to):
        raise OSError(28, "No space left on device", str(tmp_path / ".found.csv.77"))
    assert str(told.value) == f"{to} cannot be written: No space left on device"


def test_the_commands_look_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_words: Any, **_named: Any) -> Any:
        raise AssertionError("computed before it was known that nothing can be written")

    nowhere = tmp_path / "nope"
    monkeypatch.setattr(measure, "_found", never)
    with pytest.raises(OperatorError, match="there is no folder"):
        measure.command("retention", to=nowhere / "x.csv", path=str(tmp_path))
    monkeypatch.setattr(owed.counted, "count", never)
    with pytest.raises(OperatorError, match="there is no folder"):
        owed.command(csv_file=nowhere / "x.csv")
    monkeypatch.setattr(report.answer, "make", never)
    monkeypatch.setattr(report.answer, "open_lake", lambda: None)
    monkeypatch.setattr(report.figures, "began", lambda _lake: None)
    monkeypatch.setattr(report, "today", lambda: date(2026, 7, 1))
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="it is no folder"):
        report.command(to=tmp_path / "file")


def test_a_report_of_days_before_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report.answer, "open_lake", lambda: None)
    monkeypatch.setattr(report.figures, "began", lambda _lake: date(2026, 6, 25))
    monkeypatch.setattr(report, "today", lambda: date(2026, 7, 1))
    with pytest.raises(OperatorError, match="there is nothing before 2026-06-25: a report of 2026-06-15 to"):
        report.command(back=1, to=tmp_path / "folder")
    assert not (tmp_path / "folder").exists()

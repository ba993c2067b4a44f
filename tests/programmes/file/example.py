"""The example that the slips are made in, and what is asked of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars.programmes.file import check

PROGRAMMES = Path(__file__).parents[3] / "programmes"
TEXT = (PROGRAMMES / "live-commerce.yaml").read_text(encoding="utf-8")


def Bad(what: str, old: str, new: str, *problems: str) -> Any:  # noqa: N802 (reads as a row)
    """A slip: what is written instead of what in the example, and all that is said about it."""
    return pytest.param(old, new, list(problems), id=what)


def is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    """Assert that this slip is refused in those words and no others."""
    assert old in TEXT, "the example has changed: this row tests nothing"
    checked = check(TEXT.replace(old, new, 1))
    assert [str(problem) for problem in checked.problems] == problems
    assert checked.programme is None

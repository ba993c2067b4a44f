"""Which files of a month become one, and how little that writes again."""

from __future__ import annotations

import pytest

from regulars.insight.lake import compact
from regulars.insight.lake.compact import tail
from regulars.science.lake.manifest import File

TAILS = [
    # rows of the files in order, how many at the end become one
    ([100, 1, 1, 1, 1], 4),
    ([100, 40, 1, 1, 1], 3),
    ([100, 60, 40, 1, 1], 5),
    ([8, 4, 2], 2),
    ([1, 1, 1], 3),
    ([1, 50, 1], 3),
]


def files(rows: list[int]) -> list[File]:
    return [File(f"events/{place}", "2026-01", count, 1) for place, count in enumerate(rows)]


@pytest.mark.parametrize(("rows", "taken"), TAILS)
def test_small_files_at_the_end_are_taken_together(
    rows: list[int], taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "SMALL", 0)
    assert [file.rows for file in tail(files(rows))] == rows[-taken:]


def test_a_small_month_is_taken_whole() -> None:
    assert len(tail(files([100_000, 5, 1]))) == 3


def test_a_row_is_written_again_few_times_in_a_month_of_hourly_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact, "SMALL", 0)
    held: list[int] = []
    written = 0
    for _ in range(720):
        held.append(100)
        if len(held) > compact.FILES_OF_THIS_MONTH:
            few = [file.rows for file in tail(files(held))]
            held[-len(few) :] = [sum(few)]
            written += sum(few)
        assert len(held) < 12
    assert sum(held) == 72_000
    assert written / 72_000 < 12  # and not 90, as if the month were written again each time

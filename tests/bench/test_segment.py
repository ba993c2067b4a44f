"""The bench of segments: product and plain SQL find the same members."""

from __future__ import annotations

from pathlib import Path

from regulars.bench import segment


def test_the_product_and_plain_sql_find_the_same(tmp_path: Path) -> None:
    segment.write(tmp_path, 2_000)
    mine, theirs = segment.by_product(tmp_path), segment.by_hand(tmp_path)
    assert mine.found == theirs.found
    assert 100 < mine.found[0] < 1_900

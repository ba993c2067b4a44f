"""The bench of cohorts, small: it compares its answer with plain SQL itself."""

from __future__ import annotations

from regulars.bench import cohort
from regulars.science.lake.root import COMPRESSION


def test_the_small_trial_agrees_with_plain_sql(tmp_path):
    said: list[str] = []
    figures = cohort.run(said.append, tmp_path, small=True, times=1)
    assert [figure.unit for figure in figures] == ["s", "s", "GiB"]
    assert all(figure.value > 0 and figure.baseline for figure in figures)
    assert said[0] == "writing 250,000 orders, once"
    found = cohort.by_product(tmp_path / "bench" / f"orders-250000-{COMPRESSION}").found
    assert len(found) > 600 and found[0][:2] == ("2023-01-01", 0)

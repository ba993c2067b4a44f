"""Every chart fits Vega-Lite's schema, in both grounds, cut and uncut; the catalogue knows the measures."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.insight.measures.catalogue import DIMENSIONS, FAMILIES, SPECS, of_family
from regulars.insight.measures.charts import DRAWN, changes, draw
from regulars.insight.measures.charts.common import Shape
from regulars.insight.measures.charts.heat import pool
from regulars.insight.measures.charts.series import heads, tails
from regulars.insight.measures.definitions import DEFINITIONS
from regulars.science import measures
from regulars.science.measures.behind import BEHIND

DAYS = ("2026-01-01", "2026-02-01", "2026-03-01")
GROUPS = ({}, {"group": "gold", "group_said": "Gold"}, {"group": None, "group_said": "none"})


def row(spec: Any, place: int, group: dict[str, Any]) -> dict[str, Any]:
    """A row of a measure with something in each column, the last of three not over yet."""
    found: dict[str, Any] = {"complete": place < 2, "href": "/somewhere", **group}
    for column in spec.columns:
        texts = {"day": DAYS[place], "text": f"{column.key} {place}", "state": ("loyal", "at_risk", "lost")[place]}
        found[column.key] = texts.get(column.kind, place + 0.5 if column.kind in ("share", "mean_minor") else place)
        found[f"{column.key}_said"] = str(found[column.key])
    return {**found, "before_rank": 1, "after_rank": 2, "stage_said": "1. Came", "line_said": "1. Came – 3",
            "bracket_said": "1–3",
            "cell_short": "3", **{f"{window}_href": "/x" for window in ("dau", "wau", "mau")}}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
def test_every_chart_is_vega_lite(name: str) -> None:
    spec = SPECS[name]
    titles = {"group": "Group", "n": "n", "days": "Days", **{column.key: column.key for column in spec.columns}}
    shape = Shape(spec.value, spec.column(spec.value).kind, titles, money="$", words={"all": "all members"})
    for groups in ([GROUPS[0]], list(GROUPS[1:])) if spec.cut else ([GROUPS[0]],):
        rows = [row(spec, place, group) for group in groups for place in range(3)]
        made = draw(spec.chart, rows, shape).to_dict()  # raises where it does not fit the schema
        assert made["width"] == "container" or made["spec"]["width"] == "container"


def test_parts_of_a_change_are_vega_lite() -> None:
    rows = [{"part_said": "more", "part": 5.5, "words": "+$5.50"}, {"part_said": "less", "part": -2, "words": "−$2.00"}]
    assert (
        changes.parts(rows, Shape("part", "minor", {"change": "Change"}, money="$")).to_dict()["width"] == "container"
    )


def test_the_catalogue_knows_every_measure_and_nothing_else() -> None:
    names = {measure.__name__ for measure in measures.MEASURES}
    assert set(SPECS) == names == set(DEFINITIONS)
    assert {spec.chart for spec in SPECS.values()} <= set(DRAWN)
    assert set(DIMENSIONS) == set(measures.DIMENSIONS)
    assert [name for family in FAMILIES for name in (spec.name for spec in of_family(family))] == list(SPECS)


def test_who_counts_members_is_looked_behind() -> None:
    assert {name for name, spec in SPECS.items() if spec.counted} == set(BEHIND)


def test_all_cohorts_together_are_those_whose_period_is_over() -> None:
    cells = [
        # cohort, n, size, kept, over
        ("a", 1, 10, 5, True), ("b", 1, 30, 9, True), ("c", 1, 60, 60, False), ("a", 2, 10, 2, True),
    ]  # fmt: skip
    rows = [
        {"group": "g", "group_said": "G", "cohort": cohort, "n": n, "size": size, "kept": kept, "complete": over}
        for cohort, n, size, kept, over in cells
    ]
    assert [(one["n"], one["rate"], one["size"]) for one in pool(rows, "rate")] == [(1, 14 / 40, 40), (2, 0.2, 10)]


def test_what_is_not_over_hangs_on_the_last_whole_period() -> None:
    rows = [{"period": day, "complete": day != DAYS[2]} for day in DAYS]
    assert tails(rows) == rows[1:]
    assert tails(rows[:2]) == []


def test_what_is_known_in_part_hangs_on_the_first_whole_period() -> None:
    rows = [{"period": day, "complete": day == DAYS[1]} for day in DAYS]
    assert (heads(rows), tails(rows)) == (rows[:2], rows[1:])
    assert heads(rows[1:]) == []
    nothing_whole = [rows[0], rows[2]]
    assert (heads(nothing_whole), tails(nothing_whole)) == ([], nothing_whole)

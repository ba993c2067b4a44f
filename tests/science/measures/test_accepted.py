"""What a measure does not take is refused in a sentence; what it takes is what the catalogue's pages ask with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from regulars.insight.measures.catalogue import SPECS
from regulars.science import measures
from regulars.science.measures import BadQuestion, ask, question
from regulars.science.measures.accepted import takes
from regulars.science.measures.asking import ASKED, brackets_of
from tests.science.measures.tables import ENGINE, table
from tests.science.measures.test_behind import lake

__all__ = ["lake"]
UNTIL = date(2025, 6, 20)


def test_pages_ask_with_what_is_taken() -> None:
    assert set(SPECS) == set(ASKED)
    for spec in SPECS.values():
        taken = set(takes(spec.name))
        assert set(spec.own) - {"value"} == taken - {"to", "by", "top"}, spec.name
        assert spec.cut == ("by" in taken), spec.name


@pytest.mark.parametrize(
    ("measure", "params", "said"),
    [
        ("retention", {"unti": "week"}, "retention does not take unti: it takes unit, from, kind, to, by and the filt"),
        ("retention", {"brackets": [(1, 2)]}, "retention does not take brackets"),
        ("repurchase_rate", {"unit": "week"}, "repurchase_rate does not take unit: it takes from, to, by and"),
        ("loyalty_index", {"from": "2025-01-01"}, "loyalty_index does not take from"),
        ("category_pairs", {"by": "tier"}, "category_pairs does not take by"),
        ("average_order", {"currency": "points"}, "average_order does not take currency"),
        ("loyality", {}, "there is no measure 'loyality'"),
    ],
)
def test_what_is_not_taken_is_refused(lake: SimpleNamespace, measure: str, params: dict[str, Any], said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        question(lake, measure, params, until=UNTIL)


def test_when_segments_were_found_is_no_matter(lake: SimpleNamespace) -> None:
    assert question(lake, "retention", {"segments_at": "2025-06-01T00:00:00Z"}, until=UNTIL)


@pytest.mark.parametrize(
    ("text", "pairs"), [("1-3,4-6", [(1, 3), (4, 6)]), ("1,2-3", [(1, 1), (2, 3)]), ("12", [(12, 12)])]
)
def test_brackets_as_a_text(lake: SimpleNamespace, text: str, pairs: list[tuple[int, int]]) -> None:
    assert brackets_of(question(lake, "bracket_retention", {"brackets": text}, until=UNTIL)) == pairs


@pytest.mark.parametrize("text", ["x", "1-", "3-1", "1-2-3", "0", "1,,2"])
def test_brackets_that_nobody_reads_have_an_example(lake: SimpleNamespace, text: str) -> None:
    with pytest.raises(BadQuestion, match="1,2-3,4-6"):
        brackets_of(question(lake, "bracket_retention", {"brackets": text}, until=UNTIL))


@pytest.mark.parametrize("measure", ["points_owed", "redemption_rate"])
def test_one_currency_is_the_rows_of_it(lake: SimpleNamespace, measure: str) -> None:
    ledger = pl.DataFrame(
        {"member": [1, 1, 2, 2], "day": [date(2025, 1, 9), date(2025, 2, 9)] * 2, "points": [5, 7, 11, 13],
         "currency": ["points", "points", "growth", "growth"], "kind": "earned", "debit": "outside",
         "credit": "available"}
    )  # fmt: skip
    shop = SimpleNamespace(**{**vars(lake), "ledger": table(ledger)})
    every = ENGINE.to_polars(ask(question(shop, measure, {}, until=UNTIL)))
    assert len(every) == 4
    one = ENGINE.to_polars(ask(question(shop, measure, {"currency": "growth"}, until=UNTIL)))
    assert one.sort("period").equals(every.filter(pl.col("currency") == "growth").sort("period")) and len(one) == 2
    assert ENGINE.to_polars(ask(question(shop, measure, {"currency": "none"}, until=UNTIL))).is_empty()


def test_a_day_as_a_text_is_told_from_a_day(lake: SimpleNamespace) -> None:
    text: Any = UNTIL.isoformat()
    said = r"a day is a datetime\.date, as date\(2026, 3, 31\), not '2025-06-20'"
    by_hand: list[Callable[[], Any]] = [
        lambda: measures.retention(lake.orders, "month", until=text),
        lambda: measures.retention(lake.orders, "month", UNTIL, since=text),
        lambda: measures.average_order(lake.orders, "week", text),
        lambda: measures.active_members(lake.visits, text),
        lambda: measures.active_rate(lake.standing, lake.ledger, "month", text),
        lambda: measures.loyalty_index(
            lake.standing, lake.orders, lake.visits, measures.answers(lake.visits, lake.events), text
        ),
        lambda: measures.do(lake.orders, lake.visits, text),
        lambda: measures.life_cycle(lake.orders, text),
        lambda: question(lake, "retention", {"to": "2025-01-31"}, until=text),
        lambda: question(lake, "retention", {}, until=text),
    ]
    for call in by_hand:
        with pytest.raises(TypeError, match=said):
            call()

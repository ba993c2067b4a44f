"""Two segments beside each other: every measure is there, and each figure is what that segment alone has."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest

from regulars.audience.compared import compare
from regulars.audience.compared_measures import ARROW, asked_of
from regulars.audience.segments import refreshed, writes
from regulars.audience.segments.memberships import memberships_of
from regulars.audience.segments.models import Membership
from regulars.flow import intake
from regulars.inquiries.server import Desk
from regulars.inquiries.sight import Sight
from regulars.insight import lake
from regulars.insight.measures.catalogue import SPECS
from regulars.science.measures import ask, question
from tests.console.segments.conftest import BUYERS, buy, make_segments
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import synced

KEYS = ["often", "tea"]
IN_THE_LAYERS = {"loyalty_index", "think", "do", "feel"}
"""Their means are the columns of ``loyalty_layers``."""

pytestmark = pytest.mark.django_db(transaction=True)


def a_look(who: int, name: str, minute: int) -> dict[str, Any]:
    return {
        "event": name,
        "message_id": f"{name}-{who}",
        "user_id": f"m-{who:02d}",
        "timestamp": f"2026-01-01T09:{minute:02}:00Z",
        "channel": "web" if who % 3 else "app",
        "properties": {"product_id": "tea"},
    }


def both_at_once(who: int, number: int) -> dict[str, Any]:
    """An order of member ``who`` of tea and cups together."""
    goods = [{"product_id": name, "category": name, "price": "5.00", "quantity": 1} for name in ("cups", "tea")]
    return {
        "event": "Order Completed",
        "message_id": f"both-{who}-{number}",
        "user_id": f"m-{who:02d}",
        "timestamp": f"2026-02-{1 + number:02}T10:00:00Z",
        "properties": {"order_id": f"both-{who}-{number}", "currency": "CNY", "products": goods},
    }


@pytest.fixture
def sight(tmp_path: Path) -> Sight:
    """Twelve buyers; who buys most has also looked, and half of those put something into the cart before."""
    publish_live_commerce()
    looks = [a_look(who, "Product Viewed", 10) for who in range(3, BUYERS)]
    looks += [a_look(who, "Product Added", 20) for who in range(3, BUYERS, 2)]
    intake.take(looks, intake.reader("shop"))
    buy()
    synced(tmp_path)
    lake.tell(tmp_path)
    make_segments()
    refreshed.refresh(str(tmp_path))
    return Desk(str(tmp_path)).sight()


@pytest.fixture
def compared(sight: Sight) -> dict[tuple[str, str], dict[Any, list[Any]]]:
    """Figures of both by measure and column, then by the row's group."""
    found: dict[tuple[str, str], dict[Any, list[Any]]] = defaultdict(dict)
    for row in compare(sight, {"keys": KEYS})["rows"]:
        found[row["measure"], row["value"]][row["group"]] = row["figures"]
    return found


def alone(sight: Sight, measure: str, key: str, **params: Any) -> pl.DataFrame:
    """The measure of the members of one segment, asked as the explorer asks it: narrowed, not cut."""
    params = {"segment": [key], **params}
    memberships = memberships_of(params)
    return sight.frame(ask(question(sight.lake, measure, params, until=sight.until, memberships=memberships)))


def test_every_measure_is_compared(sight: Sight) -> None:
    cut = ibis.memtable(pl.DataFrame({"member": [1], "segment": ["often"]}))
    assert {one.measure for one in asked_of(sight, cut, KEYS)} - {"rfm"} == set(SPECS) - IN_THE_LAYERS


def test_second_orders_are_those_of_each_alone(sight: Sight, compared: Any) -> None:
    for place, key in enumerate(KEYS):
        days = dict(alone(sight, "second_order_by_day", key, days=180).select("n", "rate").iter_rows())
        assert {n: figures[place] for n, figures in compared["second_order_by_day", "rate"].items()} == {
            n: days[n] for n in (30, 90, 180)
        }


def test_moves_of_the_last_whole_month_are_those_of_each_alone(sight: Sight) -> None:
    sight.until = date(2026, 7, 3)
    told = {
        row["group"]: row["figures"]
        for row in compare(sight, {"keys": KEYS})["rows"]
        if row["measure"] == "life_cycle_flows"
    }
    assert told
    for place, key in enumerate(KEYS):
        moves = alone(sight, "life_cycle_flows", key)
        shares = {
            f"{row['before'] or ''}{ARROW}{row['after']}": row["share"]
            for row in moves.iter_rows(named=True)
            if row["before"] != row["after"] and row["month"] == date(2026, 6, 1)
        }
        assert shares == {flow: figures[place] for flow, figures in told.items() if figures[place] is not None}


def test_cohorts_together_weigh_by_their_members(sight: Sight, compared: Any) -> None:
    for place, key in enumerate(KEYS):
        brackets = alone(sight, "bracket_retention", key, brackets=[[2, 3], [4, 6], [7, 12]], unit="month")
        whole = brackets.filter(pl.col("complete")).group_by("from_n", "to_n").agg(pl.col("kept", "size").sum())
        expected = {f"{row['from_n']}–{row['to_n']}": row["kept"] / row["size"] for row in whole.iter_rows(named=True)}
        told = {group: figures[place] for group, figures in compared["bracket_retention", "rate"].items()}
        assert {group: figure for group, figure in told.items() if figure is not None} == pytest.approx(expected)
        value = alone(sight, "cohort_revenue", key, unit="month").filter(
            pl.col("complete") & pl.col("n").is_in([1, 3, 6])
        )
        whole = value.group_by("n").agg(pl.col("cumulative_minor", "size").sum())
        expected_value = {row["n"]: row["cumulative_minor"] / row["size"] for row in whole.iter_rows(named=True)}
        told = {n: figures[place] for n, figures in compared["cohort_revenue", "ltv_minor"].items()}
        assert {n: figure for n, figure in told.items() if figure is not None} == pytest.approx(expected_value)


def test_the_way_to_an_order_by_hand(compared: Any) -> None:
    # often: members 5 to 11, all have looked; 5, 7, 9, 11 added. tea: 1, 3, 5, 7, 9, 11; 1 never looked.
    assert compared["funnel", "of_first"] == {
        f"2{ARROW}Product Added": [4 / 7, 1.0],
        f"3{ARROW}Order Completed": [4 / 7, 1.0],
    }
    paths = compared["paths", "share"]
    assert paths[ARROW.join(["Product Viewed", "Product Added", "Order Completed"])] == [4 / 7, 5 / 6]


def test_categories_bought_together_are_those_of_each_segments_orders(tmp_path: Path, sight: Sight) -> None:
    assert not any(row["measure"] == "category_pairs" for row in compare(sight, {"keys": KEYS})["rows"])
    intake.take([both_at_once(11, number) for number in range(6)], intake.reader("shop"))
    intake.take([both_at_once(10, number) for number in range(6)], intake.reader("shop"))
    synced(tmp_path)
    rows = compare(Desk(str(tmp_path)).sight(), {"keys": KEYS})["rows"]
    [pair] = [row for row in rows if row["measure"] == "category_pairs"]
    # Orders of often: 6+8+10+12 of tea, 7+9+11 of cups, and 12 of both; of tea: 2+4+…+12 of tea, and 6 of both.
    of_often = (12 / (36 + 12)) / ((27 + 12) / (63 + 12))
    assert pair["group"] == f"cups{ARROW}tea"
    assert pair["figures"] == pytest.approx([of_often, 1.0])


def test_a_month_without_anything_is_not_told_by_an_older_one(compared: Any) -> None:
    # All orders lie months back: whoever left has left, and nobody has moved, bought or answered in the last month.
    assert compared["life_cycle", "share"] == {"lost": [1.0, 1.0]}
    assert {"life_cycle_flows", "average_order", "interactions"} & {measure for measure, _column in compared} == set()
    # Points are owed until something moves.
    assert compared["points_owed", "owed"]["points"][0] > compared["points_owed", "owed"]["points"][1] > 0


def test_rows_without_anything_for_either_are_left_out(sight: Sight) -> None:
    writes.create("nobody", "Nobody", "rule", {"all": [{"orders": {"at_least": 900}}]})
    assert not Membership.objects.filter(segment="nobody").exists()
    rows = compare(sight, {"keys": ["often", "nobody"]})["rows"]
    assert rows and all(row["figures"][0] is not None for row in rows)

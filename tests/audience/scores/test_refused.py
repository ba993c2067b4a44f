"""Orders that no honest model can speak of: a sentence says why, and the scores in force stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from regulars.audience.scores import reads, words
from regulars.audience.scores.making.refresh import refresh
from regulars.audience.scores.models import Score, ScoreRun
from tests.audience.scores.lakes import AS_OF, lake_of, shoppers

pytestmark = pytest.mark.django_db(transaction=True)
Orders = list[tuple[int, date, int]]


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def _clocks(count: int = 150) -> Orders:
    """Everybody comes every tenth day and nobody ever left: nothing tells one from another."""
    return [(member, ago(1 + 10 * step), 1000) for member in range(1, count + 1) for step in range(21)]


CASES: list[tuple[str, Callable[[], Orders], tuple[str, ...], str]] = [
    ("no_orders", list, ("USD",), "no orders before today"),
    ("no_orders", lambda: [(1, AS_OF, 500)], ("USD",), "no orders before today"),
    ("one_order", lambda: [(1, ago(9), 500)], ("USD",), "one order only"),
    ("one_day", lambda: [(member, ago(9), 500) for member in range(1, 200)], ("USD",), "All 199 orders are of one day"),
    ("currencies", shoppers, ("USD", "EUR"), "several currencies (EUR, USD)"),
    ("few_customers", lambda: shoppers(40), ("USD",), "Below 100"),
    ("few_came_back", lambda: [(m, ago(m % 200 + 2), 500) for m in range(1, 200)], ("USD",), "0 customers came back"),
    ("none_converges", _clocks, ("USD",), "No model of repeat buying fits"),
]


@pytest.fixture
def in_force(tmp_path: Path) -> list[tuple[object, ...]]:
    """A good run and what it says."""
    assert refresh(lake_of(tmp_path / "good", shoppers())).run.state == ScoreRun.MADE
    return said()


def said() -> list[tuple[object, ...]]:
    """All rows of all runs."""
    return list(Score.objects.order_by("run_id", "member_id").values_list("run_id", "member_id", "alive", "leaving_90"))


def test_each_says_why_and_the_last_good_run_stays(tmp_path: Path, in_force: list[tuple[object, ...]]) -> None:
    good = reads.current()
    for place, (key, orders, currencies, words_of) in enumerate(CASES):
        made = refresh(lake_of(tmp_path / str(place), orders(), currencies=currencies))
        assert made.rows is None
        run = ScoreRun.objects.get(pk=made.run.pk)
        assert (run.state, run.current, run.said["key"]) == (ScoreRun.FAILED, False, key), run.said
        with translation.override("en"):
            assert words_of in words.why(run.said)
        assert reads.current() == good and said() == in_force, key


def test_without_a_lake_and_with_a_damaged_one(tmp_path: Path, in_force: list[tuple[object, ...]]) -> None:
    assert refresh(str(tmp_path / "none")).run.said["key"] == "no_lake"
    url = lake_of(tmp_path / "half", shoppers())
    file = next((tmp_path / "half" / "orders").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-9])
    run = refresh(url).run
    assert run.said["key"] == "lake_damaged" and "--fresh" in words.why(run.said)
    assert said() == in_force


def test_too_short_a_past_for_leaving_says_so_and_scores_all_the_same(tmp_path: Path) -> None:
    made = refresh(lake_of(tmp_path, shoppers(400, days=100)))
    assert made.run.state == ScoreRun.MADE, made.run.said
    about = made.run.fitted["leaving"]
    assert {days: about[days]["source"] for days in ("30", "60", "90")} == dict.fromkeys(("30", "60", "90"), "orders")
    assert "days of orders" in about["90"]["said"]
    assert all(0 <= score.leaving_90 <= 1 for score in Score.objects.all())


def test_spending_that_follows_frequency_is_not_given_to_gamma_gamma(tmp_path: Path) -> None:
    orders = shoppers()
    times = {member: sum(1 for one in orders if one[0] == member) for member, _, _ in orders}
    made = refresh(lake_of(tmp_path, [(m, day, 100 * times[m]) for m, day, _ in orders]))
    spend = made.run.fitted["spend"]
    assert (spend["model"], spend["why"]["key"]) == ("", "spend_follows_frequency")
    with translation.override("en"):
        assert "everybody's own mean is used" in words.why(spend["why"])
    score = Score.objects.filter(frequency__gt=0).first()
    assert score is not None
    days = {day for member, day, _ in orders if member == score.member_id}  # several orders of a day are one occasion
    assert score.per_order_minor == round(100 * times[score.member_id] ** 2 / len(days))
    assert score.value_low_minor is None

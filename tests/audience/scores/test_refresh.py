"""A run against the models called directly, versions, and the facts of who crossed into another band."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from regulars.audience.scores import bands, plan, reads, writes
from regulars.audience.scores.making.refresh import refresh
from regulars.audience.scores.models import Score, ScoreRun
from regulars.events.models import Event
from regulars.insight.lake import scores as of_lake
from regulars.science import churn
from regulars.science.lake import manifest as mf
from regulars.science.lake.opened import open as open_lake
from regulars.science.lake.root import Root
from regulars.science.lifetime import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from tests.audience.scores.lakes import AS_OF, GOODS, lake_of, shoppers

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = {one.model: one for one in (BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter)}


def test_each_number_is_that_of_the_model_called_directly(tmp_path: Path) -> None:
    orders = shoppers(400, days=400)
    made = refresh(lake_of(tmp_path, orders))
    run = made.run
    assert run.state == ScoreRun.MADE, run.said
    # A customer as three numbers, by hand.
    days: dict[int, dict[object, int]] = {}
    for member, day, net in orders:
        days.setdefault(member, {}).setdefault(day, 0)
        days[member][day] += net
    last = AS_OF - timedelta(days=1)
    who = sorted(days)
    x = np.array([len(days[m]) - 1.0 for m in who])
    t_x = np.array([float((max(days[m]) - min(days[m])).days) for m in who])  # type: ignore[type-var,operator]
    age = np.array([float((last - min(days[m])).days) for m in who])  # type: ignore[type-var,operator]
    money = np.array(
        [float(np.mean([net for _, net in sorted(days[m].items())][1:])) if len(days[m]) > 1 else 0.0 for m in who]  # type: ignore[type-var]
    )
    model = MODELS[run.fitted["orders"]["model"]]().fit(x, t_x, age)
    spend = GammaGammaFitter().fit(x[x > 0], money[x > 0])
    scores = {score.member_id: score for score in Score.objects.filter(run_id=run.pk)}
    assert sorted(scores) == who

    def of(name: str) -> np.ndarray:
        return np.array([getattr(scores[m], name) for m in who])

    np.testing.assert_allclose(of("alive"), model.conditional_probability_alive(x, t_x, age), rtol=1e-9)
    for horizon in (30, 90, 365):
        np.testing.assert_allclose(of(f"orders_{horizon}"), model.predict(horizon, x, t_x, age), rtol=1e-9)
    each = spend.conditional_expected_average_profit(x, money)
    assert np.abs(of("value_365_minor") - np.asarray(model.predict(365, x, t_x, age)) * each).max() <= 0.51
    # Who leaves, by the model of leaving called directly.
    table = pl.DataFrame(
        {
            "member": [m for m, _, _ in orders],
            "day": [d for _, d, _ in orders],
            "net_minor": [n for _, _, n in orders],
            "list_minor": [n + n // 10 for _, _, n in orders],
            "discount_minor": [n // 10 for _, _, n in orders],
            "first_category": [GOODS[(m + place) % 3] for place, (m, _, _) in enumerate(orders, 1)],
        }
    )
    history = churn.history(table, AS_OF)
    learned = churn.fit(history, AS_OF, 30)
    np.testing.assert_allclose(of("leaving_30"), learned.score(history, AS_OF)["leaving"], rtol=1e-9)
    assert (of("leaving_90") <= of("leaving_60")).all() and (of("leaving_60") <= of("leaving_30")).all()
    assert [bands.risk_of(chance) for chance in of("leaving_90")] == of("risk").tolist()
    bounds = tuple(run.fitted["bounds_minor"])
    assert [bands.value_of(value, bounds) for value in of("value_365_minor")] == of("worth").tolist()
    # What pushes one member adds up to the log-odds of the model that is explained.
    explained = churn.fit(history, AS_OF, 90)
    known = churn.at_cut(history, AS_OF)
    one = 17
    parts = explained.explain(known[one : one + 1])
    base = parts.filter(pl.col("name") == "base")["contribution"][0]
    pushed = sum(reason["push"] for reason in reads.reasons(run, scores[who[one]]))
    assert base + pushed == pytest.approx(float(explained.log_odds(known[one : one + 1])[0]), abs=1e-3)


def test_the_next_action_is_the_best_of_what_is_assumed(tmp_path: Path) -> None:
    plan.keep(
        [
            plan.Action("call", "Call them", 500, 10, 30, plan.ON_LEAVING),
            plan.Action("gift", "A gift", 300, 2, 4, plan.ON_VALUE),
        ],
        40,
        None,
    )
    run = refresh(lake_of(tmp_path, shoppers())).run
    assert run.fitted["actions_said"] and run.fitted["margin_percent"] == 40
    chosen = set()
    for score in Score.objects.filter(run_id=run.pk):
        stays = score.value_365_minor / score.alive if score.alive > 1e-6 else 0.0
        worth = {
            "nothing": 0.0,
            "call": 0.4 * score.leaving_90 * stays * 0.2 - 500,
            "gift": 0.4 * score.value_365_minor * 0.03 - 300,
        }
        best = max(worth, key=lambda key: worth[key])
        assert score.next_worth_minor == pytest.approx(worth[best], abs=1)
        chosen.add(score.next_action)
    assert chosen >= {"nothing", "gift"}


def test_a_new_run_takes_over_and_tells_who_crossed(tmp_path: Path) -> None:
    orders = shoppers()
    first = refresh(lake_of(tmp_path / "a", orders)).run
    before = dict(Score.objects.filter(run_id=first.pk).values_list("member_id", "risk"))
    assert not Event.objects.filter(name="Score Changed").exists()  # the first score is no change
    # Three weeks later nobody has ordered since: many have come closer to leaving.
    made = refresh(lake_of(tmp_path / "b", orders, AS_OF + timedelta(days=21)))
    second = made.run
    assert [run.pk for run in ScoreRun.objects.filter(current=True)] == [second.pk]
    assert set(Score.objects.values_list("run_id", flat=True)) == {second.pk}
    after = dict(Score.objects.values_list("member_id", "risk"))
    crossed = {member for member in before if before[member] != after[member]}
    facts = Event.objects.filter(name="Score Changed", fact=True)
    assert crossed and {fact.member_id for fact in facts} == crossed and len(facts) == len(crossed) == made.facts
    for fact in facts:
        properties = fact.properties
        assert (properties["from"], properties["to"]) == (
            bands.KEYS[before[fact.member_id or 0]],
            bands.KEYS[after[fact.member_id or 0]],
        )
    assert writes.finish() == 0  # nothing is told twice
    assert reads.run_by_version(first.pk) is not None  # what was fitted is kept


def test_facts_that_a_killed_run_owed_are_written_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = shoppers()
    refresh(lake_of(tmp_path / "a", orders))
    monkeypatch.setattr(writes, "finish", lambda: 0)  # as if it had been killed behind the take-over
    refresh(lake_of(tmp_path / "b", orders, AS_OF + timedelta(days=21)))
    monkeypatch.undo()
    monkeypatch.setattr(writes, "FACTS_AT_ONCE", 3)
    assert not Event.objects.filter(name="Score Changed").exists()
    told = writes.finish()
    assert told > 3 and Event.objects.filter(name="Score Changed").count() == told


def test_the_lake_has_them_as_a_table(tmp_path: Path) -> None:
    url = lake_of(tmp_path, shoppers())
    assert not of_lake.has(url)
    assert open_lake(url).connection.to_polars(open_lake(url).scores.count()) == 0
    made = refresh(url)
    from regulars.cli.scores import as_table

    place = mf.read(Root(url)).position  # type: ignore[union-attr]
    of_lake.put(url, as_table(made))
    of_lake.put(url, as_table(made))  # again: in place of the ones before
    lake = open_lake(url)
    assert lake.manifest.position == place
    found = lake.connection.to_polars(lake.scores.order_by("member"))
    kept = Score.objects.order_by("member_id").values_list("member_id", "leaving_90", "stage", "run_id")
    assert found.select("member", "leaving_90", "stage", "run").rows() == list(kept)
    assert found["as_of"].unique().to_list() == [AS_OF]

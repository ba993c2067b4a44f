"""A draft on the shop's past: what it answers is what a replay finds, and adds up."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.inquiries import listening
from regulars.insight import lake
from regulars.insight.rehearsals import answer, charts
from regulars.insight.rehearsals.past import Past, past_of
from regulars.insight.rehearsals.server import Room, _answer
from regulars.points.models import Balance
from regulars.programmes import rehearsals
from regulars.programmes.models import Rehearsal, Version
from regulars.tiers.models import Standing
from tests.flow.stories import everybody, publish_live_commerce

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> str:
    publish_live_commerce()
    everybody()
    return Version.objects.get().text


@pytest.fixture
def past(running: str) -> Past:
    return past_of(lake.read(), "Asia/Shanghai", datetime.now(UTC))


def twice_the_rate(text: str) -> str:
    return text.replace("rate: {points: 1, per: 1.00}", "rate: {points: 2, per: 1.00}", 1)


def test_a_question_put_before_anybody_listens_is_seen(running: str) -> None:
    rehearsals.ask(Rehearsal.END, twice_the_rate(running), running)
    began = time.monotonic()
    listening.listen(rehearsals.CHANNEL, rehearsals.waiting, seconds=60)
    assert time.monotonic() - began < 30


def test_the_running_programme_stands_as_the_shop_stands(running: str, past: Past) -> None:
    found, changed = answer.standings(answer.side(running, past), answer.side(running, past), past)
    balances = Balance.objects.filter(currency="points")
    for name in ("pending", "available", "held"):
        assert found["draft"][name]["points"] == sum(getattr(row, name) for row in balances)
    held = [key for key in Standing.objects.values_list("level", flat=True) if key]
    assert sum(count for key, count in found["draft"]["tiers"].items() if key != "none") == len(held)
    assert changed == [] and found["moved"] == 0
    assert found["all"]["winners"] == found["all"]["losers"] == found["all"]["gain_minor"] == 0


def test_a_higher_rate_gives_more_and_every_sum_over_groups_is_the_same(running: str, past: Past) -> None:
    found, _changed = answer.standings(answer.side(twice_the_rate(running), past), answer.side(running, past), past)
    assert found["draft"]["given_minor"] > found["base"]["given_minor"] > 0
    assert found["all"]["winners"] > 0 and found["all"]["losers"] == 0
    for groups in ("deciles", "by_tier", "by_age"):
        for name in ("members", "winners", "gain_minor", "spent_minor"):
            assert sum(row[name] for row in found[groups]) == found["all"][name], (groups, name)
    assert sum(map(sum, found["flows"])) == found["members"]
    assert found["all"]["spent_minor"] == found["sales_minor"]


def test_a_lower_threshold_moves_members_up_and_names_them(running: str, past: Past) -> None:
    lower = running.replace("from: 500\n", "from: 1\n").replace("from: 2000\n", "from: 50\n")
    found, changed = answer.standings(answer.side(lower, past), answer.side(running, past), past)
    assert found["moved"] == len(changed) == found["up"] > 0
    stays = sum(found["flows"][level][level] for level in range(len(found["flows"])))
    assert found["members"] - stays == len(changed)
    assert all(before != after for _member, before, after in changed)


def test_the_last_month_ends_as_the_past_does(running: str, past: Past) -> None:
    programme = answer.programme_of(running)
    told: list[int] = []
    found = answer.months(programme, programme, past, told.append)
    end = answer.side(running, past).result.as_json()
    assert found["months"] == list(past.months) and len(found["months"]) > 6
    for side in ("draft", "base"):
        last = found[side]["rows"][-1]
        assert {name: last[name] for name in last} == {name: end[name] for name in last}
        given = [row["earned"]["points"] for row in found[side]["rows"]]
        assert given == sorted(given)
    assert told == sorted(told) and told[-1] == 100


def test_parts_by_month_lose_no_event(past: Past) -> None:
    whole = lake.read()
    assert past.events == sum(part.events.height for part in whole.held)
    lines = sum(part.lines.height for part in past.frames.held if part.lines is not None)
    assert lines == sum(part.lines.height for part in whole.held if part.lines is not None)


def test_a_question_is_answered_once_and_known_again(running: str) -> None:
    row = rehearsals.ask(Rehearsal.END, twice_the_rate(running), running, "a")
    assert rehearsals.ask(Rehearsal.END, twice_the_rate(running), running, "a").pk == row.pk
    room = Room()
    claimed = rehearsals.claim()
    assert claimed is not None and rehearsals.claim() is None
    _answer(claimed, room)
    again = rehearsals.ask(Rehearsal.END, twice_the_rate(running), running, "b")
    assert (again.pk, again.state) == (row.pk, Rehearsal.DONE)
    assert again.result["draft"]["given_minor"] > again.result["base"]["given_minor"]


def test_a_later_slide_passes_over_the_earlier(running: str) -> None:
    first = rehearsals.ask(Rehearsal.END, twice_the_rate(running), running, "a")
    second = rehearsals.ask(Rehearsal.END, running, running, "a")
    first.refresh_from_db()
    assert first.state == Rehearsal.PASSED
    claimed = rehearsals.claim()
    assert claimed is not None and claimed.pk == second.pk


def test_a_text_that_is_no_programme_fails_in_words(running: str) -> None:
    rehearsals.ask(Rehearsal.END, "programme: x", running)
    claimed = rehearsals.claim()
    assert claimed is not None
    _answer(claimed, Room())
    claimed.refresh_from_db()
    assert (claimed.state, claimed.said) == (Rehearsal.FAILED, "the file has problems")


NAMES = {"draft": "this draft", "base": "compared with"}


@pytest.mark.parametrize(
    "chart",
    [
        lambda: charts.members_by_tier([("Gold", 3, 4)], NAMES),
        lambda: charts.gain_by_decile([(1, -0.5), (2, 1.25)]),
        lambda: charts.tiers_by_month([("2026-01", "gold", 3)], ["none", "gold"], {"gold": "Gold"}),
        lambda: charts.money_by_month([("2026-01", "draft", 12.5)], NAMES),
    ],
)
def test_charts_are_vega_lite(chart: Any) -> None:
    assert chart().to_dict()["mark"]

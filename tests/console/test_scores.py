"""The page of the scores, as people of the console see it."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ibis
import polars as pl
import pytest
from django.contrib.admin.models import LogEntry
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.audience.scores import bands, plan, reads, writes
from regulars.audience.scores.making.refresh import refresh
from regulars.audience.scores.models import Score, ScoreRun
from regulars.audience.segments import address as in_address
from regulars.audience.segments.definition import ground, meaning
from regulars.console.segments import tree
from regulars.science import segments
from tests.audience.scores.lakes import AS_OF, lake_of, shoppers
from tests.flow.stories import publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "admin:scores_scorerun_changelist"


@pytest.fixture
def run(tmp_path: Path) -> ScoreRun:
    """A run in force, of a shop of 400."""
    publish_live_commerce()
    made = refresh(lake_of(tmp_path, shoppers(400, days=400))).run
    assert made.state == ScoreRun.MADE
    return made


def shown(client: Client, name: str, **query: Any) -> str:
    """A page's text."""
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_before_the_first_run_it_says_what_scores_are(admin: Client) -> None:
    assert "There are no scores yet" in shown(admin, PAGE)
    assert admin.get(reverse("admin:scores_members")).status_code == 302
    assert admin.get(reverse("admin:scores_actions")).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_model_judgement_and_grid(language: str, as_role: Callable[[str], Client], run: ScoreRun) -> None:
    client = as_role("analyst")
    client.cookies["regulars_language"] = language
    page = shown(client, PAGE)
    for parameter in run.fitted["orders"]["parameters"]:
        assert f"{parameter['value']}" in page and f"{parameter['standard_error']}" in page
    for chart in ("tracking", "cumulative", "frequency", "conditional", "reliability-90", "lift-90"):
        assert f'id="spec-{chart}"' in page
    for cell in reads.grid(run).values():
        assert f"<strong>{cell['members']}</strong>" in page
    words = {"en": "Why this model", "zh-hans": "为何选此模型", "zh-hant": "為何選此模型"}
    assert words[language] in page
    assert ("Of one who left" in page) == (language == "en")


def test_who_may_what(as_role: Callable[[str], Client], run: ScoreRun) -> None:
    for role, see, act in (("admin", 200, 302), ("marketer", 200, 302), ("analyst", 200, 403), ("service", 403, 403)):
        client = as_role(role)
        assert client.get(reverse(PAGE)).status_code == see, role
        assert client.get(reverse("admin:scores_members")).status_code == see, role
        assert client.get(reverse("admin:scores_export")).status_code == see, role
        assert client.post(reverse("admin:scores_refresh")).status_code == act, role
        assert client.get(reverse("admin:scores_actions")).status_code == (200 if act == 302 else 403), role
    assert ProcrastinateJob.objects.filter(task_name="scores.refresh").count() == 1  # one that waits is enough


def test_the_members_of_a_cell_and_their_file(admin: Client, run: ScoreRun) -> None:
    cells = reads.grid(run)
    (risk, worth), cell = max(cells.items(), key=lambda one: one[1]["members"])
    page = shown(admin, "admin:scores_members", risk=risk, worth=worth)
    expected = list(reads.in_cell(run, risk, worth))
    assert len(expected) == cell["members"]
    places = [page.index(f"#{score.member_id}<") for score in expected[:30]]
    assert places == sorted(places)
    answer = admin.get(reverse("admin:scores_export"), {"risk": risk, "worth": worth})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))  # type: ignore[attr-defined]
    assert [int(row[0]) for row in rows[1:]] == [score.member_id for score in expected]
    assert {row[rows[0].index("Next best action")] for row in rows[1:]} <= {
        "Nothing", "A reminder", "A coupon to come back with", "A thank-you gift",
    }  # fmt: skip
    assert LogEntry.objects.filter(change_message__startswith="exported as CSV").exists()
    everybody = admin.get(reverse("admin:scores_export"))
    assert len(b"".join(everybody.streaming_content).decode().splitlines()) == run.members + 1  # type: ignore[attr-defined]


def told(row: Any, definition: dict[str, Any]) -> set[int]:
    """Whom a definition means among the members of a run, by the segments' own reading of the lake."""
    on = ground()
    rows = Score.objects.filter(run_id=row.pk).values_list("member_id", "leaving_90", "value_365_minor")
    names = {"member": pl.Int64, "leaving_90": pl.Float64, "value_365_minor": pl.Int64}
    frame = pl.DataFrame(list(rows), schema=names, orient="row")
    lake = SimpleNamespace(standing=ibis.memtable(frame.select("member")), scores=ibis.memtable(frame))
    found = segments.members(lake, meaning(definition, on), AS_OF, digits=on.digits)
    return set(ibis.duckdb.connect().to_polars(found)["member"])


def test_a_cell_is_kept_as_a_segment_of_the_same_members(admin: Client, run: ScoreRun) -> None:
    cells = [
        (risk, worth)
        for risk in (*bands.BANDS, None)
        for worth in (*bands.BANDS, None)
        if (risk, worth) != (None, None) and reads.in_cell(run, risk, worth).exists()
    ]
    assert len(cells) > 8
    for risk, worth in cells:
        page = shown(
            admin, "admin:scores_members", **{k: v for k, v in (("risk", risk), ("worth", worth)) if v is not None}
        )
        [link] = re.findall(r'href="([^"]+)">Save as a segment<', page)
        asked = QueryDict(html.unescape(link).partition("?")[2])
        said = in_address.read(asked["who"])
        assert said is not None
        assert told(run, said) == set(reads.in_cell(run, risk, worth).values_list("member_id", flat=True)), said
        assert tree.definition_of(tree.of_definition(said))[0] == said  # the form says all of it
    form = admin.get(html.unescape(link)).content.decode()
    assert str(asked["name"]) in form and "e-n-0" in form and "Lower bound: " not in form


def test_only_a_cell_is_kept_and_only_by_who_may(as_role: Callable[[str], Client], run: ScoreRun) -> None:
    assert "Save as a segment" not in shown(as_role("admin"), "admin:scores_members")
    assert "Save as a segment" not in shown(as_role("analyst"), "admin:scores_members", risk=bands.HIGH)


def test_batches_of_the_file_miss_nobody(admin: Client, run: ScoreRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.console.scores.people.BATCH_ROWS", 7)
    text = b"".join(admin.get(reverse("admin:scores_export")).streaming_content).decode()  # type: ignore[attr-defined]
    found = [int(row[0]) for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if row[0].isdecimal()]
    assert found == [score.member_id for score in reads.in_cell(run)]


def test_a_failed_run_is_told_and_the_last_good_one_shown(admin: Client, run: ScoreRun, tmp_path: Path) -> None:
    refresh(lake_of(tmp_path / "one", [(1, AS_OF - timedelta(days=3), 100)]))
    page = shown(admin, PAGE)
    assert "There is one order only" in page and "The last good ones below stay in force" in page
    assert f"run {run.pk}" in page and run.fitted["orders"]["model"] in page
    assert "There is one order only" in shown(admin, "admin:scores_progress")


def test_how_far_a_run_is(admin: Client, run: ScoreRun) -> None:
    with writes.alone():
        busy = writes.begin()
        writes.step(busy, "leaving", 61)
        assert "Learning who leaves · 61%" in shown(admin, "admin:scores_progress")
    assert "It was interrupted" in shown(admin, "admin:scores_progress")


def test_earlier_runs_stay_to_be_read(admin: Client, run: ScoreRun, tmp_path: Path) -> None:
    later = refresh(lake_of(tmp_path / "b", shoppers(400, days=400), AS_OF + timedelta(days=5))).run
    address = reverse("admin:scores_scorerun_change", args=[run.pk])
    assert address in shown(admin, PAGE)
    page = admin.get(address).content.decode()
    assert f"Run {run.pk} of the scores" in page and "v-grid" not in page
    assert admin.get(reverse("admin:scores_scorerun_change", args=[later.pk + 9])).status_code == 404


def test_actions_are_the_operators(admin: Client, run: ScoreRun, tmp_path: Path) -> None:
    address = reverse("admin:scores_actions")
    row = {"name-0": "Call them", "cost-0": "2.50", "low-0": "5", "high-0": "20", "acts_on-0": "leaving"}
    for wrong in ({"margin": "0"}, {"cost-0": "2.505"}, {"low-0": "30"}, {"high-0": "x"}, {"cost-0": "-1"}):
        answer = admin.post(address, {"margin": "40", **row, **wrong})
        assert answer.status_code == 422 and plan.kept() is None, wrong
    assert admin.post(address, {"margin": "40", **row}).status_code == 302
    kept, margin, said = plan.in_force(0)
    assert (kept, margin, said) == ([plan.Action("own-1", "Call them", 250, 5, 20, "leaving")], 40, True)
    refresh(lake_of(tmp_path / "b", shoppers(400, days=400)))
    page = shown(admin, PAGE)
    assert "Call them" in page and "what you assumed" in page
    assert set(Score.objects.values_list("next_action", flat=True)) <= {"nothing", "own-1"}


def test_queries_do_not_grow_with_the_list(admin: Client, run: ScoreRun, django_assert_max_num_queries: Any) -> None:
    for address in (reverse(PAGE), f"{reverse('admin:scores_members')}?risk={bands.LOW}"):
        admin.get(address)
        with django_assert_max_num_queries(24):
            admin.get(address)

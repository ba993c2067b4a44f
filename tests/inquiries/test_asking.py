"""A question to the lake: asked once, answered once for each state, and never lost with the last good answer."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from regulars.events.models import Event
from regulars.inquiries import CannotAnswer, asking, listening, queue, server
from regulars.inquiries.models import Inquiry, LakeState
from regulars.inquiries.sight import Sight
from regulars.inquiries.testing import answer_all
from regulars.insight import lake
from regulars.science.lake import copied
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from tests.flow.stories import everybody, publish_live_commerce
from tests.insight.lake.shop import synced

CALLS: list[dict[str, Any]] = []


def orders(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """How many orders there are, of at least so much."""
    CALLS.append(params)
    least = params.get("least", 0)
    table = sight.lake.orders
    count = sight.kept(("orders", least), lambda: sight.frame(table.filter(table.net_minor >= least)).height)
    return {"orders": count, "until": sight.until}


def refuses(sight: Sight, params: dict[str, Any]) -> None:
    """Has nothing to say."""
    raise CannotAnswer("There are no orders in that month.")


def breaks(sight: Sight, params: dict[str, Any]) -> float:
    """Has an error in it."""
    return 1 / 0


HANDLERS = {"test.orders": orders, "test.refuses": refuses, "test.breaks": breaks}


@pytest.fixture(autouse=True)
def handlers() -> Any:
    CALLS.clear()
    with override_settings(INQUIRY_HANDLERS=[__name__]):
        yield


@pytest.fixture
def root(transactional_db: None, tmp_path: Path) -> Path:
    publish_live_commerce()
    everybody()
    synced(tmp_path)
    lake.tell(tmp_path)
    return tmp_path


@pytest.mark.django_db
def test_without_a_lake_nobody_waits() -> None:
    assert asking.ask("test.orders").state == asking.NO_LAKE
    assert not Inquiry.objects.exists()


def test_a_question_waits_and_is_answered_once_for_everybody(root: Path) -> None:
    first = asking.ask("test.orders", {"least": 1, "since": date(2026, 1, 1)}, wait_seconds=0)
    again = asking.ask("test.orders", {"since": "2026-01-01", "least": 1}, wait_seconds=0)
    assert (first.state, again.state, first.result) == (asking.WAITING, asking.WAITING, None)
    assert answer_all(root) == 1
    found = asking.ask("test.orders", {"least": 1, "since": date(2026, 1, 1)}, wait_seconds=0)
    assert found.state == asking.DONE and not found.stale
    assert found.result["orders"] == Event.objects.filter(name="Order Completed").count() > 0
    assert found.result["until"] == LakeState.objects.get().until.isoformat() == found.until.isoformat()
    assert len(CALLS) == 1


def test_after_an_update_nobody_is_shown_what_was_answered_before(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking.ask("test.orders", wait_seconds=0)
    answer_all(root)
    assert asking.ask("test.orders", wait_seconds=0).state == asking.DONE
    monkeypatch.setattr(asking, "code", lambda: "another")
    again = asking.ask("test.orders", wait_seconds=0)
    assert (again.state, again.result) == (asking.WAITING, None)
    assert answer_all(root) == 1 and asking.ask("test.orders", wait_seconds=0).state == asking.DONE


def test_the_code_that_answers_is_known_by_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = [find_spec(name).origin for name in settings.INQUIRY_HANDLERS if name.startswith("regulars.")]
    rooms = {Path(origin).relative_to(Path(asking.__file__).parents[1]).parts[0] for origin in handlers}
    assert rooms <= set(asking._ANSWERING)
    for room in asking._ANSWERING:
        (tmp_path / room / "deep").mkdir(parents=True)
    source = tmp_path / "science" / "deep" / "measure.py"
    source.write_text("a = 1\n")
    monkeypatch.setattr(asking, "__file__", str(tmp_path / "inquiries" / "asking.py"))
    before = asking.code.__wrapped__()
    assert asking.code.__wrapped__() == before
    source.write_text("a = 2\n")
    assert asking.code.__wrapped__() != before


def test_other_parameters_are_another_question(root: Path) -> None:
    for least in (1, 10**9):
        asking.ask("test.orders", {"least": least}, wait_seconds=0)
    assert answer_all(root) == 2
    answers = [asking.ask("test.orders", {"least": least}).result["orders"] for least in (1, 10**9)]
    assert answers[0] > answers[1] == 0


def test_when_the_lake_moves_what_was_asked_lately_is_answered_ahead(root: Path) -> None:
    asking.ask("test.orders", wait_seconds=0)
    answer_all(root)
    synced(root, fresh=True)
    lake.tell(root)
    stale = asking.ask("test.orders", wait_seconds=0)
    assert stale.state == asking.WAITING and stale.stale and stale.result["orders"] > 0
    synced(root, fresh=True)
    lake.tell(root)
    assert answer_all(root) == 1  # nobody asked again since
    fresh = asking.ask("test.orders", wait_seconds=0)
    assert fresh.state == asking.DONE and not fresh.stale and len(CALLS) == 2


def test_what_nobody_wanted_for_long_is_not_answered_ahead(root: Path) -> None:
    asking.ask("test.orders", wait_seconds=0)
    answer_all(root)
    Inquiry.objects.update(wanted_at=timezone.now() - queue.WANTED_WITHIN - timedelta(minutes=1))
    synced(root, fresh=True)
    assert answer_all(root) == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("test.refuses", "There are no orders in that month."),
        ("test.breaks", ""),
        ("test.unheard_of", "nothing answers test.unheard_of"),
    ],
)
def test_a_question_without_an_answer_says_why_and_is_tried_again_later(root: Path, name: str, said: str) -> None:
    asking.ask(name, wait_seconds=0)
    answer_all(root)
    failed = asking.ask(name, wait_seconds=0)
    assert (failed.state, failed.said, failed.result) == (asking.FAILED, said, None)
    assert answer_all(root) == 0
    Inquiry.objects.update(answered_at=timezone.now() - asking.RETRY_AFTER - timedelta(seconds=1))
    assert asking.ask(name, wait_seconds=0).state == asking.WAITING
    assert answer_all(root) == 1


def test_a_damaged_lake_keeps_the_last_good_answer_and_says_so(root: Path) -> None:
    asking.ask("test.orders", wait_seconds=0)
    answer_all(root)
    good = asking.ask("test.orders", wait_seconds=0)
    synced(root, fresh=True)
    lake.tell(root)
    found = mf.read(Root(root))
    assert found is not None
    hurt = root / found.tables["orders"][0].path
    hurt.write_bytes(hurt.read_bytes()[:-40])
    desk = server.Desk(str(root))
    assert desk.answer_one() and not desk.answer_one()
    kept = asking.ask("test.orders", wait_seconds=0)
    assert (kept.state, kept.stale, kept.result) == (asking.FAILED, True, good.result)
    assert hurt.name in kept.said and "lake sync --fresh" in kept.said
    synced(root, fresh=True)
    lake.tell(root)
    assert LakeState.objects.get().problem == ""
    answer_all(root)
    assert asking.ask("test.orders", wait_seconds=0).state == asking.DONE


def test_what_was_being_answered_when_the_process_died_is_answered_by_the_next(root: Path) -> None:
    asking.ask("test.orders", wait_seconds=0)
    assert queue.claim() is not None
    assert answer_all(root) == 0
    queue.clear_up()
    assert answer_all(root) == 1


def test_people_come_before_what_is_answered_ahead(root: Path) -> None:
    for least in (1, 2):
        asking.ask("test.orders", {"least": least}, wait_seconds=0)
    answer_all(root)
    synced(root, fresh=True)
    lake.tell(root)
    asking.ask("test.orders", {"least": 2}, wait_seconds=0)
    CALLS.clear()
    answer_all(root)
    assert [call["least"] for call in CALLS] == [2, 1]


def test_a_question_put_before_anybody_listens_is_seen(root: Path) -> None:
    asking.ask("test.orders", {"least": 3}, wait_seconds=0)
    began = time.monotonic()
    listening.listen(asking.CHANNEL, queue.waiting, seconds=60)
    assert time.monotonic() - began < 30


def test_who_waits_hears_at_once(root: Path) -> None:
    """The process listens; the one who asks sees the answer within the time it is ready to wait."""

    def answers() -> None:
        try:
            server.serve(str(root), idle_seconds=3)
        finally:
            connection.close()

    process = threading.Thread(target=answers)
    asking.code()  # once a process, and not while the answering one waits for its first question
    process.start()
    try:
        began = time.monotonic()
        found = asking.ask("test.orders", {"least": 3}, wait_seconds=60)
        assert found.state == asking.DONE and time.monotonic() - began < 60
    finally:
        process.join()


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 2, 28)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 1)),
        (datetime(2026, 3, 1, 0, 0, tzinfo=UTC), "UTC", date(2026, 2, 28)),
    ],
)
def test_the_last_whole_day_is_the_programmes(moment: datetime, zone: str, day: date) -> None:
    assert queue.last_whole_day(moment, zone) == day


def test_in_a_pause_a_large_lake_is_copied_and_answers_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = server.Desk(str(root))
    desk.sight()
    assert not desk.use_the_pause()  # a small one is not
    monkeypatch.setattr(copied, "ROWS_MIN", 1)
    desk = server.Desk(str(root))
    assert not desk.use_the_pause()  # nobody has asked yet
    asking.ask("test.orders", wait_seconds=0)
    assert desk.answer_one()
    before, files = asking.ask("test.orders", wait_seconds=0).result, desk.sight().lake
    for count in range(1, len(copied.TABLES) + 1):
        assert desk.use_the_pause()
        now = desk.sight().lake
        assert sum(getattr(now, name) is not getattr(files, name) for name in copied.TABLES) == count
    assert not desk.use_the_pause()
    asking.ask("test.orders", {"least": 0}, wait_seconds=0)
    assert desk.answer_one()
    desk.sight()._kept.clear()
    assert orders(desk.sight(), {})["orders"] == before["orders"] > 0


def test_without_memory_for_a_copy_the_files_answer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any) -> None:
        raise duckdb.OutOfMemoryException("no room")

    monkeypatch.setattr(copied, "ROWS_MIN", 1)
    monkeypatch.setattr(copied, "copied", full)
    desk = server.Desk(str(root))
    asking.ask("test.orders", wait_seconds=0)
    desk.sight()
    assert not desk.use_the_pause() and not desk.use_the_pause()
    assert desk.answer_one()
    assert asking.ask("test.orders", wait_seconds=0).result["orders"] > 0

"""``regulars lake`` and the job that runs it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs
from typer.testing import CliRunner

from regulars.cli.lake import app
from regulars.inquiries.queue import lake_moved
from regulars.insight import tasks
from regulars.project import config
from tests.events.conftest import wait_for_older_transactions
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str) -> dict[str, object]:
    """The JSON that a command ends with."""
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_sync_and_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_live_commerce()
    shop = Shop(1)
    shop.do(8)
    monkeypatch.setenv("REGULARS_LAKE_URL", str(tmp_path / "lake"))
    wait_for_older_transactions()
    assert said("sync")["events"] == 8
    shop.do(3)
    wait_for_older_transactions()
    behind = said("status")
    assert (behind["lag_events"], behind["lag_minutes"]) == (3, 0)
    assert said("sync")["events"] == 3
    assert said("status")["lag_events"] == 0
    assert "11" in CliRunner().invoke(app, ["status"]).output
    for file in (tmp_path / "lake" / "orders").rglob("*.parquet"):
        file.unlink()
    with pytest.raises(config.OperatorError, match=r"orders/.*is missing.*--fresh"):
        CliRunner().invoke(app, ["status"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("code", "out", "err", "event"),
    [
        (0, '{"events": 3, "transfers": 2, "files": 9}\n', "", "lake_synced"),
        (1, "", "another sync is under way", "lake_not_synced"),
    ],
)
def test_the_job_says_how_it_went(monkeypatch: pytest.MonkeyPatch, code: int, out: str, err: str, event: str) -> None:
    class Done:
        returncode, stdout, stderr = code, out, err

    monkeypatch.setattr("regulars.insight.tasks.subprocess.run", lambda *_args, **_more: Done)
    with capture_logs() as logs:
        tasks.sync_the_lake(0)
    assert [one["event"] for one in logs] == [event]


def test_a_shop_without_a_lake_gets_one_when_the_worker_begins_and_not_again() -> None:
    def asked() -> int:
        return ProcrastinateJob.objects.filter(task_name="insight.sync_the_lake", status="todo").count()

    tasks.sync_soon_if_never()
    tasks.sync_soon_if_never()  # the worker was started anew before it came to it
    assert asked() == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    lake_moved("1@now", datetime.now(UTC), "UTC")
    tasks.sync_soon_if_never()
    assert asked() == 0

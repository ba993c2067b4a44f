"""Nothing is skipped or taken twice: open transactions, syncs that are killed, two at once, other databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from regulars.events.models import Event
from regulars.insight import lake
from regulars.insight.lake.horizon import alone
from regulars.points.models import Account, Transfer
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from tests.events.conftest import Writer, make_writer, wait_for_older_transactions
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import Shop, assert_same_lake, synced, tables_of

__all__ = ["make_writer"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programme() -> None:
    publish_live_commerce()


def test_what_an_open_transaction_writes_is_not_skipped(make_writer: Callable[[], Writer], tmp_path: Path) -> None:
    shop = Shop(1)
    shop.do(10)
    synced(tmp_path)
    slow = make_writer()
    slow.begin()
    event, transfer = slow.take_id(), slow._run("SELECT nextval('points_transfer_id_seq')")
    shop.do(10)
    assert lake.sync(tmp_path).events == 0  # the open one is older
    assert lake.status(tmp_path).lag_events == 10
    pattern = Transfer.objects.order_by("id")[0]
    slow._run(
        "INSERT INTO events_event (id, source, message_id, name, fact, member_id, occurred_at, effective_at, body_hash,"
        " properties, context, version_id) SELECT %s, 'late', 'm', name, fact, member_id, occurred_at, effective_at,"
        " '', '{}', '{}', version_id FROM events_event WHERE name = 'Product Viewed' OR id = %s LIMIT 1 RETURNING id",
        [event, pattern.event_id],
    )
    slow._run(
        "INSERT INTO points_transfer (id, member_id, currency, kind, debit, credit, amount, event_id, version_id,"
        " effective_at, times_num, times_den) SELECT %s, member_id, currency, kind, debit, credit, 7, event_id,"
        " version_id, effective_at, 1, 1 FROM points_transfer WHERE id = %s RETURNING id",
        [transfer, pattern.pk],
    )
    shop.do(3)
    assert lake.sync(tmp_path).transfers == 0
    slow.commit()
    assert synced(tmp_path).events == 14
    tables = tables_of(tmp_path)
    assert event in tables["events"]["seq"] and transfer in tables["ledger"]["transfer"]
    assert tables["ledger"].height == Transfer.objects.count()
    synced(tmp_path / "fresh")
    assert_same_lake(tmp_path, tmp_path / "fresh")


def test_transfers_from_before_they_kept_their_transaction_are_taken_once(tmp_path: Path) -> None:
    shop = Shop(2)
    shop.do(10)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE points_transfer DISABLE TRIGGER USER")
        cursor.execute("UPDATE points_transfer SET xid = NULL")
        cursor.execute("ALTER TABLE points_transfer ENABLE TRIGGER USER")
    synced(tmp_path)
    shop.do(10)
    synced(tmp_path)
    assert tables_of(tmp_path)["ledger"].height == Transfer.objects.count()


def test_a_second_sync_at_the_same_time_is_refused(
    make_writer: Callable[[], Writer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shop(3).do(5)
    other = make_writer()
    with monkeypatch.context() as patch:
        patch.setattr("regulars.insight.lake.horizon.connection", other.wrapper)
        held = alone(Root(tmp_path).address(""))
        held.__enter__()
    with pytest.raises(lake.Busy, match="under way"):
        lake.sync(tmp_path)
    assert mf.read(Root(tmp_path)) is None
    with monkeypatch.context() as patch:
        patch.setattr("regulars.insight.lake.horizon.connection", other.wrapper)
        held.__exit__(None, None, None)
    assert synced(tmp_path).events == 5


def test_the_lake_of_another_log_is_refused(tmp_path: Path) -> None:
    shop = Shop(4)
    shop.do(4)
    shop.customers[0].send("Product Viewed", 1)
    synced(tmp_path)
    last = Event.objects.filter(fact=False).order_by("-id")[0].pk
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM events_event WHERE id = %s", [last])
        cursor.execute("ALTER TABLE events_event ENABLE TRIGGER USER")
    manifest = (tmp_path / mf.NAME).read_bytes()
    with pytest.raises(lake.OtherLog, match=f"event {last}.*--fresh"):
        synced(tmp_path)
    assert (tmp_path / mf.NAME).read_bytes() == manifest
    assert synced(tmp_path, fresh=True).events == 4


def test_who_gets_an_account_brings_what_they_did_before(tmp_path: Path) -> None:
    shop = Shop(5, customers=3)
    shop.do(12)
    member = shop.customers[0].member_id
    account = Account.objects.get(pk=member)
    Account.objects.filter(pk=member).delete()  # as if they had done all this without one
    theirs = Event.objects.filter(member_id=member, fact=False).count()
    assert synced(tmp_path).events == 12 - theirs < 12
    account.save(force_insert=True)
    shop.do(2)
    assert synced(tmp_path).events == theirs + 2
    shop.do(2)
    assert synced(tmp_path).events == 2
    synced(tmp_path / "whole")
    assert_same_lake(tmp_path, tmp_path / "whole")


_CHILD = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from regulars.insight import lake
from regulars.insight.lake import compact, log
log.EVENTS_AT_ONCE = 3
compact.FILES_OF_THIS_MONTH = compact.FILES_OF_A_MONTH = 1
compact.SMALL = 0
print("begun", flush=True)
lake.sync(sys.argv[2])
print("done", flush=True)
"""


@pytest.mark.crash
@pytest.mark.slow
def test_a_sync_that_is_killed_at_any_moment_changes_nothing_and_the_next_is_whole(tmp_path: Path) -> None:
    shop, random = Shop(6), Random(6)
    shop.do(40)
    synced(tmp_path / "lake")
    killed = 0
    spent = 2.0
    for _ in range(6):
        shop.do(25)
        before = tables_of(tmp_path / "lake")
        manifest = (tmp_path / "lake" / mf.NAME).read_bytes()
        wait_for_older_transactions()
        command = [sys.executable, "-c", _CHILD, str(connection.settings_dict["NAME"]), str(tmp_path / "lake")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"begun\n"
            began = time.monotonic()
            time.sleep(random.uniform(0.02, spent))
            os.kill(child.pid, signal.SIGKILL)
            rest = child.stdout.read()
        if (tmp_path / "lake" / mf.NAME).read_bytes() == manifest:
            killed += 1
            assert all(before[name].equals(frame) for name, frame in tables_of(tmp_path / "lake").items())
        else:
            spent = max(0.1, (time.monotonic() - began) * 0.7)
        assert rest in (b"", b"done\n")
    assert killed
    synced(tmp_path / "lake")
    synced(tmp_path / "fresh")
    assert_same_lake(tmp_path / "lake", tmp_path / "fresh")
    assert lake.status(tmp_path / "lake").lag_events == 0

"""What members did as visitors before they signed in is theirs in ``visits``, once, however often one syncs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import msgspec
import pytest

from regulars.flow import intake
from regulars.insight import lake
from regulars.insight.lake import visitors
from regulars.insight.replays import replay
from regulars.insight.verify import verify
from regulars.members.models import Member
from regulars.members.reads import by_shop_id
from regulars.programmes.reads import current
from regulars.science.lake import manifest as mf
from regulars.science.lake.root import Root
from tests.events.conftest import Writer, make_writer
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import Shop, assert_same_lake, synced, tables_of

__all__ = ["make_writer"]
pytestmark = pytest.mark.django_db(transaction=True)
_message = count(1)
Seen = list[tuple[int, str]]


@pytest.fixture(autouse=True)
def programme() -> None:
    publish_live_commerce()


def tell(event: str, **ids: str) -> None:
    """One event of a visitor (``anonymous_id``), of a customer (``user_id``), or of both: then they are one."""
    body = {
        "event": event,
        "message_id": f"v-{next(_message)}",
        "timestamp": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(),
        "properties": {},
        **ids,
    }
    [outcome] = intake.take([body], intake.reader("shop"))
    assert outcome.status == "accepted", outcome.problem


def looks(visitor: str, *names: str) -> None:
    """A visitor looks at something."""
    for name in names:
        tell(name, anonymous_id=visitor)


def signs_in(visitor: str, who: str) -> None:
    """From now on the visitor is that customer."""
    tell("Signed In", anonymous_id=visitor, user_id=who)


def seen(folder: Path) -> dict[str, list[str]]:
    """What each customer's visits are, by their own names."""
    visits = tables_of(folder)["visits"]
    found: dict[str, list[str]] = {}
    for who in ("ann", "bo"):
        member = by_shop_id(who)
        if member is not None:
            found[who] = visits.filter(visits["member"] == member.pk)["name"].to_list()
    assert sum(map(len, found.values())) == visits.height == visits["seq"].n_unique()
    return found


def check_whole(folder: Path) -> None:
    """The lake is the same as one written at once, and what replays read speaks of no visitor."""
    synced(folder.parent / "whole")
    assert_same_lake(folder, folder.parent / "whole")
    of_visitors = set(Member.objects.filter(identified_at=None).values_list("pk", flat=True))
    assert not of_visitors & set(tables_of(folder)["events"]["member"])


def test_joined_before_the_first_sync(tmp_path: Path) -> None:
    looks("v1", "A", "B")
    looks("v2", "Stays a visitor")
    signs_in("v1", "ann")
    looks("v1", "C")
    synced(tmp_path / "lake")
    assert seen(tmp_path / "lake") == {"ann": ["A", "B", "Signed In", "C"]}
    check_whole(tmp_path / "lake")


def test_joined_between_two_syncs(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    tell("Home", user_id="ann")
    looks("v1", "A")
    synced(folder)
    assert seen(folder) == {"ann": ["Home"]}
    looks("v1", "B")
    signs_in("v1", "ann")
    synced(folder)
    assert seen(folder) == {"ann": ["Home", "A", "B", "Signed In"]}
    looks("v2", "C")
    synced(folder)
    signs_in("v2", "ann")
    synced(folder)
    synced(folder)
    assert seen(folder) == {"ann": ["Home", "A", "B", "Signed In", "C", "Signed In"]}
    check_whole(folder)


def visitor_id(visitor: str) -> int:
    found: int = Member.objects.get(outside_ids__kind="anonymous", outside_ids__value=visitor).pk
    return found


@pytest.mark.parametrize("syncs", range(4))
def test_a_chain_ends_with_the_member(syncs: int, tmp_path: Path) -> None:
    """Whatever of the chain a sync has seen; an event that comes late for one already joined is taken, too."""
    folder = tmp_path / "lake"
    looks("v1", "A")
    looks("v2", "B")
    tell("Home", user_id="ann")
    first, second = visitor_id("v1"), visitor_id("v2")
    if syncs > 0:
        synced(folder)
    Member.objects.filter(pk=first).update(merged_into=second)
    if syncs > 1:
        synced(folder)
    looks("v1", "C")  # its id still leads to the visitor
    signs_in("v2", "ann")
    if syncs > 2:
        synced(folder)
        looks("v1", "D")
    synced(folder)
    late = ["D"] if syncs > 2 else []
    assert seen(folder) == {"ann": ["A", "B", "Home", "C", "Signed In", *late]}
    check_whole(folder)


def test_a_joining_that_commits_while_a_sync_reads_is_taken_by_the_next(
    make_writer: Callable[[], Writer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lake"
    tell("Home", user_id="ann")
    looks("v1", "A")
    other, joins = make_writer(), (visitor_id("v1"), by_shop_id("ann"))
    assert joins[1] is not None
    take = visitors.take

    def joined_meanwhile(*given: object) -> int:
        sql = "UPDATE members_member SET merged_into_id = %s WHERE id = %s RETURNING id"
        if Member.objects.filter(pk=joins[0], merged_into=None).exists():
            other._run(sql, [joins[1].pk, joins[0]])
        return take(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(visitors, "take", joined_meanwhile)
        synced(folder)
    assert Member.objects.get(pk=joins[0]).merged_into_id == joins[1].pk
    assert seen(folder) == {"ann": ["Home"]}
    synced(folder)
    assert seen(folder) == {"ann": ["Home", "A"]}
    check_whole(folder)


def test_what_an_open_transaction_tells_of_a_joined_visitor(make_writer: Callable[[], Writer], tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    looks("v1", "A")
    signs_in("v1", "ann")
    visitor = Member.objects.get(merged_into__isnull=False).pk
    slow = make_writer()
    slow.begin()
    event = slow.take_id()
    lake.sync(folder)
    slow._run(
        "INSERT INTO events_event (id, source, message_id, name, fact, member_id, occurred_at, effective_at, body_hash,"
        " properties, context, version_id) SELECT %s, 'late', 'm', 'Late', fact, member_id, occurred_at, effective_at,"
        " '', '{}', '{}', version_id FROM events_event WHERE member_id = %s LIMIT 1 RETURNING id",
        [event, visitor],
    )
    slow.commit()
    synced(folder)
    assert sorted(seen(folder)["ann"]) == ["A", "Late", "Signed In"]
    check_whole(folder)


def test_a_killed_sync_takes_nothing_and_the_next_takes_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lake"
    looks("v1", "A")
    signs_in("v1", "ann")
    synced(folder)
    looks("v2", "B")
    signs_in("v2", "ann")

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mf, "write", killed)  # every file is written, and no manifest names them
        with pytest.raises(KeyboardInterrupt):
            synced(folder)
    assert seen(folder) == {"ann": ["A", "Signed In"]}
    synced(folder)
    assert seen(folder) == {"ann": ["A", "Signed In", "B", "Signed In"]}
    check_whole(folder)


def test_a_lake_of_before_merges_takes_them_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lake"
    looks("v1", "A")
    signs_in("v1", "ann")
    with monkeypatch.context() as patch:
        patch.setattr(visitors, "take", lambda *_given: 0)
        synced(folder)
    root = Root(folder)
    old = mf.read(root)
    assert old is not None
    tables = {name: files for name, files in old.tables.items() if name != "merges"}
    mf.write(root, msgspec.structs.replace(old, tables=tables))
    assert "merges" not in json.loads((folder / mf.NAME).read_text())["tables"]
    assert seen_of(folder) == ["Signed In"]
    synced(folder)
    synced(folder)
    assert seen_of(folder) == ["A", "Signed In"]
    check_whole(folder)


def seen_of(folder: Path) -> list[str]:
    """The names of all visits; of a lake of before, too."""
    visits = lake.open(folder).visits.to_polars()
    return sorted(visits["name"].to_list())


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_looking_joining_and_syncing(seed: int, tmp_path: Path) -> None:
    """And what replays and the proof find is as without visitors."""
    random, folder, shop = Random(seed), tmp_path / "lake", Shop(seed, customers=3)
    for _ in range(40):
        kind = random.random()
        visitor = f"v{random.randrange(6)}"
        if kind < 0.45:
            looks(visitor, random.choice("ABC"))
        elif kind < 0.65:
            shop.do(1)
        elif kind < 0.85:
            signs_in(visitor, f"c{seed}-{random.randrange(3)}")
        else:
            synced(folder)
    synced(folder)
    check_whole(folder)
    assert tables_of(folder)["merges"].height > 1
    _, running = current()
    of_log, of_lake = replay(running), replay(running, folder)
    assert {**of_log, "seconds": 0} == {**of_lake, "seconds": 0}
    assert verify().drift == 0

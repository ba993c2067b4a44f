"""Readers of the log see everything once, whatever the order in which transactions commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.events import day_counts, readers, reads
from regulars.events.models import Event, Reader
from tests.events.conftest import Writer, wait_for_older_transactions

MakeWriter = Callable[[], Writer]


class Seen:
    """A reader that writes down what it is handed."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def __call__(self, events: Sequence[Event]) -> None:
        self.ids += [event.pk for event in events]

    def run(self, batch: int = 1000) -> list[int]:
        """Let it read, and return what is new to it."""
        before = len(self.ids)
        readers.run("seen", self, batch)
        return self.ids[before:]

    def run_to_the_end(self, batch: int = 1000) -> list[int]:
        """The same, once nothing older is under way: everything committed is then to be read."""
        wait_for_older_transactions()
        return self.run(batch)


@pytest.fixture
def seen() -> Seen:
    """A reader."""
    return Seen()


def test_an_earlier_id_that_commits_later_is_not_skipped(make_writer: MakeWriter, seen: Seen) -> None:
    slow, quick = make_writer(), make_writer()
    slow.begin()
    first = slow.take_id()
    quick.begin()
    second = quick.add()
    quick.commit()
    assert seen.run() == []  # the slow one is older: whatever it writes comes first
    slow.write(first)
    slow.commit()
    assert seen.run_to_the_end() == [first, second]
    assert seen.run() == []


def test_a_transaction_that_began_earlier_and_took_its_id_later(make_writer: MakeWriter, seen: Seen) -> None:
    early, late = make_writer(), make_writer()
    early.begin()
    late.begin()
    first = late.add()
    late.commit()
    second = early.add()
    early.commit()
    # Ids, not transaction numbers, are the order of decisions.
    assert seen.run_to_the_end() == [first, second]


def test_what_commits_between_two_runs_is_read_once(make_writer: MakeWriter, seen: Seen) -> None:
    one, two, three = make_writer(), make_writer(), make_writer()
    one.begin()
    a = one.add()
    one.commit()
    assert seen.run_to_the_end() == [a]
    two.begin()
    b = two.add()
    three.begin()
    c = three.add()
    three.commit()
    assert seen.run() == []
    two.commit()
    assert seen.run_to_the_end() == [b, c]


def test_what_is_rolled_back_holds_nobody_up(make_writer: MakeWriter, seen: Seen) -> None:
    undecided, other = make_writer(), make_writer()
    undecided.begin()
    undecided.add()
    other.begin()
    kept = other.add()
    other.commit()
    undecided.roll_back()
    assert seen.run_to_the_end() == [kept]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100])
def test_batches_of_any_size_read_all_in_order(make_writer: MakeWriter, seen: Seen, batch: int) -> None:
    writer = make_writer()
    written = []
    for _ in range(4):
        writer.begin()
        written += [writer.add() for _ in range(3)]
        writer.commit()
    assert seen.run_to_the_end(batch) == written
    assert Reader.objects.get(name="seen").read_count == 12


def test_many_writers_at_once_lose_nothing(make_writer: MakeWriter, seen: Seen) -> None:
    writers = [make_writer() for _ in range(4)]
    for writer in writers:
        writer.begin()
    ids = [writer.take_id() for writer in reversed(writers)]
    written = dict(zip(ids, reversed(writers), strict=True))
    for place, (event_id, writer) in enumerate(written.items()):
        writer.write(event_id)
        writer.commit()
        seen.run(batch=1 + place)
    seen.run_to_the_end()
    assert sorted(seen.ids) == sorted(ids)
    assert len(seen.ids) == len(set(seen.ids))


def test_a_failing_reader_keeps_its_place_and_pauses(make_writer: MakeWriter) -> None:
    writer = make_writer()
    writer.begin()
    ids = [writer.add() for _ in range(3)]
    writer.commit()
    wait_for_older_transactions()
    now = datetime(2026, 5, 1, tzinfo=UTC)
    handled: list[int] = []

    def fail_on_third(events: Sequence[Event]) -> None:
        Reader.objects.filter(name="other").update(read_count=99)
        if events[-1].pk == ids[2]:
            raise ValueError("ann@example.com")
        handled.extend(event.pk for event in events)

    Reader.objects.create(name="other")
    assert readers.run("broken", fail_on_third, batch=2, now=now) == 2
    broken = Reader.objects.get(name="broken")
    assert (broken.place, broken.failures, broken.failed_at) == (ids[1], 1, now)
    assert broken.error == f"ValueError between events {ids[2]} and {ids[2]}"
    assert Reader.objects.get(name="other").read_count == 99  # of the batch that went well
    Reader.objects.filter(name="other").update(read_count=0)
    assert readers.run("broken", fail_on_third, now=now + timedelta(seconds=29)) == 0
    assert Reader.objects.get(name="broken").failures == 1  # paused: not even tried
    assert readers.run("broken", fail_on_third, now=now + timedelta(seconds=31)) == 0
    assert Reader.objects.get(name="broken").failures == 2
    assert Reader.objects.get(name="other").read_count == 0  # rolled back with its batch
    mended: list[int] = []
    later = now + timedelta(hours=1)
    assert readers.run("broken", lambda events: mended.extend(e.pk for e in events), now=later) == 1
    assert (handled, mended) == (ids[:2], ids[2:])
    assert Reader.objects.get(name="broken").error == ""


def test_one_process_at_a_time(make_writer: MakeWriter, seen: Seen) -> None:
    writer = make_writer()
    writer.begin()
    event_id = writer.add()
    writer.commit()
    Reader.objects.create(name="seen")
    other = make_writer()
    other.wrapper.set_autocommit(False)
    other._run("SELECT 1 FROM events_reader WHERE name = 'seen' FOR UPDATE")
    assert seen.run() == []
    other.roll_back()
    assert seen.run_to_the_end() == [event_id]


def test_days_are_counted(make_writer: MakeWriter) -> None:
    writer = make_writer()
    writer.begin()
    for name, day in [("Seen", 1), ("Seen", 1), ("Bought", 1), ("Seen", 3)]:
        writer.add(name, datetime(2026, 5, day, 23, 59, tzinfo=UTC))
    writer.commit()
    wait_for_older_transactions()
    for _ in range(2):
        readers.run("day-counts", day_counts.count_days, batch=3, fields=("name", "occurred_at"))
    first, last = date(2026, 5, 1), date(2026, 5, 3)
    assert reads.counts_by_day(first, last) == {first: 3, last: 1}
    assert reads.counts_by_day(first, last, "Bought") == {first: 1}
    assert reads.counts_by_name(first, last) == {"Seen": 3, "Bought": 1}
    assert reads.names() == ["Bought", "Seen"]

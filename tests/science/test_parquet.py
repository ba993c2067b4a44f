"""A history in Parquet is the same history: whatever the files, however few members are in memory at a time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.rules import layout as y
from regulars.rules import programme as pr
from regulars.science.history import Frames, Part
from regulars.science.parquet import Lake, Sizes
from regulars.science.replay import Replay
from regulars.science.results import Result
from tests.science import flat, shoppers
from tests.science.live import FIRST, HOUR, Lives, timeline
from tests.science.test_replay_equals_live import assert_same, lives_of

DAY = 24 * HOUR
ONE_RANGE = Sizes()
MANY_RANGES = Sizes(range_events=5, events_at_once=7, lines_at_once=11)
SIZES = {
    "one range": ONE_RANGE,
    "many ranges": MANY_RANGES,
    "a member a range": Sizes(range_events=1, events_at_once=20, lines_at_once=40),
    "ranges of whole row groups": Sizes(range_events=16, events_at_once=16, lines_at_once=16),
}


def of_lines() -> pr.Programme:
    """A point for every yuan of tea, so that lines are read too."""
    tea = pr.Condition((pr.Test("line.category", "any_of", ("tea",)),))
    rule = pr.EarnRule("tea", "Order Completed", "points", rate=Fraction(1), where=tea)
    return pr.Programme(
        "tea", {"en": "Tea"}, "CNY", 2, "UTC", (pr.Currency("points", {"en": "Points"}),), None, (rule,)
    )


def shop(*days_of_members: list[int], programme: pr.Programme | None = None) -> Lives:
    """Members 1, 2, …, each with an order of four lines on those days."""
    lives = Lives(timeline([programme or of_lines()], []), seed=7, members=0)
    for member, days in enumerate(days_of_members, 1):
        lives.join(member)
        for day in days:
            at = FIRST + day * DAY
            lives._order(member, at, at, lives.orders.setdefault(member, []))
    return lives


def in_row_groups(path: Path, rows: int) -> None:
    """The same files with row groups of so many rows."""
    for file in path.glob("*/*.parquet"):
        pl.read_parquet(file).write_parquet(file, row_group_size=rows)


def change(file: Path, how: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    how(pl.read_parquet(file)).write_parquet(file)


def figures(lives: Lives, history: Any, as_of: int | None, clocks: dict[int, int] | None = None) -> dict[str, Any]:
    """All figures, range after range."""
    result = Replay(lives.line.tables, lives.line.starts).run(history, as_of, clocks)
    return {**result.as_json(), "transfers": result.totals.tolist()}


def by_member(lives: Lives, history: Any, as_of: int | None, clocks: dict[int, int] | None = None) -> Result:
    return Replay(lives.line.tables, lives.line.starts).run(history, as_of, clocks, by_member=True)


def ranges_of(found: Lake) -> list[set[int]]:
    """The members of each range."""
    return [
        {member for part in parts for member in part.events["member"]}
        for parts in found.ranges(["member", "lines_count"], ["number"])
    ]


@pytest.mark.parametrize(("seed", "versions"), [(0, 1), (2, 1), (3, 3), (4, 3)])
def test_a_lake_gives_what_memory_and_live_gave(seed: int, versions: int, tmp_path: Path) -> None:
    lives = lives_of(40_000 + seed, versions)
    frames = lives.frames()
    assert flat.write(frames, tmp_path) == frames.held[0].events.height
    in_row_groups(tmp_path, 4)
    joined = [m for m, one in lives.desk.members.items() if one.state.scalars[y.JOINED] != -y.NEVER]
    clocks = {member: lives.desk.clock(member) for member in joined}
    end = max(clocks.values()) + 700 * DAY
    for name, sizes in SIZES.items():
        found = Lake(tmp_path, sizes)
        assert len(found.files) > 2
        assert figures(lives, found, None, clocks) == figures(lives, frames, None, clocks), name
        assert figures(lives, found, end) == figures(lives, frames, end), name
    assert_same(lives, by_member(lives, Lake(tmp_path, MANY_RANGES), None, clocks), joined)
    for member in joined:
        lives.desk.advance(member, end)
    assert_same(lives, by_member(lives, Lake(tmp_path, MANY_RANGES), end), joined)


def test_live_totals_are_the_lakes_sums(tmp_path: Path) -> None:
    """Without going through memory: what all members have, added up."""
    lives = lives_of(41_000, 2)
    flat.write(lives.frames(), tmp_path)
    joined = [m for m, one in lives.desk.members.items() if one.state.scalars[y.JOINED] != -y.NEVER]
    found = figures(lives, Lake(tmp_path, MANY_RANGES), None, {m: lives.desk.clock(m) for m in joined})
    for place, name in ((y.PENDING, "pending"), (y.AVAILABLE, "available"), (y.HELD, "held"), (y.DEBT, "debt")):
        for i, key in enumerate(lives.line.tables[0].registry.currencies):
            assert found[name][key] == sum(lives.state(m).balances[i * y.BW + place] for m in joined), (name, key)
    assert found["members"] == len(joined)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1 << 20),
    versions=st.integers(1, 3),
    range_events=st.integers(1, 60),
    events_at_once=st.integers(5, 60),
    lines_at_once=st.integers(10, 90),
    row_group=st.integers(1, 60),
    days_after=st.one_of(st.none(), st.integers(0, 800)),
)
def test_ranges_change_nothing(
    seed: int,
    versions: int,
    range_events: int,
    events_at_once: int,
    lines_at_once: int,
    row_group: int,
    days_after: int | None,
) -> None:
    lives = lives_of(seed, versions)
    frames = lives.frames()
    end = None if days_after is None else FIRST + days_after * DAY
    with TemporaryDirectory() as path:
        cut(frames, Path(path), Random(seed), row_group)
        found = Lake(path, Sizes(range_events, events_at_once, lines_at_once))
        assert figures(lives, found, end) == figures(lives, frames, end)
        members = [member for members in ranges_of(found) for member in members]
        assert members == sorted(set(frames.held[0].events["member"]))


def cut(frames: Frames, path: Path, random: Random, row_group: int) -> None:
    """Write a history in up to nine files: each member's events go on, file after file, as they like."""
    (part,) = frames.held
    assert part.lines is not None
    count = random.randint(1, 9)
    files = np.zeros(part.events.height, np.int64)
    for member in part.events["member"].unique():
        rows = np.flatnonzero((part.events["member"] == member).to_numpy())
        files[rows] = sorted(random.choices(range(count), k=len(rows)))
    of_lines = np.repeat(files, part.events["lines_count"].to_numpy())
    for kind in ("events", "lines"):
        (path / kind).mkdir()
    for number in range(count):
        part.events.filter(files == number).write_parquet(path / f"events/{number}.parquet", row_group_size=row_group)
        part.lines.filter(of_lines == number).write_parquet(path / f"lines/{number}.parquet", row_group_size=row_group)


BORDERS = {
    # events of members 1, 2, 3 and 4 in January; events a range; the members of each range
    "a border between two members": ([2, 2, 2, 2], 4, [{1, 2}, {3, 4}]),
    "a border within a member, who comes with the next": ([2, 2, 2, 2], 3, [{1}, {2}, {3}, {4}]),
    "a border within the first, who comes whole": ([5, 1, 1, 1], 3, [{1}, {2, 3, 4}]),
    "a border within the last": ([1, 1, 1, 5], 4, [{1, 2, 3}, {4}]),
    "a member larger than two ranges": ([1, 9, 1, 1], 4, [{1}, {2}, {3, 4}]),
    "as many events as a range holds": ([1, 1, 1, 1], 4, [{1, 2, 3, 4}]),
}


@pytest.mark.parametrize(("counts", "range_events", "expected"), BORDERS.values(), ids=BORDERS)
@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_where_a_range_ends(
    counts: list[int], range_events: int, expected: list[set[int]], at_once: int, tmp_path: Path
) -> None:
    lives = shop(*([0] * count for count in counts))
    flat.write(lives.frames(), tmp_path)
    found = Lake(tmp_path, Sizes(range_events, at_once, at_once))
    assert ranges_of(found) == expected
    assert figures(lives, found, None) == figures(lives, lives.frames(), None)


def test_members_of_some_months_only(tmp_path: Path) -> None:
    lives = shop([0], [40], [0, 80], [40, 41, 42], [80], [0, 40, 80])
    flat.write(lives.frames(), tmp_path)
    found = Lake(tmp_path, Sizes(range_events=2, events_at_once=2, lines_at_once=2))
    assert [file.name for file in found.files] == ["2025-01.parquet", "2025-02.parquet", "2025-03.parquet"]
    in_ranges = ranges_of(found)
    assert len(in_ranges) > 2
    assert sorted(member for members in in_ranges for member in members) == [1, 2, 3, 4, 5, 6]
    assert figures(lives, found, None) == figures(lives, lives.frames(), None)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_a_month_without_orders(sizes: Sizes, tmp_path: Path) -> None:
    """There are events, but no lines to read for them."""
    lives = shop([], [40])
    lives._event(1, FIRST + DAY, FIRST + DAY, "Checked In")
    flat.write(lives.frames(), tmp_path)
    assert pl.read_parquet(min((tmp_path / "lines").iterdir())).height == 0
    found = Lake(tmp_path, sizes)
    assert figures(lives, found, None) == figures(lives, lives.frames(), None)
    assert_same(lives, by_member(lives, found, None), [1, 2])


def test_a_refund_in_another_file_than_its_order(tmp_path: Path) -> None:
    lives = shop([0], [0], [0])
    for member in (1, 3):
        at = FIRST + 60 * DAY
        (one,) = lives.orders[member]
        while not one.refunds:
            lives._refund(member, at, at, one)
    flat.write(lives.frames(), tmp_path)
    found = Lake(tmp_path, MANY_RANGES)
    january, march = (set(pl.read_parquet(file)["name"].cast(pl.String)) for file in found.files)
    assert january == {"Order Completed"}
    assert "Order Completed" not in march
    assert_same(lives, by_member(lives, found, None), [1, 2, 3])
    assert figures(lives, found, None) == figures(lives, lives.frames(), None)


def test_what_is_only_logged_does_not_come_before_the_event_that_opened_the_account(tmp_path: Path) -> None:
    """It may have happened, and be told, long after; the account was opened in between."""
    lives = shop([60])
    lives._event(1, FIRST + 61 * DAY, FIRST, "Product Viewed")
    flat.write(lives.frames(), tmp_path)
    assert_same(lives, by_member(lives, Lake(tmp_path), None), [1])


@pytest.mark.parametrize("which", ["first", "middle", "last", "all"])
def test_files_without_events(which: str, tmp_path: Path) -> None:
    lives = shop([0, 40, 80], [40])
    flat.write(lives.frames(), tmp_path)
    (part,) = lives.frames().held
    name = {"first": "2024-12", "middle": "2025-01b", "last": "2025-12"}.get(which)
    if name:
        part.events.clear().write_parquet(tmp_path / f"events/{name}.parquet")
        part.lines.clear().write_parquet(tmp_path / f"lines/{name}.parquet")
        expected = figures(lives, lives.frames(), None)
    else:
        for file in tmp_path.glob("*/*.parquet"):
            change(file, pl.DataFrame.clear)
        expected = figures(lives, Frames([]), None)
        assert expected["members"] == 0
    for sizes in SIZES.values():
        assert figures(lives, Lake(tmp_path, sizes), None) == expected
    assert by_member(lives, Lake(tmp_path), None).members == expected["members"]


def test_a_folder_with_brackets_in_its_name(tmp_path: Path) -> None:
    lives = shop([0, 40])
    flat.write(lives.frames(), tmp_path / "shop [1]*")
    assert figures(lives, Lake(tmp_path / "shop [1]*"), None) == figures(lives, lives.frames(), None)


def test_what_a_programme_does_not_ask_of_need_not_be_there(tmp_path: Path) -> None:
    lives = shop([0, 40], [40], programme=shoppers.plain())
    flat.write(lives.frames(), tmp_path)
    for file in (tmp_path / "lines").iterdir():
        file.unlink()
    keep = ["member", "name", "occurred_us", "effective_us", "order_ref", "net_minor", "list_minor"]
    for file in (tmp_path / "events").iterdir():
        change(file, lambda frame: frame.select(keep))
    assert figures(lives, Lake(tmp_path), None) == figures(lives, lives.frames(), None)


Harm = Callable[[Path], Any]
HARMS: dict[str, tuple[Harm, str]] = {
    "events of the last month out of order": (
        lambda path: change(path / "events/2025-02.parquet", pl.DataFrame.reverse),
        r"events/2025-02\.parquet: events are not sorted by member",
    ),
    "a file of lines is missing": (
        lambda path: (path / "lines/2025-02.parquet").unlink(),
        r"only in events or only in lines: 2025-02\.parquet",
    ),
    "a file of events is missing": (
        lambda path: (path / "events/2025-01.parquet").unlink(),
        r"only in events or only in lines: 2025-01\.parquet",
    ),
    "a line too few": (
        lambda path: change(path / "lines/2025-01.parquet", lambda frame: frame[:-1]),
        r"2025-01\.parquet: events and lines do not match",
    ),
    "a line too many": (
        lambda path: change(path / "lines/2025-01.parquet", lambda frame: pl.concat([frame, frame[:1]])),
        r"2025-01\.parquet: events and lines do not match",
    ),
    "no lines at all": (
        lambda path: change(path / "lines/2025-01.parquet", pl.DataFrame.clear),
        r"2025-01\.parquet: events and lines do not match",
    ),
    "a column of events is missing everywhere": (
        lambda path: [change(file, lambda f: f.drop("net_minor", "seq")) for file in (path / "events").iterdir()],
        r"events/2025-01\.parquet lacks columns: net_minor$",
    ),
    "a column of events is missing in one file": (
        lambda path: change(path / "events/2025-02.parquet", lambda frame: frame.drop("hold", "share_num")),
        r"events/2025-02\.parquet lacks columns: hold, share_num$",
    ),
    "a column of events is missing in the first file": (
        lambda path: change(path / "events/2025-01.parquet", lambda frame: frame.drop("hold_expires_us")),
        r"events/2025-01\.parquet lacks columns: hold_expires_us$",
    ),
    "a column of lines is missing": (
        lambda path: change(path / "lines/2025-02.parquet", lambda frame: frame.drop("category")),
        r"lines/2025-02\.parquet lacks columns: category$",
    ),
    "refunds without what refunds have": (
        lambda path: [change(f, lambda f: f.drop("whole", "share_den")) for f in (path / "events").iterdir()],
        r"events lack columns that 'Order (Refunded|Cancelled)' needs: whole, share_den$",
    ),
    "somebody without a number": (
        lambda path: change(
            path / "events/2025-01.parquet", lambda f: f.with_columns(pl.lit(None, pl.Int64).alias("member"))
        ),
        r"events/2025-01\.parquet: there are events of no member",
    ),
    "a file of nothing": (
        lambda path: (path / "events/2025-01.parquet").write_bytes(b""),
        r"events/2025-01\.parquet cannot be read as Parquet: ",
    ),
    "half a file": (
        lambda path: (path / "lines/2025-02.parquet").write_bytes((path / "lines/2025-02.parquet").read_bytes()[:500]),
        r"lines/2025-02\.parquet cannot be read as Parquet: ",
    ),
}


@pytest.mark.parametrize("sizes", [ONE_RANGE, MANY_RANGES, Sizes(1, 1, 1)], ids=["one range", "many", "a row"])
@pytest.mark.parametrize(("harm", "sentence"), HARMS.values(), ids=HARMS)
def test_what_is_not_whole_is_refused_by_name(harm: Harm, sentence: str, sizes: Sizes, tmp_path: Path) -> None:
    lives = shop([0, 40], [0], [40], [0, 1, 2, 40])
    at = FIRST + 41 * DAY
    while not lives.orders[1][0].refunds:
        lives._refund(1, at, at, lives.orders[1][0])
    flat.write(lives.frames(), tmp_path)
    assert [file.name for file in Lake(tmp_path).files] == ["2025-01.parquet", "2025-02.parquet"]
    figures(lives, Lake(tmp_path, sizes), None)
    harm(tmp_path)
    with pytest.raises(ValueError, match=sentence):
        figures(lives, Lake(tmp_path, sizes), None)


def test_no_files(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no events/\*\.parquet under"):
        Lake(tmp_path)


def test_a_part_in_memory_out_of_order_is_refused() -> None:
    lives = shop([0], [0])
    (part,) = lives.frames().held
    with pytest.raises(ValueError, match="not sorted by member"):
        figures(lives, Frames([Part(part.events.reverse(), part.lines)]), None)

"""Who belongs is found in the lake; whoever enters or leaves is a fact; what goes wrong leaves all as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from regulars.audience.segments import reads, refreshed, settled, writes
from regulars.audience.segments.models import Membership, Segment
from regulars.events.models import Event
from regulars.members.models import Member
from tests.audience.segments.conftest import TEA
from tests.flow.stories import Customer
from tests.insight.lake.shop import synced

Shop = dict[str, Customer]


def belong(key: str) -> set[int]:
    return set(Membership.objects.filter(segment=key).values_list("member_id", flat=True))


def ids(shop: Shop, *names: str) -> set[int]:
    return {shop[name].member_id for name in names}


def facts(name: str, key: str) -> list[int]:
    found = Event.objects.filter(fact=True, name=name, properties__segment=key).order_by("id")
    return list(found.values_list("member_id", flat=True))


def refresh(root: Path, *keys: str) -> dict[str, Any]:
    return {one.key: one for one in refreshed.refresh(str(root), keys or None)}


def tea(**more: Any) -> Segment:
    return writes.create("tea", "Tea lovers", "rule", {"orders": {"where": {"line.category": "tea"}, **more}})


def test_found_in_the_lake_with_facts(shop: Shop, root: Path) -> None:
    tea()
    writes.create("known", "Known", "rule", {"traits.age_band": "35-44"})
    writes.create("lookers", "Lookers", "rule", {"did": {"event": "Product Viewed"}, "not": {"segment": "tea"}})
    found = refresh(root)
    assert {key: one.moved.members for key, one in found.items()} == {"tea": 1, "known": 1, "lookers": 1}
    assert (belong("tea"), belong("known"), belong("lookers")) == (ids(shop, "ann"), ids(shop, "ann"), ids(shop, "cy"))
    assert facts("Segment Entered", "tea") == [shop["ann"].member_id]
    row = Segment.objects.get(key="tea")
    assert (row.members_count, row.problem, bool(row.lake_state), bool(row.refreshed_at)) == (1, "", True, True)
    again = refresh(root)["tea"].moved
    assert (again.members, again.entered, again.left) == (1, 0, 0)
    assert facts("Segment Entered", "tea") == [shop["ann"].member_id]


def test_entering_and_leaving(shop: Shop, root: Path) -> None:
    segment = tea()
    refresh(root)
    shop["bo"].orders_for(2, TEA)
    synced(root)
    assert refresh(root)["tea"].moved.entered == 1
    writes.change(segment, definition={"orders": {"at_least": 2}})
    moved = refresh(root)["tea"].moved
    assert (moved.members, moved.entered, moved.left) == (2, 0, 0)
    writes.change(segment, definition={"orders": {"at_least": 3}})
    refresh(root)
    assert facts("Segment Left", "tea") == [shop["bo"].member_id]
    writes.archive(segment)
    assert belong("tea") == set()
    assert facts("Segment Left", "tea") == [shop["bo"].member_id, shop["ann"].member_id]
    assert refresh(root) == {}


def test_killed_between_batches(shop: Shop, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes.create("all", "All", "rule", {"points": {"at_least": 0}})
    monkeypatch.setattr(settled, "BATCH", 1)
    record, calls = settled.facts.record, []

    def dies(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return record(*given)

    with monkeypatch.context() as patch:
        patch.setattr(settled.facts, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            refresh(root)
    assert len(belong("all")) == len(facts("Segment Entered", "all")) == 1
    assert refresh(root)["all"].moved.entered == 2
    assert sorted(facts("Segment Entered", "all")) == sorted(ids(shop, "ann", "bo", "cy"))


def test_a_damaged_or_missing_lake_leaves_who_belongs(shop: Shop, root: Path, tmp_path: Path) -> None:
    tea()
    refresh(root)
    missing = refreshed.refresh(str(tmp_path / "nowhere"))[0]
    assert missing.problem == "there is no lake yet; `regulars lake sync` makes it"
    victim = next(root.glob("order_lines/**/*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-10])
    assert "the lake cannot be read" in refresh(root)["tea"].problem
    assert belong("tea") == ids(shop, "ann")
    row = Segment.objects.get(key="tea")
    assert (row.members_count, "regulars lake sync --fresh" in row.problem) == (1, True)
    synced(root, fresh=True)
    assert refresh(root)["tea"].problem == Segment.objects.get(key="tea").problem == ""


def test_what_one_cannot_tell_does_not_stop_the_others(shop: Shop, root: Path) -> None:
    tea()
    writes.create("gone", "Gone", "rule", {"score.alive": {"below": 1}})
    writes.create("models", "Models", "model", {"model": "nobody-made-this", "group": "1"})
    Segment.objects.create(key="odd", name="Odd", kind="rule", definition={"tier": "bronze"})
    found = refresh(root)
    assert found["tea"].moved.members == 1
    assert found["gone"].problem.startswith("Scores have not been computed")
    assert "model" in found["models"].problem
    assert found["odd"].problem.startswith("line 1: tier must be")


def test_a_lake_over_nobody(shop: Shop, root: Path) -> None:
    writes.create("none", "None", "rule", {"orders": {"between": ["2030-01-01", "2030-12-31"]}})
    assert refresh(root)["none"].moved.members == 0
    assert Segment.objects.get(key="none").members_count == 0


def test_who_was_joined_to_another_counts_as_that_one(shop: Shop) -> None:
    visitor = Member.objects.create(first_seen_at=datetime.now(UTC), merged_into_id=shop["ann"].member_id)
    moved = settled.settle("x", [visitor.pk, shop["ann"].member_id, shop["bo"].member_id], timezone.now())
    assert moved.members == 2
    assert belong("x") == ids(shop, "ann", "bo")


def test_only_one_refresh_at_a_time(shop: Shop, root: Path) -> None:
    tea()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [refreshed._LOCK])
            with pytest.raises(refreshed.Busy, match="another refresh"):
                refresh(root)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [refreshed._LOCK])
    finally:
        other.close()
    assert refresh(root)["tea"].moved.members == 1


def test_questions_about_who_belongs(shop: Shop, root: Path) -> None:
    tea()
    writes.create("all", "All", "rule", {"points": {"at_least": 0}})
    refresh(root)
    ann = shop["ann"].member_id
    assert [one.segment.key for one in reads.of_member(ann)] == ["all", "tea"]
    assert reads.counts(["tea", "all", "no"]) == {"tea": 1, "all": 3, "no": 0}
    [pair] = reads.overlap(["tea", "all"])
    assert (pair.one, pair.other, pair.members) == ("all", "tea", 1)
    segment = Segment.objects.get(key="all")
    first = reads.members(segment, limit=2)
    rest = reads.members(segment, after=first[-1].member_id)
    assert {row.member_id for row in [*first, *rest]} == ids(shop, "ann", "bo", "cy")
    assert (len(first), len(rest)) == (2, 1)

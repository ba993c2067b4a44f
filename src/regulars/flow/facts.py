"""Facts: what Regulars concluded and others act on, written into the same log as what customers did."""

from __future__ import annotations

from typing import Any

from regulars.events import append as log
from regulars.flow.desk import Desk
from regulars.programmes.reads import moment
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.store.questions import ask

SOURCE = "regulars"
TIER_CHANGED = "Tier Changed"
_REASONS = {y.REACHED: "reached", y.REVIEWED: "reviewed", y.REVISED: "revised"}


def tier_changes(desk: Desk, records: list[tuple[int, int, list[int]]]) -> list[log.Row]:
    """A ``Tier Changed`` fact for each change of tier among the output records."""
    found = []
    for member_id, version, numbers in records:
        levels = desk.tables[version].levels
        for o in range(0, len(numbers), y.OW):
            if numbers[o] == y.TIER:
                record = numbers[o : o + y.OW]
                before, after = levels[record[y.O_DEBIT]], levels[record[y.O_CREDIT]]
                found.append((member_id, version, before, after, record))
    ids = log.next_ids(len(found))
    ask(ids)
    rows = []
    for event_id, (member_id, version, before, after, record) in zip(ids.answer, found, strict=True):
        at = moment(record[y.O_AT])
        properties: dict[str, Any] = {"from": before or None, "to": after or None, "reason": _REASONS[record[y.O_RULE]]}
        if record[y.O_EVENT] >= 0:
            properties["event_id"] = record[y.O_EVENT]
        event = ev.Event(TIER_CHANGED, SOURCE, f"tier-{event_id}", at, properties)
        rows.append(log.Row(event_id, event, member_id, at, version, b"", fact=True))
    return rows

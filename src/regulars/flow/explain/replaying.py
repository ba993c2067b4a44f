"""A member as they were just before one of their events: their own log decided again up to it, by the live decider."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from regulars.events.append import amounts_of
from regulars.events.models import Event
from regulars.flow.desk import Desk
from regulars.points.models import Account
from regulars.points.state import Loaded
from regulars.programmes.reads import Timeline, microseconds, timeline
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.decide import Decider, HoldRequest, State
from regulars.rules.explain import Verdict, explain
from regulars.rules.tables import Tables


@dataclass(frozen=True, slots=True)
class Before:
    """A member just before an event: their state with their time let pass up to it, and what the event was.

    day: the local day the event counts for. decided: whether it was decided at all.
    """

    event: ev.Event
    event_id: int
    at: int
    day: int
    tables: Tables
    state: State
    decided: bool
    hold: HoldRequest | None
    order_tables: Tables | None

    @property
    def level(self) -> str:
        """The key of the member's level then; empty for none."""
        return self.tables.levels[self.state.scalars[y.LEVEL]]

    def verdicts(self) -> list[Verdict]:
        """What each rule of the version made of the event."""
        decider = Decider(self.tables)
        return explain(decider, self.state, self.event, self.event_id, self.at, self.day, self.hold, self.order_tables)


def before(member_id: int, event_id: int) -> Before | None:
    """The member just before that event of theirs; None when the log has no such event of theirs.

    Three queries, all within the member's rows; a few hundred events take a few hundredths of a second.
    Raises NoProgramme when none was applied yet.
    """
    line = timeline()
    account = Account.objects.filter(member_id=member_id).values_list("joined_day", flat=True).first()
    rows = _rows(member_id, event_id)
    if not rows or rows[-1].pk != event_id:
        return None
    desk = Desk(None, line)
    one = desk.members[member_id] = Loaded(member_id)
    desk.records[member_id] = []
    if account is not None:
        one.state.scalars[y.JOINED] = account
    versions = {row.pk: row.version_id for row in rows}
    *earlier, asked = rows
    for row in earlier:
        if row.decision_text is None or row.name not in line.names:
            continue
        event = event_of(row)
        desk.decide(
            member_id,
            event,
            row.pk,
            microseconds(row.effective_at),
            hold_of(event, line),
            _order_version(event, versions),
        )
        desk.records[member_id].clear()
    at = microseconds(asked.effective_at)
    if one.state.scalars[y.CLOCK] > -y.NEVER:
        at = max(at, one.state.scalars[y.CLOCK])
    desk.advance(member_id, at)
    event = event_of(asked)
    tables = desk.tables[one.state.version]
    day = min(local_day(tables.midnights, microseconds(asked.occurred_at)), local_day(tables.midnights, at))
    order_version = _order_version(event, versions)
    return Before(
        event,
        event_id,
        at,
        day,
        tables,
        one.state,
        asked.decision_text is not None,
        hold_of(event, line),
        desk.tables[order_version] if order_version else None,
    )


def _rows(member_id: int, event_id: int) -> list[Any]:
    """The member's own events up to and with one, in the order they were decided."""
    texts = {f"{name}_text": Cast(name, TextField()) for name in ("properties", "context", "amounts", "decision")}
    found = Event.objects.filter(member_id=member_id, fact=False, id__lte=event_id).annotate(**texts)
    return list(found.defer("properties", "context", "amounts", "decision").order_by("id"))


def event_of(row: Any) -> ev.Event:
    """A row of the log as the rules see it: no number of it a float."""
    return ev.Event(
        name=row.name,
        source=row.source,
        message_id=row.message_id,
        occurred_at=row.occurred_at,
        properties=_exact(row.properties_text),
        context=_exact(row.context_text),
        currency=row.currency,
        order=None if row.amounts_text is None else amounts_of(row.amounts_text),
        order_id=row.order_id,
    )


def hold_of(event: ev.Event, line: Timeline) -> HoldRequest | None:
    """The points part of a ledger event, as the log keeps it."""
    if event.name not in ev.LEDGER_NAMES:
        return None
    said = event.properties
    keys = line.tables[0].registry.currencies
    currency = said.get("currency")
    return HoldRequest(
        -1 if said.get("points") is None else int(said["points"]),
        keys.index(currency) if currency in keys else 0,
        int(said.get("hold") or -1),
        int(said.get("expires_us") or y.NEVER),
    )


def _order_version(event: ev.Event, versions: dict[int, int | None]) -> int | None:
    """The version that decided the order a refund is of."""
    if event.name not in ev.REFUND_NAMES or event.order is None:
        return None
    return versions.get(event.order.about)


def _exact(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text, parse_float=Decimal) if text else {}
    return found

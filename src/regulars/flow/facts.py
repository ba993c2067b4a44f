"""Facts: what Regulars concluded and others act on, written into the same log as what customers did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regulars.events import append as log
from regulars.flow.desk import Desk
from regulars.programmes.reads import moment
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.store.columns import raw_cursor
from regulars.store.questions import ask

SOURCE = "regulars"
TIER_CHANGED = "Tier Changed"
COUPON_ISSUED, COUPON_USED, COUPON_RETURNED = "Coupon Issued", "Coupon Used", "Coupon Returned"
COUPON_EXPIRING, COUPON_EXPIRED = "Coupon Expiring", "Coupon Expired"
COUPON_WITHDRAWN = "Coupon Withdrawn"
COUPON_MISSING, BADGE_WON, BENEFIT_USED = "Coupon Missing", "Badge Won", "Benefit Used"
BENEFIT_TAKEN_BACK = "Benefit Use Taken Back"
CHECKOUT_RESERVED, CHECKOUT_COMMITTED = "Checkout Reserved", "Checkout Committed"
CHECKOUT_CANCELLED, CHECKOUT_EXPIRED = "Checkout Cancelled", "Checkout Expired"
GIFT_REDEEMED, GIFT_CANCELLED, GIFT_HANDED_OVER = "Gift Redeemed", "Gift Cancelled", "Gift Handed Over"
GROUP_OPENED, GROUP_JOINED = "Group Buy Opened", "Group Buy Joined"
GROUP_FORMED, GROUP_FAILED = "Group Buy Formed", "Group Buy Failed"
GAME_PLAYED, QUIZ_BEGUN = "Game Played", "Quiz Begun"
CONTEST_SETTLED, GAME_STOPPED = "Contest Settled", "Game Stopped"
REFERRAL_HELD, REFERRAL_REFUSED, REFERRAL_RETURNED = "Referral Held", "Referral Refused", "Referral Returned"
RETURN_SETTLED, REFUND_DUE = "Return Settled", "Refund Due"
SCORE_CHANGED = "Score Changed"
SEGMENT_ENTERED, SEGMENT_LEFT = "Segment Entered", "Segment Left"
NAMES = frozenset(
    (
        *(TIER_CHANGED, COUPON_ISSUED, COUPON_USED, COUPON_RETURNED, COUPON_EXPIRING, COUPON_EXPIRED),
        *(COUPON_WITHDRAWN, COUPON_MISSING, BADGE_WON, BENEFIT_USED, BENEFIT_TAKEN_BACK),
        *(CHECKOUT_RESERVED, CHECKOUT_COMMITTED, CHECKOUT_CANCELLED, CHECKOUT_EXPIRED, RETURN_SETTLED, REFUND_DUE),
        *(GIFT_REDEEMED, GIFT_CANCELLED, GIFT_HANDED_OVER),
        *(GROUP_OPENED, GROUP_JOINED, GROUP_FORMED, GROUP_FAILED),
        *(REFERRAL_HELD, REFERRAL_REFUSED, REFERRAL_RETURNED),
        *(GAME_PLAYED, QUIZ_BEGUN, CONTEST_SETTLED, GAME_STOPPED),
        *(SCORE_CHANGED,),
        *(SEGMENT_ENTERED, SEGMENT_LEFT),
    )
)
"""Facts' names, which nobody outside may use."""
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


@dataclass(frozen=True, slots=True)
class Fact:
    """One conclusion about a member (or nobody in particular), with what readers need to know of it. No personal
    data: the log is kept for ever.

    A fact that a caller asked for carries their ``source``, their ``message_id`` and a hash of what they asked: asked
    again, it is found.
    """

    name: str
    member_id: int | None
    properties: dict[str, Any]
    order_id: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    source: str = SOURCE
    message_id: str = ""
    body_hash: bytes = b""


def record(facts: Sequence[Fact], at: datetime) -> list[int]:
    """Write facts to the log, in the caller's transaction; their ids. Nothing is decided about them."""
    rows = rows_of(facts, at)
    if rows:
        log.append(raw_cursor(), rows)
    return [row.id for row in rows]


def rows_of(facts: Sequence[Fact], at: datetime) -> list[log.Row]:
    """Facts as rows of the log, with their places in it; the caller appends them."""
    ids = log.next_ids(len(facts))
    ask(ids)
    rows = []
    for event_id, fact in zip(ids.answer, facts, strict=True):
        event = ev.Event(
            fact.name,
            fact.source,
            fact.message_id or f"{fact.name.lower().replace(' ', '-')}-{event_id}",
            at,
            fact.properties,
            fact.context,
            order_id=fact.order_id,
        )
        rows.append(log.Row(event_id, event, fact.member_id, at, None, fact.body_hash, fact=True))
    return rows

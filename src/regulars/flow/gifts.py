"""What rules give beside points, handed over in the transaction that decided it: coupons and badges, with their facts.

A coupon that the offers in effect do not have, or whose time is over, never stops an event: the log says so
(``Coupon Missing``), and an operator can give it later by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.coupons import writes as coupons
from regulars.events import append as log
from regulars.flow.coupons.known import ends, known
from regulars.flow.coupons.once import properties
from regulars.flow.facts import BADGE_WON, COUPON_ISSUED, COUPON_MISSING, Fact, rows_of
from regulars.programmes.reads import Timeline
from regulars.rules import layout as y
from regulars.rules.programme import Programme
from regulars.tiers import badges

Records = Sequence[tuple[int, int, list[int]]]
HOW = "earned"
"""How a coupon came to a member, in its fact: a rule of the programme gave it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that a rule gave a member, because of an event."""

    member_id: int
    kind: str
    key: str
    times: int
    rule: str
    event_id: int

    @property
    def said(self) -> dict[str, Any]:
        """What the fact says of why."""
        return {"rule": self.rule, "event_id": self.event_id}


def hand_over(cursor: Any, timeline: Timeline, records: Records, now: datetime) -> list[log.Row]:
    """Write what the step's records give beside points; the facts of it, for the log."""
    registry = timeline.tables[0].registry
    if not registry.things:
        return []
    given = list(_given(timeline, records))
    if not given:
        return []
    facts = _coupons([one for one in given if one.kind == "coupon"], now)
    won = [one for one in given if one.kind == "badge"]
    new = badges.win(cursor, [(one.member_id, one.key, one.event_id, now) for one in won])
    for one in won:
        if (one.member_id, one.key) in new:
            new.discard((one.member_id, one.key))
            facts.append(Fact(BADGE_WON, one.member_id, {"badge": one.key} | one.said))
    return rows_of(facts, now)


def unknown_coupons(programme: Programme, now: datetime | None = None) -> list[str]:
    """Keys of coupons that the programme gives and the offers in effect do not have."""
    have = known(now).coupons
    return sorted({gift.key for gift in programme.gifts if gift.kind == "coupon" and gift.key not in have})


def _given(timeline: Timeline, records: Records) -> Iterator[Given]:
    registry = timeline.tables[0].registry
    for member_id, _, numbers in records:
        for o in range(0, len(numbers), y.OW):
            if numbers[o] == y.GRANT:
                kind, key = registry.things[numbers[o + y.O_CREDIT]]
                rule = registry.rules[numbers[o + y.O_RULE]]
                yield Given(member_id, kind, key, numbers[o + y.O_AMOUNT], rule, numbers[o + y.O_EVENT])


def _coupons(given: list[Given], now: datetime) -> list[Fact]:
    if not given:
        return []
    offers = known(now)
    facts = []
    for one in given:
        coupon = offers.coupons.get(one.key)
        until = None if coupon is None else ends(offers, coupon, now)
        if coupon is None or (until is not None and until <= now):
            reason = "unknown" if coupon is None else "over"
            facts.append(Fact(COUPON_MISSING, one.member_id, {"coupon": one.key, "reason": reason} | one.said))
            continue
        for made in coupons.give(one.key, [one.member_id] * one.times, now, until):
            facts.append(Fact(COUPON_ISSUED, one.member_id, properties(made, how=HOW, **one.said)))
    return facts

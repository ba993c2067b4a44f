"""What a member's tier brings them beside points: asked for, and used, as often as the programme says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from django.db import transaction

from regulars.events import reads as events
from regulars.events.models import Event
from regulars.flow import phrases
from regulars.flow.facts import BENEFIT_USED, Fact, record
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import retried
from regulars.flow.sweep import settle
from regulars.programmes.reads import current, microseconds
from regulars.rules.days import local_day, midnights, window_of
from regulars.rules.flat import PER
from regulars.rules.programme import Benefit, Programme
from regulars.tiers import benefits, reads


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One benefit of a member's level; ``name`` and ``how`` in the active language.

    at_most, per: how often it may be used in each period; None when as often as one likes. used: so far in this one.
    """

    key: str
    name: str
    how: str
    at_most: int | None
    per: str | None
    used: int

    @property
    def left(self) -> int | None:
        """How often it may still be used in this period; None: as often as one likes."""
        return None if self.at_most is None else max(0, self.at_most - self.used)

    def as_json(self) -> dict[str, Any]:
        """What the API says of it."""
        return {
            "key": self.key,
            "name": self.name,
            "how": self.how,
            "at_most": self.at_most,
            "per": self.per,
            "used": self.used,
            "left": self.left,
        }


def of_member(member_id: int, now: datetime | None = None) -> list[Entitlement]:
    """The benefits that the member's level brings at this moment, in the programme's order."""
    settle(member_id)
    _, programme = current(now)
    standing = reads.standing(member_id)
    return of_standing(programme, member_id, standing.level if standing is not None else "", now)


def of_standing(programme: Programme, member_id: int, level: str, now: datetime | None = None) -> list[Entitlement]:
    """The same of a member whose level is known; an empty one brings nothing."""
    found = _described(programme, _keys(programme, level))
    windows = {one.key: _window(one, programme, now) for one in found}
    used = benefits.used(member_id, windows)
    return [_entitlement(one, used.get(one.key, 0)) for one in found]


def of_level(programme: Programme, key: str) -> list[Entitlement]:
    """The benefits that a level of the programme brings, as whoever has just reached it finds them."""
    return [_entitlement(one, 0) for one in _described(programme, _keys(programme, key))]


def uses(member_id: int, limit: int = 20) -> list[Event]:
    """The member's last uses of benefits, the newest first: facts with ``benefit`` and ``times`` among their
    properties."""
    return events.search(name=BENEFIT_USED, member_ids=[member_id], limit=limit)


def use(member_id: int, key: str, source: str, message_id: str, now: datetime | None = None) -> Entitlement:
    """Use a benefit once. The same message id again changes nothing. Raises Problem: not theirs, used up."""
    settle(member_id)
    digest = blake2b(msgspec.json.encode([BENEFIT_USED, member_id, key]), digest_size=16).digest()

    def work() -> None:
        with transaction.atomic():
            before = Event.objects.filter(source=source, message_id=message_id).first()
            if before is not None:
                if bytes(before.body_hash) != digest:
                    raise reused(message_id)
                return
            _, programme = current(now)
            benefit = next((one for one in _benefits(programme, member_id) if one.key == key), None)
            if benefit is None:
                raise problem("no-such-benefit", "benefit", given=key)
            limit = benefit.at_most.limit if benefit.at_most else None
            window = _window(benefit, programme, now)
            times = benefits.take(member_id, key, window, limit)
            if times is None:
                raise problem("benefit-used-up", "benefit")
            said = {"benefit": key, "times": times}
            fact = Fact(BENEFIT_USED, member_id, said, source=source, message_id=message_id, body_hash=digest)
            at = now or datetime.now(UTC)
            [event_id] = record([fact], at)
            benefits.note(member_id, key, window, event_id, at)

    retried(work)
    return next(one for one in of_member(member_id, now) if one.key == key)


def _benefits(programme: Programme, member_id: int) -> list[Benefit]:
    standing = reads.standing(member_id)
    return _described(programme, _keys(programme, standing.level if standing is not None else ""))


def _keys(programme: Programme, level: str) -> Iterable[str]:
    levels = programme.tiers.levels if programme.tiers else ()
    return next((one.benefits for one in levels if one.key == level), ())


def _described(programme: Programme, keys: Iterable[str]) -> list[Benefit]:
    known = {one.key: one for one in programme.benefits}
    return [known.get(key, Benefit(key)) for key in keys]


def _window(benefit: Benefit, programme: Programme, now: datetime | None) -> int:
    if benefit.at_most is None:
        return 0
    at = microseconds(now or datetime.now(UTC))
    return window_of(local_day(midnights(programme.time_zone), at), PER[benefit.at_most.per])


def _entitlement(benefit: Benefit, used: int) -> Entitlement:
    cap = benefit.at_most
    return Entitlement(
        benefit.key,
        phrases.named(benefit.name, benefit.key) if benefit.name else phrases.benefit(benefit.key),
        phrases.named(benefit.how, "") if benefit.how else "",
        cap.limit if cap else None,
        cap.per if cap else None,
        used,
    )

"""The events that the calendar brings about, and who is to have a birthday before what they do on that day."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from django.db.models import Q

from regulars.events import append as log
from regulars.flow.batch import Incoming
from regulars.flow.facts import SOURCE
from regulars.members import personal
from regulars.members.who import Who
from regulars.points.models import Account
from regulars.programmes.reads import Timeline, microseconds, moment
from regulars.rules import events as ev
from regulars.rules.days import day_date, local_day, midnight
from regulars.store.questions import ask

AGAIN_DAYS = 300
"""Somebody who says another birthday has none again before so many days have passed."""


def birthday(line: Timeline, member_id: int, day: int) -> Incoming:
    """The event that a member's birthday has come."""
    return event(line, ev.BIRTHDAY_CAME, f"birthday-{day}-{member_id}", member_id, day, {})


def without_birthday(member_ids: Iterable[int], day: int) -> set[int]:
    """Those of the members with an account who have had no birthday lately."""
    lately = Q(birthday_day__isnull=True) | Q(birthday_day__lte=day - AGAIN_DAYS)
    return set(Account.objects.filter(lately, pk__in=list(member_ids)).values_list("pk", flat=True))


def occasion(line: Timeline, key: str, member_id: int, day: int) -> Incoming:
    """The event that an occasion of the programme's calendar has come for a member."""
    return event(line, ev.OCCASION_CAME, _occasion_message(key, day, member_id), member_id, day, {"occasion": key})


def without_occasion(key: str, day: int, member_ids: Iterable[int]) -> list[int]:
    """Those of the members for whom the log has no such occasion of that day, in their order."""
    messages = {one: _occasion_message(key, day, one) for one in member_ids}
    if not messages:
        return []
    seen = log.known([(SOURCE, message) for message in messages.values()], ())
    ask(seen)
    return [one for one, message in messages.items() if (SOURCE, message) not in seen.answer[0]]


def _occasion_message(key: str, day: int, member_id: int) -> str:
    return f"occasion-{key}-{day}-{member_id}"


def birthdays_before(line: Timeline, doings: Iterable[tuple[int, int, ev.Event]], now_us: int) -> dict[int, Incoming]:
    """The birthdays that must come before what members do (place, member, event), by the place: somebody orders on a
    birthday that was not noted yet. now_us: what seems to lie in the future happens now."""
    first: dict[tuple[int, int], int] = {}
    for place, member_id, done in doings:
        if done.name == ev.ORDER_COMPLETED:
            day = local_day(line.tables[0].midnights, min(microseconds(done.occurred_at), now_us))
            first.setdefault((member_id, day), place)
    found = {}
    for day in {day for _, day in first}:
        keeping = personal.keeping({member_id for member_id, other in first if other == day}, day_date(day))
        for member_id in sorted(without_birthday(keeping, day)):
            found[first[member_id, day]] = birthday(line, member_id, day)
    if not found:
        return {}
    seen = log.known([(one.event.source, one.event.message_id) for one in found.values()], ())
    ask(seen)
    return {place: one for place, one in found.items() if (SOURCE, one.event.message_id) not in seen.answer[0]}


def event(line: Timeline, name: str, message_id: str, member_id: int, day: int, properties: dict[str, Any]) -> Incoming:
    """An event of a local day, as it goes into ``flow.ingest``."""
    at = moment(midnight(line.tables[0].midnights, day))
    made = ev.Event(name, SOURCE, message_id, at, properties)
    return Incoming(made, Who(), blake2b(message_id.encode(), digest_size=16).digest(), member_id=member_id)

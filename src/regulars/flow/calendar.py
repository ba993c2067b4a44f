"""The calendar comes round: on a member's birthday, and on the days of the programme's occasions, an event goes in.

``Birthday Came`` for everybody whose birthday is known, whatever the programme says of it, so that a draft can be tried
on the past; ``Occasion Came`` for every member with an account, on days that give something. They are decided like any
event. Their message ids say day and member, so whoever writes one a second time gets the first answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from regulars.flow import came
from regulars.flow.batch import Incoming
from regulars.flow.ingest import ingest
from regulars.members import personal
from regulars.points.models import Account
from regulars.programmes.calendar import holiday_days, is_on
from regulars.programmes.reads import NoProgramme, Timeline, microseconds, timeline
from regulars.rules import events as ev
from regulars.rules.days import day_date, local_day

LATE_DAYS = 7
"""A birthday that nobody noted in time, because nothing ran, is noted so many days later at most."""
_AT_ONCE = 500
_reached: dict[tuple[str, int], int] = {}
"""How far this process has come with an occasion and day: everybody up to that member id has been told."""


def come_round(now: datetime | None = None) -> int:
    """Take in what the calendar brings about today; how many events that were."""
    try:
        line = timeline()
    except NoProgramme:
        return 0
    moment_now = now or timezone.now()
    tables = line.tables[line.at(microseconds(moment_now))]
    today = local_day(tables.midnights, microseconds(moment_now))
    count = 0
    for day in range(today - LATE_DAYS, today + 1):
        count += _birthdays(line, day, now)
    days = holiday_days(tables.programme)
    for occasion in tables.programme.calendar:
        if occasion.gifts and is_on(occasion, today, days):
            count += _occasion(line, occasion.key, today, now)
    return count


def _birthdays(line: Timeline, day: int, now: datetime | None) -> int:
    count = after = 0
    while found := personal.birthdays_on(day_date(day), after, _AT_ONCE):
        after = found[-1]
        having = sorted(came.without_birthday(found, day))
        count += _take([came.birthday(line, member_id, day) for member_id in having], now)
    return count


def _occasion(line: Timeline, key: str, day: int, now: datetime | None) -> int:
    count = 0
    after = _reached.get((key, day), 0)
    # whoever joined today may have a lower number than those told already
    joined = set(Account.objects.filter(joined_day=day, pk__lte=after).values_list("pk", flat=True)) if after else set()
    while True:
        accounts = Account.objects.filter(pk__gt=after).order_by("pk")
        found = list(accounts.values_list("pk", flat=True)[:_AT_ONCE])
        batch = sorted(joined | set(found))
        joined = set()
        said = {"occasion": key}
        count += _take(
            [came.event(line, ev.OCCASION_CAME, f"occasion-{key}-{day}-{one}", one, day, said) for one in batch], now
        )
        if not found:
            return count
        after = found[-1]
        _reached[key, day] = after


def _take(events: Sequence[Incoming], now: datetime | None) -> int:
    return sum(outcome.status == "accepted" for outcome in ingest(events, now))

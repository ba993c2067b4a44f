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
from regulars.points import rounds
from regulars.points.models import Account
from regulars.programmes.calendar import days_of, is_on
from regulars.programmes.reads import NoProgramme, Timeline, microseconds, timeline
from regulars.rules.days import day_date, local_day, midnight

LATE_DAYS = 7
"""A day that nobody noted in time, because nothing ran, is noted so many days later at most."""
_AT_ONCE = 500


def come_round(now: datetime | None = None) -> int:
    """Take in what the calendar brings about today, and what of the last days nobody has taken in; how many events that
    were."""
    try:
        line = timeline()
    except NoProgramme:
        return 0
    moment_now = now or timezone.now()
    midnights = line.tables[0].midnights
    today = local_day(midnights, microseconds(moment_now))
    count = 0
    for day in range(today - LATE_DAYS, today + 1):
        count += _birthdays(line, day, now)
        # of a day that is over, what was in force when it ended: nobody is given what came into the programme later
        until = min(microseconds(moment_now), midnight(midnights, day + 1) - 1)
        programme = line.tables[line.at(until)].programme
        for occasion in programme.calendar:
            if occasion.gifts and is_on(occasion, day, {occasion.key: days_of(occasion)}):
                count += _occasion(line, occasion.key, day, now)
    return count


def _birthdays(line: Timeline, day: int, now: datetime | None) -> int:
    count = after = 0
    while found := personal.birthdays_on(day_date(day), after, _AT_ONCE):
        after = found[-1]
        having = sorted(came.without_birthday(found, day))
        count += _take([came.birthday(line, member_id, day) for member_id in having], now)
    return count


def _occasion(line: Timeline, key: str, day: int, now: datetime | None) -> int:
    """Tell every member who had an account on that day; where another process stopped, this one goes on."""
    after = rounds.told_up_to(key, day)
    # whoever joined that day may have a lower number than those told already
    joined = Account.objects.filter(joined_day=day, pk__lte=after).order_by("pk").values_list("pk", flat=True)
    count = _tell(line, key, day, came.without_occasion(key, day, joined), now)
    while True:
        accounts = Account.objects.filter(joined_day__lte=day, pk__gt=after).order_by("pk")
        found = list(accounts.values_list("pk", flat=True)[:_AT_ONCE])
        if not found:
            return count
        count += _tell(line, key, day, found, now)
        after = found[-1]
        rounds.told(key, day, after)


def _tell(line: Timeline, key: str, day: int, member_ids: Sequence[int], now: datetime | None) -> int:
    return _take([came.occasion(line, key, member_id, day) for member_id in member_ids], now)


def _take(events: Sequence[Incoming], now: datetime | None) -> int:
    return sum(outcome.status == "accepted" for outcome in ingest(events, now))

"""The one door to personal data: names, e-mail addresses, phone numbers, birthdays, addresses.

Everybody else works with member ids. Encryption, when it comes, comes here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection
from psycopg.types.json import Jsonb

from regulars.members.birthdays import key_of, keys_on
from regulars.members.models import Member, PersonalData

_dumps = msgspec.json.Encoder(decimal_format="number").encode
_PHONE = re.compile(r"\+?[\d\s().-]{5,24}")
_PHONE_DIGITS_MIN = 5
# Each of these is the expression of an index; the name's is not, and reads everybody.
_BY_EMAIL = "lower(data->>'email') LIKE %(begins)s"
_BY_PHONE = r"reverse(regexp_replace(data->>'phone', '\D', '', 'g')) LIKE %(ends)s"
_BY_NAME = (
    "concat_ws(' ', data->>'name', data->>'first_name', data->>'last_name', data->>'firstName', data->>'lastName')"
    " ILIKE %(holds)s"
)


def as_json(value: Any) -> Any:
    """``value`` as a parameter of a query."""
    return Jsonb(value, dumps=_dumps)


def get(member: Member | int) -> dict[str, Any]:
    """What is known of a person, empty when nothing is."""
    return of([_id(member)]).get(_id(member), {})


def kept(member: Member | int) -> tuple[list[str], datetime | None]:
    """Which entries are kept of a person, without what they say, and when they last changed; no entries and None where
    nothing is."""
    row = PersonalData.objects.filter(pk=_id(member)).values_list("data", "updated_at").first()
    if row is None:
        return [], None
    return sorted(key for key, value in row[0].items() if value not in (None, "", {}, [])), row[1]


def of(member_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is known of several people, by member id; those of whom nothing is known are missing."""
    rows = PersonalData.objects.filter(member_id__in=list(member_ids)).values_list("member_id", "data")
    return {member_id: data for member_id, data in rows if data}


def put(member: Member | int, data: Mapping[str, Any]) -> None:
    """Add to what is known of a person; a value of None forgets that entry."""
    gone = [key for key, value in data.items() if value is None]
    kept = {key: value for key, value in data.items() if value is not None}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_personaldata (member_id, data, updated_at) VALUES (%s, %s, now())"
            " ON CONFLICT (member_id) DO UPDATE"
            " SET data = (members_personaldata.data || excluded.data) - %s::text[], updated_at = now()",
            (_id(member), as_json(kept), gone),
        )
    if not _OF_BIRTHDAYS.isdisjoint(data):
        PersonalData.objects.filter(pk=_id(member)).update(birthday_key=key_of(get(member)))


def move(from_member: int, to_member: int) -> None:
    """A visitor turned out to be a customer: what they said goes along; what the customer said before counts more."""
    said = get(from_member)
    if said:
        put(to_member, said | get(to_member))
    PersonalData.objects.filter(member_id=from_member).delete()


def keeping(member_ids: Iterable[int], day: date) -> set[int]:
    """Those of the members who keep their birthday on that day."""
    found = PersonalData.objects.filter(member_id__in=list(member_ids), birthday_key__in=keys_on(day))
    return set(found.values_list("member_id", flat=True))


def birthdays_on(day: date, after: int, at_most: int) -> list[int]:
    """The next members after ``after`` who keep their birthday on that day, by id."""
    found = PersonalData.objects.filter(birthday_key__in=keys_on(day), member_id__gt=after).order_by("member_id")
    return list(found.values_list("member_id", flat=True)[:at_most])


def find(text: str, limit: int = 50) -> list[int]:
    """Ids of the members whose e-mail address begins with ``text``, whose phone number ends with its digits, or whose
    name holds it; case and punctuation do not matter.

    Names are looked through only for what may be one, nothing with an ``@`` and no number: that takes a second or two
    with a million members, the rest a moment.
    """
    text = text.strip()
    if not text:
        return []
    digits = re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else ""
    by_phone = len(digits) >= _PHONE_DIGITS_MIN
    ways = [_BY_EMAIL]
    if by_phone:
        ways.append(_BY_PHONE)
    elif "@" not in text:
        ways.append(_BY_NAME)
    like = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(
            # Sorted by us: the planner might rather walk the members in order, hoping to meet enough of them soon.
            f"SELECT member_id FROM members_personaldata WHERE {' OR '.join(ways)} LIMIT %(limit)s",  # noqa: S608
            {
                "begins": f"{like.lower()}%",
                "holds": f"%{like}%",
                # 079… and +4179… end alike
                "ends": f"{digits.lstrip('0')[::-1]}%",
                "limit": limit,
            },
        )
        return sorted(row[0] for row in cursor.fetchall())


_OF_BIRTHDAYS = frozenset(("birthday", "birth_date", "date_of_birth", "birthday_calendar", "lunar_birthday"))


def _id(member: Member | int) -> int:
    return member if isinstance(member, int) else member.pk

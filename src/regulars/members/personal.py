"""The one door to personal data: names, e-mail addresses, phone numbers, birthdays, addresses.

Everybody else works with member ids. Encryption, when it comes, comes here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db import connection
from psycopg.types.json import Jsonb

from regulars.members.models import Member, PersonalData

_dumps = msgspec.json.Encoder(decimal_format="number").encode
_PHONE = re.compile(r"\+?[\d\s().-]{5,24}")
_PHONE_DIGITS_MIN = 5
_FIND = r"""
SELECT member_id FROM members_personaldata
WHERE data->>'email' ILIKE %(begins)s
   OR concat_ws(' ', data->>'name', data->>'first_name', data->>'last_name', data->>'firstName', data->>'lastName')
      ILIKE %(holds)s
   OR (%(by_phone)s AND regexp_replace(data->>'phone', '\D', '', 'g') LIKE %(ends)s)
ORDER BY member_id LIMIT %(limit)s
"""


def as_json(value: Any) -> Any:
    """``value`` as a parameter of a query."""
    return Jsonb(value, dumps=_dumps)


def get(member: Member | int) -> dict[str, Any]:
    """What is known of a person, empty when nothing is."""
    return of([_id(member)]).get(_id(member), {})


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


def move(from_member: int, to_member: int) -> None:
    """A visitor turned out to be a customer: what they said goes along; what the customer said before counts more."""
    said = get(from_member)
    if said:
        put(to_member, said | get(to_member))
    PersonalData.objects.filter(member_id=from_member).delete()


def find(text: str, limit: int = 50) -> list[int]:
    """Ids of the members whose e-mail address begins with ``text``, whose phone number ends with its digits, or whose
    name holds it; case and punctuation do not matter."""
    text = text.strip()
    if not text:
        return []
    digits = re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else ""
    like = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    by_phone = len(digits) >= _PHONE_DIGITS_MIN
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND,
            {
                "begins": f"{like}%",
                "holds": f"%{like}%",
                "by_phone": by_phone,
                # 079… and +4179… end alike
                "ends": f"%{digits.lstrip('0')}",
                "limit": limit,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def _id(member: Member | int) -> int:
    return member if isinstance(member, int) else member.pk

"""Questions about members."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from regulars.members import personal
from regulars.members.models import Member, OutsideId
from regulars.store.questions import Known, Question


def by_shop_id(user_id: str) -> Member | None:
    """The member whom the shop calls ``user_id``."""
    found = OutsideId.objects.filter(kind=OutsideId.USER, value=user_id).select_related("member").order_by("id").first()
    return None if found is None else found.member


def by_shop_ids(user_ids: Collection[str]) -> dict[str, int]:
    """The members whom the shop calls so, by what it calls them; those it calls otherwise are missing."""
    found = OutsideId.objects.filter(kind=OutsideId.USER, value__in=set(user_ids)).order_by("-id")
    rows = found.values_list("value", "member_id", "member__merged_into_id")
    return {value: merged or member for value, member, merged in rows}


def called(user_id: str) -> Question[int | None]:
    """The id of the member whom the shop calls ``user_id``, without the member."""
    if not user_id or "\0" in user_id:
        return Known(None)
    return Question(
        "SELECT member_id FROM members_outsideid WHERE kind = %s AND value = %s ORDER BY id LIMIT 1",
        (OutsideId.USER, user_id),
        lambda rows: rows[0][0] if rows else None,
    )


def segments_of(member_id: int | None) -> Question[tuple[str, ...]]:
    """The keys of the segments that a member belongs to, as of their last refreshes; somebody unknown to none."""
    if member_id is None:
        return Known(())
    return Question(
        "SELECT segment FROM members_membership WHERE member_id = %s ORDER BY segment",
        (member_id,),
        lambda rows: tuple(row[0] for row in rows),
    )


def shop_id_of(member_ids: Iterable[int]) -> dict[int, str]:
    """What the shop calls each of these members, by member id; visitors are missing. The oldest id if there are
    several."""
    rows = OutsideId.objects.filter(kind=OutsideId.USER, member_id__in=list(member_ids)).order_by("-id")
    return dict(rows.values_list("member_id", "value"))


def outside_ids(member_id: int) -> list[OutsideId]:
    """Every name a member goes by outside, the oldest first."""
    return list(OutsideId.objects.filter(member_id=member_id).order_by("id"))


def selves(member_id: int) -> list[int]:
    """The member and every visitor that was joined with them: the ids their doings stand under in the log."""
    return [member_id, *Member.objects.filter(merged_into_id=member_id).order_by("id").values_list("id", flat=True)]


def search(text: str, limit: int = 50) -> list[Member]:
    """Members whose shop id begins with ``text`` (the exact one first), or whose personal data match it."""
    text = text.strip()
    if not text:
        return []
    by_id = OutsideId.objects.filter(kind=OutsideId.USER, value__startswith=text).order_by("value")[:limit]
    ids = dict.fromkeys([*by_id.values_list("member_id", flat=True), *personal.find(text, limit)])
    members = Member.objects.in_bulk(list(ids)[:limit])
    return [members[member_id] for member_id in list(ids)[:limit] if member_id in members]

"""The only code that changes members: outside ids become members, visitors become customers, profiles grow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from regulars.members import personal
from regulars.members.models import OutsideId
from regulars.members.who import Who
from regulars.store.columns import BIGINT, TEXT, Array
from regulars.store.questions import Known, Question, ask

_Key = tuple[str, str]
_USER, _ANONYMOUS = OutsideId.USER, OutsideId.ANONYMOUS


Found = tuple[dict[_Key, int], dict[_Key, int]]
"""The members of outside ids that exist; and among them the visitors that are nobody's yet."""


def known(whos: Collection[Who]) -> Question[Found]:
    """Whom the shop's ids mean already, for ``resolve``."""
    return _found(_owners(whos))


def resolve(cursor: Any, whos: Sequence[Who], found: Found, now: datetime) -> list[int]:
    """The member each ``Who`` means, in order; those never seen before are made, first seen ``now``.

    A visitor's id that comes together with a customer's belongs to that customer from then on: a visitor known so far
    only as such is joined to the customer. A visitor's id that is another customer's already stays theirs, and the
    event is of the customer it names. Call inside a transaction, before any account is locked; several may run at once.

    found: the answer of ``known`` for at least these.
    """
    if not whos:
        return []
    owners = _owners(whos)
    members = {key: found[0][key] for key in owners if key in found[0]}
    visitors = {key: found[1][key] for key in owners if key in found[1]}
    missing = owners.keys() - members.keys()
    if missing:
        _make(cursor, owners, missing, members, now)
    for visitor, member_id in visitors.items():
        owner = members[owners[visitor]]
        if owner != member_id and owners[visitor] != visitor:
            members[visitor] = join(cursor, member_id, owner)
    return [
        members[(_USER, who.user_id) if who.user_id is not None else (_ANONYMOUS, who.anonymous_id or "")]
        for who in whos
    ]


def _owners(whos: Iterable[Who]) -> dict[_Key, _Key]:
    """Every id that is named, and the id of whom it belongs to."""
    owners: dict[_Key, _Key] = {}
    for who in whos:
        if who.user_id is not None:
            user = (_USER, who.user_id)
            owners[user] = user
            if who.anonymous_id is not None:
                owners.setdefault((_ANONYMOUS, who.anonymous_id), user)
        else:
            assert who.anonymous_id is not None, "nobody named"
    # Whoever came alone is their own owner, unless a customer's id came with them elsewhere in the batch.
    for who in whos:
        if who.user_id is None:
            visitor = (_ANONYMOUS, who.anonymous_id or "")
            owners.setdefault(visitor, visitor)
    return owners


def _found(keys: Collection[_Key]) -> Question[Found]:
    def read(rows: list[Any]) -> Found:
        members, visitors = {}, {}
        for kind, value, member_id, unidentified in rows:
            members[(kind, value)] = member_id
            if unidentified and kind == _ANONYMOUS:
                visitors[(kind, value)] = member_id
        return members, visitors

    if not keys:
        return Known(({}, {}))
    return Question(
        "SELECT o.kind, o.value, o.member_id, m.identified_at IS NULL"
        " FROM unnest(%s, %s) k(kind, value)"
        " JOIN members_outsideid o ON o.kind = k.kind AND o.value = k.value"
        " JOIN members_member m ON m.id = o.member_id",
        (Array(TEXT, [key[0] for key in keys]), Array(TEXT, [key[1] for key in keys])),
        read,
    )


def customers(member_ids: Collection[int]) -> Question[set[int]]:
    """Those of the members whom the shop knows as customers; the others are visitors."""
    if not member_ids:
        return Known(set())
    return Question(
        "SELECT id FROM members_member WHERE id = ANY(%s) AND identified_at IS NOT NULL",
        (Array(BIGINT, list(member_ids)),),
        lambda rows: {row[0] for row in rows},
    )


def lock(member_ids: Collection[int]) -> Question[int]:
    """Lock the members themselves, in id order. Before any account."""
    return Question(
        "SELECT id FROM members_member WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        (Array(BIGINT, sorted(member_ids)),),
        len,
    )


def _make(
    cursor: Any, owners: Mapping[_Key, _Key], missing: Collection[_Key], members: dict[_Key, int], now: datetime
) -> None:
    """Make members for the ``missing`` ids that are their own owners, and give every missing id to its owner."""
    new = sorted(key for key in missing if owners[key] == key)
    if new:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('members_member', 'id')) FROM generate_series(1, %s)", (len(new),)
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO members_member (id, first_seen_at, identified_at, traits)"
            " SELECT id, %s, CASE WHEN kind = 'user' THEN %s::timestamptz END, '{}'"
            " FROM unnest(%s::int8[], %s::text[]) n(id, kind)",
            (now, now, ids, [key[0] for key in new]),
        )
        _claim(cursor, dict(zip(new, ids, strict=True)), members, now)
    belonging = sorted(key for key in missing if owners[key] != key)
    if belonging:
        _claim(cursor, {key: members[owners[key]] for key in belonging}, members, now, orphans=False)


def _claim(
    cursor: Any, wanted: Mapping[_Key, int], members: dict[_Key, int], now: datetime, orphans: bool = True
) -> None:
    """Write outside ids. Where another transaction was first, its member counts and ours, still empty, goes.

    In sorted order, so that two batches with the same new customers wait for each other instead of dying together.
    """
    cursor.execute(
        "INSERT INTO members_outsideid (kind, value, member_id, since)"
        " SELECT kind, value, member_id, %s FROM unnest(%s::text[], %s::text[], %s::int8[]) n(kind, value, member_id)"
        " ORDER BY kind, value ON CONFLICT (kind, value) DO NOTHING RETURNING kind, value, member_id",
        (now, [key[0] for key in wanted], [key[1] for key in wanted], list(wanted.values())),
    )
    won = {(kind, value): member_id for kind, value, member_id in cursor.fetchall()}
    members.update(won)
    lost = [key for key in wanted if key not in won]
    if lost:
        others = _found(lost)
        ask(others)
        members.update(others.answer[0])
        if orphans:
            cursor.execute("DELETE FROM members_member WHERE id = ANY(%s)", ([wanted[key] for key in lost],))


def join(cursor: Any, visitor_id: int, member_id: int) -> int:
    """Let the visitor be the customer from now on: ids and profile move, what the visitor did stays in the log.

    Returns the member the visitor belongs to afterwards: another one when someone else was faster.
    """
    cursor.execute(
        "SELECT id, merged_into_id, identified_at IS NOT NULL FROM members_member"
        " WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        ([visitor_id, member_id],),
    )
    rows = {row[0]: row[1:] for row in cursor.fetchall()}
    merged_into, identified = rows[visitor_id]
    if merged_into is not None:
        return int(merged_into)
    if identified or visitor_id == member_id:
        return visitor_id
    cursor.execute("UPDATE members_outsideid SET member_id = %s WHERE member_id = %s", (member_id, visitor_id))
    cursor.execute("UPDATE members_member SET merged_into_id = %s WHERE id = %s", (member_id, visitor_id))
    # What the customer said counts more than what the visitor did.
    cursor.execute(
        "UPDATE members_member m SET traits = v.traits || m.traits FROM members_member v"
        " WHERE v.id = %s AND m.id = %s AND v.traits <> '{}'",
        (visitor_id, member_id),
    )
    personal.move(visitor_id, member_id)
    return member_id


def describe(member_id: int, personal_data: Mapping[str, Any], traits: Mapping[str, Any]) -> None:
    """Add to a member's profile what an identify event says; null forgets a trait."""
    if personal_data:
        personal.put(member_id, personal_data)
    if traits:
        gone = [key for key, value in traits.items() if value is None]
        kept = {key: value for key, value in traits.items() if value is not None}
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE members_member SET traits = (traits || %s) - %s::text[] WHERE id = %s",
                (personal.as_json(kept), gone, member_id),
            )

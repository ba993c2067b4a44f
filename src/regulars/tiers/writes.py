"""Members' tiers out of the tables into the step's buffers, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from regulars.programmes.reads import microseconds, moment
from regulars.rules import layout as y
from regulars.rules.decide import State
from regulars.rules.tables import Tables
from regulars.store.columns import BIGINT, BOOLEAN, INTEGER, SMALLINT, TEXT, TIMESTAMP, Array, execute
from regulars.store.questions import Known, Question, together

_FAR_DAY = 10_000_000


Rows = list[Any]


def standings(member_ids: Collection[int]) -> Question[Rows]:
    """The members' tier standings, for ``lay_standings``."""
    if not member_ids:
        return Known([])
    return Question(
        "SELECT member_id, level, since, review_at, in_grace, cut_day, spent_minor, orders, grown FROM tiers_standing"
        " WHERE member_id = ANY(%s)",
        (Array(BIGINT, list(member_ids)),),
        list,
    )


def lay_standings(states: Mapping[int, State], tables: Mapping[int, Tables], rows: Rows) -> None:
    """Give the members with an account their tier standing. tables: by version id. Whoever got one from another
    transaction only after the accounts were asked for is passed over, as by ``lay_balances``."""
    for member_id, level, since, review_at, in_grace, cut_day, spent, orders, grown in rows:
        if member_id not in states:
            continue
        state = states[member_id]
        s = state.scalars
        s[y.LEVEL] = tables[state.version].level_number(level)
        s[y.SINCE] = 0 if since is None else microseconds(since)
        s[y.REVIEW] = y.NEVER if review_at is None else microseconds(review_at)
        s[y.GRACE] = int(in_grace)
        s[y.CUT] = -y.NEVER if cut_day is None else cut_day
        s[y.SPENT], s[y.ORDERS], s[y.GROWN] = spent, orders, grown


def activity(states: Mapping[int, State], until_day: int, window_days: int, whole: Collection[int]) -> Question[Rows]:
    """The activity that may leave the members' windows by ``until_day``, for ``lay_activity``.

    Rows past the cut are summed already; only those that may leave the window are needed. With a calendar or a
    member's own year any of them may. window_days: the shortest rolling window in play. whole: members of whom all
    activity is needed (a new version measures their window again).
    """
    if not states:
        return Known([])
    cuts = [
        -_FAR_DAY if state.scalars[y.CUT] == -y.NEVER or member_id in whole else state.scalars[y.CUT]
        for member_id, state in states.items()
    ]
    return Question(
        "SELECT a.member_id, a.day, a.spent_minor, a.orders, a.grown"
        " FROM unnest(%s, %s, %s) m(id, cut, until)"
        " JOIN tiers_activity a ON a.member_id = m.id AND a.day > m.cut AND a.day <= m.until"
        " ORDER BY a.member_id, a.day",
        (
            Array(BIGINT, list(states)),
            Array(INTEGER, cuts),
            Array(INTEGER, [_FAR_DAY if member_id in whole else until_day - window_days for member_id in states]),
        ),
        list,
    )


def lay_activity(states: Mapping[int, State], rows: Rows) -> None:
    """Lay the members' activity out, by day."""
    for member_id, *row in rows:
        state = states[member_id]
        s = state.scalars
        a = s[y.NA] * y.AW
        state.activity[a : a + y.AW] = row
        s[y.NA] += 1
        if row[y.A_DAY] <= s[y.CUT]:
            # out of the window already: must not be taken out of the sums again
            s[y.HEAD] += 1


def save(
    cursor: Any,
    states: Mapping[int, State],
    tables: Mapping[int, Tables],
    records: Iterable[tuple[int, int, list[int]]],
) -> None:
    """Write the members' standings, and from the output records (member, version, records) activity and changes."""
    activity: dict[tuple[int, int], list[int]] = {}
    changes: list[tuple[Any, ...]] = []
    for member_id, version, found in records:
        levels = tables[version].levels
        for o in range(0, len(found), y.OW):
            kind = found[o + y.O_KIND]
            if kind == y.ACTIVITY:
                sums = activity.setdefault((member_id, found[o + y.O_AT]), [0, 0, 0])
                sums[0] += found[o + y.O_DEBIT]
                sums[1] += found[o + y.O_CREDIT]
                sums[2] += found[o + y.O_CURRENCY]
            elif kind == y.TIER:
                event = found[o + y.O_EVENT]
                changes.append(
                    (
                        member_id,
                        levels[found[o + y.O_DEBIT]],
                        levels[found[o + y.O_CREDIT]],
                        found[o + y.O_RULE],
                        event if event >= 0 else None,
                        version,
                        moment(found[o + y.O_AT]),
                    )
                )
    with together(cursor):
        _save_standings(cursor, states, tables)
        rows = [(member_id, day, *sums) for (member_id, day), sums in sorted(activity.items())]
        execute(
            cursor,
            "INSERT INTO tiers_activity AS a (member_id, day, spent_minor, orders, grown)"
            " SELECT * FROM unnest(%s, %s, %s, %s, %s)"
            " ON CONFLICT (member_id, day) DO UPDATE SET spent_minor = a.spent_minor + excluded.spent_minor,"
            " orders = a.orders + excluded.orders, grown = a.grown + excluded.grown",
            (BIGINT, INTEGER, BIGINT, INTEGER, BIGINT),
            rows,
        )
        execute(
            cursor,
            "INSERT INTO tiers_change (member_id, from_level, to_level, reason, event_id, version_id, effective_at)"
            " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s,"
            " %s)",
            (BIGINT, TEXT, TEXT, SMALLINT, BIGINT, BIGINT, TIMESTAMP),
            changes,
        )


def _save_standings(cursor: Any, states: Mapping[int, State], tables: Mapping[int, Tables]) -> None:
    rows: list[tuple[Any, ...]] = []
    for member_id, state in states.items():
        s = state.scalars
        rows.append(
            (
                member_id,
                tables[state.version].levels[s[y.LEVEL]],
                moment(s[y.SINCE]) if s[y.SINCE] else None,
                None if s[y.REVIEW] == y.NEVER else moment(s[y.REVIEW]),
                bool(s[y.GRACE]),
                None if s[y.CUT] == -y.NEVER else s[y.CUT],
                s[y.SPENT],
                s[y.ORDERS],
                s[y.GROWN],
            )
        )
    execute(
        cursor,
        "INSERT INTO tiers_standing (member_id, level, since, review_at, in_grace, cut_day, spent_minor, orders, grown)"
        " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s,"
        " %s, %s, %s)"
        " ON CONFLICT (member_id) DO UPDATE SET level = excluded.level, since = excluded.since,"
        " review_at = excluded.review_at, in_grace = excluded.in_grace, cut_day = excluded.cut_day,"
        " spent_minor = excluded.spent_minor, orders = excluded.orders, grown = excluded.grown",
        (BIGINT, TEXT, TIMESTAMP, TIMESTAMP, BOOLEAN, INTEGER, BIGINT, BIGINT, BIGINT),
        rows,
    )

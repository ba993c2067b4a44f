"""Breakage: how many of the points that are open now will lapse unspent, and how well such an estimate did in the past.

``science.survival`` has the method and its sources. Here the ledger becomes its rows: a point is born with its lot,
dies when it is redeemed or donated, and is censored when it lapses, is taken back, pays a debt or is still open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
from django.db import connection

from regulars.insight.owed.report import one_moment
from regulars.programmes import reads as programmes
from regulars.programmes.reads import microseconds
from regulars.rules import layout as y
from regulars.rules.days import day_date, day_number, plus_months
from regulars.rules.programme import Currency
from regulars.science import survival
from regulars.science.survival import ENTERED, LEFT, SPENT, Flows, Open

I64 = np.int64
BACK_TESTS = (6, 9, 12, 15, 18, 24)
"""How many months ago each back-test stands."""
SPANS = (6, 12)
"""How many months after that it looks."""
CURVE_STEP_DAYS = 7
_ROWS = 50_000
_OWED = f"({y.ACC_PENDING}, {y.ACC_AVAILABLE}, {y.ACC_HELD})"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The points of one currency crossing the border of what is owed: a row a transfer, in no order.

    lot, member: numbers from 0. at: microseconds UTC. what: of ``science.survival``. lapsed: whether the points went by
    lapsing. born, lapses, owner: by lot (microseconds; ``layout.NEVER``; its member).
    """

    lot: np.ndarray
    at: np.ndarray
    points: np.ndarray
    what: np.ndarray
    lapsed: np.ndarray
    born: np.ndarray
    lapses: np.ndarray
    owner: np.ndarray
    members: int

    def open_before(self, moment: int) -> np.ndarray:
        """What each lot held just before a moment."""
        seen = self.at < moment
        signed = np.where(self.what == ENTERED, self.points, -self.points)[seen]
        return np.bincount(self.lot[seen], signed, len(self.born)).astype(I64)

    def flows(self, moment: int) -> Flows:
        """All that was known just before a moment; what was open then leaves at the age it had."""
        seen = self.at < moment
        lot = self.lot[seen]
        left = self.open_before(moment)
        still = np.flatnonzero(left > 0)
        lots = np.concatenate([lot, still])
        ages = np.concatenate([self.at[seen], np.full(len(still), moment, I64)]) - self.born[lots]
        return Flows(
            self.owner[lots],
            ages // y.DAY_US,
            np.concatenate([self.points[seen], left[still]]),
            np.concatenate([self.what[seen], np.full(len(still), LEFT, np.int8)]),
            self.members,
        )

    def open(self, moment: int, lapsing_before: int) -> tuple[Open, np.ndarray]:
        """What was open just before a moment and lapses before another; and the lots it lies in."""
        left = self.open_before(moment)
        lots = np.flatnonzero((left > 0) & (self.lapses < lapsing_before) & (self.lapses > moment))
        born = self.born[lots]
        ages, at_end = (moment - born) // y.DAY_US, (self.lapses[lots] - 1 - born) // y.DAY_US
        return Open(self.owner[lots], ages, at_end, left[lots]), lots

    def lapsed_between(self, lots: np.ndarray, first: int, last: int) -> int:
        """How many points of those lots lapsed from ``first`` until before ``last``."""
        seen = self.lapsed & (self.at >= first) & (self.at < last)
        mine = np.zeros(len(self.born), bool)
        mine[lots] = True
        return int(self.points[seen & mine[self.lot]].sum())


def estimates(now: datetime | None = None) -> dict[str, Any]:
    """The estimate of every currency of the programme in force, as plain numbers: what is kept and shown.

    Raises NoProgramme when none has been applied.
    """
    now = now or datetime.now(UTC)
    with one_moment():
        programme = programmes.current(now)[1]
        zone = ZoneInfo(programme.time_zone)
        found = {currency.key: estimate(currency, now, zone) for currency in programme.points}
    return {"at": now.isoformat(timespec="seconds"), "currencies": found}


def estimate(currency: Currency, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """One currency. ``state``: ``estimated``, or why there is no number: ``not-spendable``, ``never-lapses``,
    ``sliding``, ``nothing-open``, ``too-little-history``."""
    if not currency.spendable:
        return {"state": "not-spendable"}
    if currency.expires is None:
        return {"state": "never-lapses"}
    if currency.expires.sliding:
        return {"state": "sliding"}
    ledger = read(currency.key)
    moment = microseconds(now)
    flows = ledger.flows(moment)
    still_open, _lots = ledger.open(moment, y.NEVER)
    known_to = survival.horizon(flows)
    total = still_open.total
    out: dict[str, Any] = {
        "state": "nothing-open",
        "open_points": total,
        "members": len(np.unique(flows.member)),
        "members_min": survival.MEMBERS_MIN,
        "spent_points": flows.spent_points,
        "known_days": known_to,
        "life_days": int((still_open.lapses * still_open.points).sum() // total) if total else 0,
        "tests": [],
    }
    if not total:
        return out
    if not survival.covers(known_to, still_open):
        return {**out, "state": "too-little-history"}
    found = survival.breakage(flows, still_open)
    unspent = survival.curve(flows, known_to).unspent
    return {
        **out,
        "state": "estimated",
        "points": found.points,
        "low": found.low,
        "high": found.high,
        "draws": survival.DRAWS,
        "seed": survival.SEED,
        "percent": round(100 * survival.LEVEL),
        "curve": [[age, round(float(unspent[age]), 4)] for age in range(0, known_to + 1, CURVE_STEP_DAYS)],
        "tests": back_tests(ledger, now, zone),
    }


def back_tests(ledger: Ledger, now: datetime, zone: ZoneInfo, ago: Sequence[int] = BACK_TESTS) -> list[dict[str, Any]]:
    """Stand at the first of a month in the past, estimate from what was known then, and compare with what came.

    Left out is what cannot be tested: before there was enough history, or when nothing open then could lapse so soon.
    """
    today = day_number(now.astimezone(zone).date().replace(day=1))
    found = []
    for months in ago:
        first = plus_months(today, -months)
        moment = _midnight(first, zone)
        flows = ledger.flows(moment)
        for span in SPANS:
            if span > months:
                continue
            until = _midnight(plus_months(first, span), zone)
            still_open, lots = ledger.open(moment, until + 1)
            if not survival.covers(survival.horizon(flows), still_open):
                continue
            guess = survival.breakage(flows, still_open)
            # what lapses at the midnight that ends the span has its last good day within it
            actual = ledger.lapsed_between(lots, moment, until + 1)
            found.append(
                {
                    "on": day_date(first).isoformat(),
                    "months": span,
                    "open_points": guess.open_points,
                    "points": guess.points,
                    "low": guess.low,
                    "high": guess.high,
                    "actual": actual,
                }
            )
    return found


def _midnight(day: int, zone: ZoneInfo) -> int:
    return microseconds(datetime.combine(day_date(day), datetime.min.time(), zone))


def read(currency: str) -> Ledger:
    """The ledger of one currency as columns. Streams: a year of a big shop fits in memory as numbers, not as rows."""
    moves = _columns(
        "SELECT lot_id, member_id, (extract(epoch FROM effective_at) * 1000000)::bigint, amount,"
        f" CASE WHEN credit IN {_OWED} THEN {ENTERED} WHEN kind = {y.CAPTURE} THEN {SPENT} ELSE {LEFT} END,"
        f" (kind = {y.EXPIRE})::int FROM points_transfer WHERE currency = %s AND lot_id IS NOT NULL"
        f" AND (debit IN {_OWED}) <> (credit IN {_OWED})",
        currency,
        6,
    )
    lots = _columns(
        f"SELECT id, coalesce((extract(epoch FROM expires_at) * 1000000)::bigint, {y.NEVER}) FROM points_lot"
        " WHERE currency = %s ORDER BY id",
        currency,
        2,
    )
    place = np.searchsorted(lots[0], moves[0])
    people, owner_of_move = np.unique(moves[1], return_inverse=True)
    born = np.full(len(lots[0]), y.NEVER, I64)
    np.minimum.at(born, place, np.where(moves[4] == ENTERED, moves[2], y.NEVER))
    owner = np.zeros(len(lots[0]), I64)
    owner[place] = owner_of_move
    return Ledger(place, moves[2], moves[3], moves[4].astype(np.int8), moves[5] == 1, born, lots[1], owner, len(people))


def _columns(sql: str, currency: str, width: int) -> list[np.ndarray]:
    parts = [np.zeros((0, width), I64)]
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, "owed") as cursor:
        cursor.itersize = _ROWS
        cursor.execute(sql, (currency,), binary=True)
        while rows := cursor.fetchmany(_ROWS):
            parts.append(np.array(rows, I64))
    table = np.concatenate(parts)
    return [np.ascontiguousarray(table[:, column]) for column in range(width)]

"""The proof of the ledger: every member derived again from the log, by the replay, and compared with the tables.

What is compared: each balance, each lot (earned, remaining, state, when it matures and lapses), each hold, the sum of
transfers of each kind, the counters of caps and tasks, the tier with its dates and what counts toward it. Nothing is
repaired: drift is an alarm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction

from regulars.insight import lake
from regulars.programmes.reads import Timeline, timeline
from regulars.rules import layout as y
from regulars.science.history import EVENTS
from regulars.science.replay import Replay
from regulars.science.results import Standings
from regulars.store.columns import raw_cursor

_SHOWN = 100


@dataclass(slots=True)
class Drift:
    """One difference: what of which member, what the log says and what the tables say."""

    member: int
    what: str
    derived: Any
    stored: Any


@dataclass(slots=True)
class Proof:
    """The outcome. ``drift`` counts members that differ; ``found`` lists the first differences."""

    members: int
    events: int
    transfers: int
    drift: int
    seconds: float
    found: list[Drift] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What ``regulars verify --json`` prints."""
        return {
            "members": self.members,
            "events": self.events,
            "transfers": self.transfers,
            "drift": self.drift,
            "seconds": round(self.seconds, 3),
            "found": [
                {"member": d.member, "what": d.what, "derived": d.derived, "stored": d.stored}
                for d in self.found[:_SHOWN]
            ],
        }


def verify(members: Sequence[int] | None = None, progress: Callable[[int], None] | None = None) -> Proof:
    """Derive every member (or those named) again and compare. Reads one consistent snapshot; changes nothing.

    progress: called with how many events each step read.
    """
    began = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        line = timeline()
        accounts = _accounts(members)
        replay = Replay(line.tables, line.starts)
        history = lake.read(members, progress, replay.columns(set(EVENTS)))
        clocks = dict(zip(accounts["member"].to_list(), accounts["clock_us"].to_list(), strict=True))
        result = replay.run(history, None, clocks, by_member=True)
        assert result.standing is not None
        found = _compare(result.standing, accounts, line, members)
    differing = {drift.member for drift in found}
    transfers = int(result.totals[:, 0].sum())
    events = sum(part.events.height for part in history.held)
    seconds = time.perf_counter() - began
    return Proof(accounts.height, events, transfers, len(differing), seconds, found)


def _frame(sql: str, schema: dict[str, Any], members: Sequence[int] | None, of: str = "member_id") -> pl.DataFrame:
    """Rows of a table as a frame; ``{only}`` in ``sql`` narrows it to ``members``."""
    only = "TRUE" if members is None else f"{of} = ANY(%s)"
    cursor = raw_cursor()
    cursor.execute(sql.format(only=only), () if members is None else (list(members),))
    return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _us(column: str) -> str:
    return f"coalesce((extract(epoch FROM {column}) * 1000000)::bigint, {y.NEVER})"


def _accounts(members: Sequence[int] | None) -> pl.DataFrame:
    return _frame(
        f"SELECT member_id, {_us('clock_at')}, joined_day, version_id FROM points_account WHERE {{only}} ORDER BY 1",
        {"member": pl.Int64, "clock_us": pl.Int64, "joined_day": pl.Int64, "version": pl.Int64},
        members,
    )


def _compare(standing: Standings, accounts: pl.DataFrame, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    ids = standing.ids
    drifts: list[Drift] = []
    missing = np.setdiff1d(accounts["member"].to_numpy(), ids)
    drifts += [Drift(int(m), "account", None, "has an account but no event") for m in missing]
    strays = np.setdiff1d(ids[standing.S[:, y.JOINED] != -y.NEVER], accounts["member"].to_numpy())
    drifts += [Drift(int(m), "account", "has events", None) for m in strays]
    rows = np.searchsorted(ids, accounts["member"].to_numpy())
    rows = np.minimum(rows, max(len(ids) - 1, 0))
    S = standing.S[rows] if len(ids) else standing.S
    derived = pl.DataFrame({"member": accounts["member"], "clock": S[:, y.CLOCK], "joined_day": S[:, y.JOINED]})
    stored = accounts.select("member", pl.col("clock_us").alias("clock"), "joined_day")
    drifts += _differences("account", derived, stored, ["member"])
    for compare in (_balances, _lots, _holds, _transfers, _counters, _standings):
        drifts += compare(standing, line, members)
    return drifts


def _balances(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    currencies = line.tables[0].registry.currencies
    names = ("pending", "available", "held", "debt")
    parts = []
    for number, key in enumerate(currencies):
        part = pl.DataFrame({name: standing.B[:, number, place] for place, name in enumerate(names)})
        parts.append(part.with_columns(pl.Series("member", standing.ids), pl.lit(key).alias("currency")))
    derived = pl.concat(parts).filter(pl.sum_horizontal(names) > 0)
    stored = _frame(
        "SELECT member_id, currency, pending, available, held, debt FROM points_balance WHERE {only}"
        " AND pending + available + held + debt > 0",
        {"member": pl.Int64, "currency": pl.String} | dict.fromkeys(names, pl.Int64),
        members,
    )
    return _differences("balance", derived, stored, ["member", "currency"])


def _regions(standing: Standings, start: int, count: int, width: int, buffer: np.ndarray) -> tuple[np.ndarray, ...]:
    """The rows of every member's region of a buffer: member ids, ordinals, and the rows."""
    counts = standing.S[:, count]
    total = int(counts.sum())
    ends = np.cumsum(counts)
    ordinals = np.arange(total) - np.repeat(ends - counts, counts)
    places = np.repeat(standing.S[:, start] // width, counts) + ordinals
    return np.repeat(standing.ids, counts), ordinals, buffer.reshape(-1, width)[places]


def _lots(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    who, ordinals, L = _regions(standing, y.L0, y.NL, y.LW, standing.L)
    derived = pl.DataFrame(
        {
            "member": who,
            "ordinal": ordinals,
            "currency": np.array(line.tables[0].registry.currencies, dtype=object)[L[:, y.L_CURRENCY]]
            if len(L)
            else [],
            "earned": L[:, y.L_EARNED],
            "remaining": L[:, y.L_REMAINING],
            "state": L[:, y.L_STATE],
            "matures": L[:, y.L_MATURES],
            "expires": L[:, y.L_EXPIRES],
        },
        schema_overrides={"currency": pl.String},
    )
    stored = _frame(
        "SELECT member_id, row_number() OVER (PARTITION BY member_id ORDER BY id) - 1, currency, earned, remaining,"
        f" state::int8, {_us('matures_at')}, {_us('expires_at')} FROM points_lot WHERE {{only}}",
        {
            "member": pl.Int64,
            "ordinal": pl.Int64,
            "currency": pl.String,
            "earned": pl.Int64,
            "remaining": pl.Int64,
            "state": pl.Int64,
            "matures": pl.Int64,
            "expires": pl.Int64,
        },
        members,
    )
    return _differences("lot", derived, stored, ["member", "ordinal"])


def _holds(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    who, _, H = _regions(standing, y.H0, y.NH, y.HW, standing.H)
    columns = {"state": y.H_STATE, "points": y.H_POINTS, "returned": y.H_RETURNED}
    derived = pl.DataFrame({"member": who, "hold": H[:, y.H_REF], **{k: H[:, v] for k, v in columns.items()}})
    # a spend that was never open has no moment to lapse at
    lapses = np.where(H[:, y.H_STATE] == y.HOLD_OPEN, H[:, y.H_EXPIRES], 0)
    derived = derived.with_columns(pl.Series("lapses", lapses, dtype=pl.Int64))
    stored = _frame(
        f"SELECT member_id, id, state::int8, points, returned,"
        f" CASE WHEN state = {y.HOLD_OPEN} THEN {_us('expires_at')} ELSE 0 END FROM points_hold WHERE {{only}}",
        dict.fromkeys(("member", "hold", "state", "points", "returned", "lapses"), pl.Int64),
        members,
    )
    return _differences("hold", derived, stored, ["member", "hold"])


def _transfers(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    assert standing.totals is not None
    currencies = line.tables[0].registry.currencies
    parts = []
    for number, key in enumerate(currencies):
        sums = standing.totals[:, number, :]
        for kind in range(1, y.ADJUST + 1):
            amount = sums[:, kind] + (sums[:, y.ADJUST + 1] if kind == y.ADJUST else 0)
            parts.append(
                pl.DataFrame({"member": standing.ids, "sum": amount}).with_columns(
                    pl.lit(key).alias("currency"), pl.lit(kind, pl.Int64).alias("kind")
                )
            )
    derived = pl.concat(parts).filter(pl.col("sum") > 0)
    stored = _frame(
        "SELECT member_id, sum(amount)::int8, currency, kind::int8 FROM points_transfer WHERE {only}"
        " GROUP BY member_id, currency, kind",
        {"member": pl.Int64, "sum": pl.Int64, "currency": pl.String, "kind": pl.Int64},
        members,
    )
    return _differences("transfers", derived, stored, ["member", "currency", "kind"])


def _counters(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    who, _, K = _regions(standing, y.K0, y.NK, y.KW, standing.K)
    rules = np.array(line.tables[0].registry.rules, dtype=object)
    derived = pl.DataFrame(
        {
            "member": who,
            "rule": rules[K[:, y.K_RULE]] if len(K) else [],
            "window": K[:, y.K_WINDOW],
            "points": K[:, y.K_POINTS],
            "times": K[:, y.K_TIMES],
        },
        schema_overrides={"rule": pl.String},
    ).filter((pl.col("points") != 0) | (pl.col("times") != 0))
    stored = _frame(
        'SELECT member_id, rule, "window"::int8, points, times::int8 FROM points_counter'
        " WHERE {only} AND (points <> 0 OR times <> 0)",
        {"member": pl.Int64, "rule": pl.String} | dict.fromkeys(("window", "points", "times"), pl.Int64),
        members,
    )
    return _differences("counter", derived, stored, ["member", "rule", "window"])


def _standings(standing: Standings, line: Timeline, members: Sequence[int] | None) -> list[Drift]:
    known = standing.S[:, y.JOINED] != -y.NEVER
    S = standing.S[known]
    V = standing.V[known]
    names = [tables.levels for tables in line.tables]
    derived = pl.DataFrame(
        {
            "member": standing.ids[known],
            "level": [names[v][level] for v, level in zip(V.tolist(), S[:, y.LEVEL].tolist(), strict=True)],
            "since": np.where(S[:, y.SINCE] == 0, y.NEVER, S[:, y.SINCE]),
            "review": S[:, y.REVIEW],
            "grace": S[:, y.GRACE],
            "spent": S[:, y.SPENT],
            "orders": S[:, y.ORDERS],
            "grown": S[:, y.GROWN],
        },
        schema_overrides={"level": pl.String},
    )
    stored = _frame(
        f"SELECT member_id, level, {_us('since')}, {_us('review_at')}, in_grace::int::int8, spent_minor, orders, grown"
        " FROM tiers_standing WHERE {only}",
        {"member": pl.Int64, "level": pl.String}
        | dict.fromkeys(("since", "review", "grace", "spent", "orders", "grown"), pl.Int64),
        members,
    )
    return _differences("tier", derived, stored, ["member"])


def _differences(what: str, derived: pl.DataFrame, stored: pl.DataFrame, key: list[str]) -> list[Drift]:
    """Rows that differ between the two, or are in one of them only."""
    values = [name for name in derived.columns if name not in key]
    joined = derived.join(stored, on=key, how="full", suffix="_stored", coalesce=True)
    same = pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"{name}_stored")) for name in values])
    out = []
    for row in joined.filter(~same).head(_SHOWN * 10).to_dicts():
        label = " ".join([what, *(str(row[name]) for name in key if name != "member")])
        one = {name: row[name] for name in values}
        other = {name: row[f"{name}_stored"] for name in values}
        out.append(Drift(row["member"], label, one, other))
    return out

"""Which transfers are one entry.

A member's transfers are numbered in the order their time passed, so the rows of one event stand together, and so do the
lots that lapse at one midnight. A *run* is such a stretch; pages are cut between runs only, so that an entry is never
half on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.points import reads as points
from regulars.points.models import Transfer
from regulars.rules import layout as y

KINDS: dict[int, str] = {
    y.EARN: "earn",
    y.EXPIRE: "expire",
    y.HOLD: "hold",
    y.CAPTURE: "capture",
    y.RELEASE: "release",
    y.LAPSE: "lapse",
    y.CLAW_BACK: "claw_back",
    y.GIVE_BACK: "give_back",
    y.ADJUST: "adjust",
}
"""The kinds that make entries. Maturing and repaying are told within the entry that earned the points."""

SHOWS: dict[str, frozenset[int]] = {
    "all": frozenset(KINDS),
    "earned": frozenset({y.EARN, y.CLAW_BACK, y.ADJUST}),
    "spent": frozenset({y.HOLD, y.CAPTURE, y.RELEASE, y.LAPSE, y.GIVE_BACK}),
    "expired": frozenset({y.EXPIRE}),
}
"""Filters. Every kind is under just one besides ``all``: what earning came to, what spending came to, what lapsed."""

_OWN = {y.ACC_PENDING: 1, y.ACC_AVAILABLE: 1, y.ACC_HELD: 1, y.ACC_DEBT: 1}


@dataclass(slots=True)
class Group:
    """The transfers of one entry, oldest first; ``cursor`` is where the page after it begins."""

    kind: str
    rows: list[Transfer]
    cursor: int = 0

    @property
    def first(self) -> Transfer:
        """The row that speaks for the group."""
        return self.rows[0]

    @property
    def owned(self) -> int:
        """What the group changed of all that the customer owns: available, pending and held, less what they owe."""
        return sum(owned(row) for row in self.rows)

    @property
    def tells_of_lots(self) -> bool:
        """Whether the entry says what became of its lots: when they matured, what debt they paid."""
        return self.kind in {"earn", "give_back"} or (self.kind == "adjust" and self.owned > 0)

    @property
    def amount(self) -> int:
        """The sum of the amounts moved."""
        return sum(row.amount for row in self.rows)


def owned(row: Transfer) -> int:
    """What one transfer changes of all that the customer owns; moving between their own accounts changes nothing."""
    return row.amount * (_OWN.get(row.credit, 0) - _OWN.get(row.debit, 0))


def groups(
    member_id: int,
    *,
    show: str = "all",
    currency: str | None = None,
    before_id: int | None = None,
    event_id: int | None = None,
    order_id: str | None = None,
    effective_at: datetime | None = None,
    limit: int = 50,
) -> tuple[list[Group], bool]:
    """At least ``limit`` groups, newest first (a run is taken whole), and whether there are older ones.

    The other arguments narrow it down, as in ``points.reads.transfers``.
    """
    chunk = limit * 4 + 40
    while True:
        rows = points.transfers(
            member_id,
            kinds=SHOWS[show],
            currency=currency,
            before_id=before_id,
            event_id=event_id,
            order_id=order_id,
            effective_at=effective_at,
            limit=chunk,
        )
        runs = list(_runs(rows))
        full = len(rows) == chunk
        if full and len(runs) < 2:
            chunk *= 4
            continue
        if full:
            runs.pop()  # may go on below what was read
        found: list[Group] = []
        for i, run in enumerate(runs):
            found.extend(_groups_of(run))
            if len(found) >= limit:
                return found, full or i + 1 < len(runs)
        if not full:
            return found, False
        chunk *= 4


def _runs(rows: Sequence[Transfer]) -> Iterator[list[Transfer]]:
    run: list[Transfer] = []
    for row in rows:
        if run and _run_key(row) != _run_key(run[-1]):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _run_key(row: Transfer) -> tuple[object, ...]:
    if row.kind == y.EXPIRE:
        return ("expire", row.effective_at)
    return (row.event_id, row.effective_at)


def _groups_of(run: list[Transfer]) -> list[Group]:
    """Split a run by currency and by what happened, the newest group first."""
    captured = {row.hold_id for row in run if row.kind == y.CAPTURE}
    by_key: dict[tuple[str, str, int | None], Group] = {}
    for row in reversed(run):
        kind = KINDS[row.kind]
        if row.kind == y.RELEASE and row.hold_id in captured:
            kind = "capture"  # the part of the hold that was not needed
        hold = row.hold_id if kind in {"hold", "capture", "release", "lapse"} else None
        group = by_key.setdefault((row.currency, kind, hold), Group(kind, []))
        group.rows.append(row)
    for group in by_key.values():
        group.cursor = run[-1].id
    return list(reversed(by_key.values()))

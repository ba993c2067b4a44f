"""Live and replay are one: random programmes and random lives come out the same, number by number.

And time passing is confluent: letting it pass at any moments in between changes nothing.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import HoldRequest, State
from regulars.science.replay import Replay
from regulars.science.results import Result
from tests.science import shoppers
from tests.science.live import FIRST, HOUR, Lives, timeline

SCALARS = {
    "clock": y.CLOCK, "level": y.LEVEL, "since": y.SINCE, "review": y.REVIEW, "grace": y.GRACE, "joined": y.JOINED,
    "birthday": y.BIRTHDAY, "spent": y.SPENT, "orders": y.ORDERS, "grown": y.GROWN,
}  # fmt: skip
LOT = {
    "currency": y.L_CURRENCY, "earned": y.L_EARNED, "remaining": y.L_REMAINING, "state": y.L_STATE,
    "matures": y.L_MATURES, "expires": y.L_EXPIRES,
}  # fmt: skip
HOLD = {"ref": y.H_REF, "state": y.H_STATE, "points": y.H_POINTS, "returned": y.H_RETURNED}
COUNTER = {"rule": y.K_RULE, "window": y.K_WINDOW, "points": y.K_POINTS, "times": y.K_TIMES}
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "UTC")


def lives_of(seed: int, versions: int) -> Lives:
    random = Random(seed)
    zone = random.choice(ZONES)
    programmes = [shoppers.programme(random, zone) for _ in range(versions)]
    starts = sorted(FIRST + random.randrange(1, 500 * 24) * HOUR + random.randrange(HOUR) for _ in programmes[1:])
    return Lives(timeline(programmes, starts), seed)


def rows(buffer: Any, count: int, width: int, names: dict[str, int], start: int = 0) -> list[dict[str, int]]:
    return [{name: int(buffer[start + i * width + place]) for name, place in names.items()} for i in range(count)]


def view(state: State) -> dict[str, Any]:
    """All that matters of a live state."""
    s = state.scalars
    return {
        "scalars": {name: s[place] for name, place in SCALARS.items()},
        "balances": state.balances,
        "lots": rows(state.lots, s[y.NL], y.LW, LOT),
        "holds": rows(state.holds, s[y.NH], y.HW, HOLD),
        "counters": counters(state.counters, s[y.NK]),
        "version": state.version,
    }


def counters(buffer: Any, count: int, start: int = 0) -> dict[tuple[int, int], tuple[int, int]]:
    """How far capped rules and tasks have come, by rule and window."""
    named = rows(buffer, count, y.KW, COUNTER, start)
    return {(k["rule"], k["window"]): (k["points"], k["times"]) for k in named if k["points"] or k["times"]}


def given(lives: Lives, member: int) -> list[int]:
    """How many of each coupon and badge live gave the member; a badge once."""
    things = lives.line.tables[0].registry.things
    found = [0] * len(things)
    for _, records in lives.desk.records[member]:
        for o in range(0, len(records), y.OW):
            if records[o] == y.GRANT:
                number = records[o + y.O_CREDIT]
                found[number] = 1 if things[number][0] == "badge" else found[number] + records[o + y.O_AMOUNT]
    return found


def replayed(result: Result, lives: Lives, member: int) -> dict[str, Any]:
    """The same view of a member that was replayed."""
    standing = result.standing
    row = int(np.searchsorted(standing.ids, member))
    S = standing.S[row]
    return {
        "scalars": {name: int(S[place]) for name, place in SCALARS.items()},
        "balances": [int(x) for x in standing.B[row].reshape(-1)],
        "lots": rows(standing.L, S[y.NL], y.LW, LOT, S[y.L0]),
        "holds": rows(standing.H, S[y.NH], y.HW, HOLD, S[y.H0]),
        "counters": counters(standing.K, S[y.NK], S[y.K0]),
        "version": lives.line.tables[standing.V[row]].version,
    }


def assert_same(lives: Lives, result: Result, members: list[int]) -> None:
    for member in members:
        assert replayed(result, lives, member) == view(lives.state(member)), f"member {member}"
        row = int(np.searchsorted(result.standing.ids, member))
        assert result.standing.grants[row].tolist() == given(lives, member), f"member {member}"


@pytest.mark.parametrize("versions", [1, 2, 3])
@pytest.mark.parametrize("seed", range(30))
def test_replay_gives_what_live_gave(seed: int, versions: int) -> None:
    lives = lives_of(1_000 * versions + seed, versions)
    history = lives.frames()
    joined = [m for m, one in lives.desk.members.items() if one.state.scalars[y.JOINED] != -y.NEVER]
    clocks = {member: lives.desk.clock(member) for member in joined}
    result = Replay(lives.line.tables, lives.line.starts).run(history, None, clocks, by_member=True)
    assert sorted(result.standing.ids[result.standing.S[:, y.JOINED] != -y.NEVER].tolist()) == joined
    assert_same(lives, result, joined)

    end = max(clocks.values()) + 700 * 24 * HOUR
    for member in joined:
        lives.desk.advance(member, end)
    result = Replay(lives.line.tables, lives.line.starts).run(history, end, by_member=True)
    assert_same(lives, result, joined)


@pytest.mark.parametrize("versions", [1, 2, 3])
@pytest.mark.parametrize("seed", range(20))
def test_when_time_is_let_pass_changes_nothing(seed: int, versions: int) -> None:
    lives = lives_of(5_000 + 1_000 * versions + seed, versions)
    desk = lives.again(Random(seed))
    for member, one in lives.desk.members.items():
        assert view(desk.members[member].state) == view(one.state), f"member {member}"


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_or_made(seed: int) -> None:
    lives = lives_of(9_000 + seed, 1 + seed % 3)
    for member, one in lives.desk.members.items():
        state = one.state
        state.make_room(3, 0)
        s = state.scalars
        moved: dict[tuple[int, int], int] = {}
        for _, records in lives.desk.records[member]:
            for o in range(0, len(records), y.OW):
                kind, debit, credit, currency, amount = records[o : o + 5]
                if kind <= y.ADJUST:
                    assert amount > 0
                    assert debit != credit
                    moved[currency, debit] = moved.get((currency, debit), 0) - amount
                    moved[currency, credit] = moved.get((currency, credit), 0) + amount
        for currency in range(3):
            balance = state.balances[currency * y.BW : (currency + 1) * y.BW]
            pending, available, held, debt = balance
            lots = [lot for lot in rows(state.lots, s[y.NL], y.LW, LOT) if lot["currency"] == currency]
            assert min(balance) >= 0
            assert pending == sum(lot["remaining"] for lot in lots if lot["state"] == y.LOT_PENDING)
            assert available == sum(lot["remaining"] for lot in lots if lot["state"] == y.LOT_AVAILABLE)
            assert debt == 0 or available == 0
            assert moved.get((currency, y.ACC_PENDING), 0) == pending
            assert moved.get((currency, y.ACC_AVAILABLE), 0) == available
            assert moved.get((currency, y.ACC_HELD), 0) == held
            assert moved.get((currency, y.ACC_DEBT), 0) == -debt
            assert all(0 <= lot["remaining"] <= lot["earned"] for lot in lots)


def test_somebody_who_sets_everything_aside_again_and_again() -> None:
    """Holds use far more lots than there are lots; the replay's room must not run over into the next member's."""
    lives = Lives(timeline([shoppers.plain()], []), seed=1, members=0)
    for member in (1, 2, 3):
        lives.join(member)
        now = FIRST
        for _ in range(30):
            now += 25 * HOUR
            lives._order(member, now, now, lives.orders.setdefault(member, []))
        for _ in range(40):
            now += HOUR
            ref, lives.next_hold = lives.next_hold, lives.next_hold + 1
            have = lives.state(member).balances[y.AVAILABLE]
            request = HoldRequest(have, 0, ref, now + 999 * HOUR)
            assert lives._ledger(member, now, ev.HOLD_PLACED, request, {"expires_us": request.expires}).answer == y.OK
            assert lives._ledger(member, now, ev.HOLD_RELEASED, HoldRequest(-1, 0, ref), {}).answer == y.OK
        assert lives.state(member).scalars[y.NU] > 1_000
    result = Replay(lives.line.tables).run(lives.frames(), None, by_member=True)
    assert_same(lives, result, [1, 2, 3])

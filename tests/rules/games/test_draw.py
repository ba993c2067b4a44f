"""Draws: the chain of seeds, no outcome favoured, every split of red packets whole, odds that sum to one."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.rules.games.draw import commitment, drawn, leads_to, number, packets, play_number, seed_of
from regulars.rules.games.model import Game, Gives, Prize
from regulars.rules.games.odds import chi_square, odds
from regulars.rules.games.ranks import places

SEED = hashlib.sha256(b"a seed").digest()
POINTS = Gives("points", 1)


def wheel(*chances: str, consolation: bool = False) -> Game:
    prizes = tuple(Prize(f"p{n}", {}, POINTS, Fraction(chance)) for n, chance in enumerate(chances))
    blank = Prize("blank", {}, POINTS) if consolation else None
    return Game("g", "wheel", {}, "CNY", 2, "UTC", 0, 1, {}, prizes=prizes, consolation=blank)


def key_of(prize: Prize | None) -> str:
    return "" if prize is None else prize.key


def test_each_seed_commits_to_the_one_before() -> None:
    anchor = seed_of(SEED, 30, -1)
    days = [seed_of(SEED, 30, day) for day in range(30)]
    assert days[-1] == SEED
    assert commitment(days[0]) == anchor
    assert all(commitment(later) == earlier for earlier, later in pairwise(days))
    assert all(leads_to(seed, day, anchor) for day, seed in enumerate(days))
    assert not leads_to(days[3], 4, anchor)
    with pytest.raises(ValueError, match="day 30"):
        seed_of(SEED, 30, 30)


def test_a_draw_is_what_the_page_says_it_is() -> None:
    """As the page "how to check" tells anybody to compute it."""
    digest = hmac.new(SEED, b"a1b2:my-seed:7:0", hashlib.sha256).hexdigest()
    assert play_number(SEED, "a1b2", "my-seed", 7, 1000) == int(digest, 16) % 1000


def test_a_number_above_the_last_whole_multiple_is_drawn_again() -> None:
    # With this denominator every number from the denominator on, nearly half of them, is thrown away.
    half = 2**255 + 1
    seen = [number(SEED, f"m{n}", half) for n in range(50)]
    blocks = [int.from_bytes(hmac.digest(SEED, f"m{n}:0".encode(), "sha256")) for n in range(50)]
    assert all(value == block for value, block in zip(seen, blocks, strict=True) if block < half)
    again = [n for n, block in enumerate(blocks) if block >= half]
    assert again
    assert all(seen[n] != blocks[n] % half for n in again)


def test_outcomes_come_as_often_as_published() -> None:
    game = wheel("1/7", "1/8", "1/3")
    assert game.denominator == 168
    counts = Counter(key_of(drawn(game, play_number(SEED, "p", "c", n, 168))) for n in range(20_000))
    chances = [*(prize.chance for prize in game.prizes), 1 - sum(prize.chance for prize in game.prizes)]
    value, freedom = chi_square([*(counts[prize.key] for prize in game.prizes), counts[""]], chances)
    assert freedom == 3
    assert value < 16  # one in a thousand would be above


def test_every_number_falls_on_one_outcome() -> None:
    game = wheel("1/4", "1/6", "1/12")
    counts = Counter(key_of(drawn(game, n)) for n in range(game.denominator))
    assert [counts[key] for key in ("p0", "p1", "p2", "")] == [3, 2, 1, 6]


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 5000), st.integers())
def test_packets_sum_to_all_points(count: int, least: int, spare: int, name: int) -> None:
    points = count * least + spare
    split = packets(SEED, f"rain:{name}", points, count, least)
    assert len(split) == count
    assert sum(split) == points
    assert min(split) >= least


def test_no_packet_is_favoured() -> None:
    totals = [0] * 5
    for n in range(2_000):
        for place, points in enumerate(packets(SEED, f"r{n}", 100, 5, 1)):
            totals[place] += points
    assert all(abs(total / 2_000 - 20) < 1.5 for total in totals)
    with pytest.raises(ValueError, match="too few"):
        packets(SEED, "r", 9, 5, 2)


@given(
    st.lists(st.integers(1, 50), max_size=6),
    st.sets(st.integers(0, 6)),
    st.booleans(),
)
def test_odds_sum_to_one_whatever_has_run_out(parts: list[int], out: set[int], consolation: bool) -> None:
    whole = max(sum(parts), 1)
    game = wheel(*(f"{part}/{whole}" for part in parts), consolation=consolation)
    gone = {f"p{n}" for n in out} | ({"blank"} if 6 in out else set())
    found = odds(game, gone)
    assert sum(one.chance for one in found) == sum(one.file for one in found) == 1
    assert all(one.chance == 0 for one in found if one.prize and one.prize.key in gone)
    assert all(one.chance == one.file for one in found if one.prize in game.prizes and one.prize.key not in gone)


TIES = [
    ("nobody level", [(9, 1), (7, 1), (5, 1)], [1, 2, 3], [1, 2, 3]),
    ("two level", [(9, 1), (7, 1), (7, 2), (5, 1)], [1, 2, 2, 4], [1, 2, 3, 4]),
    ("all level", [(3, 1), (3, 2), (3, 3)], [1, 1, 1], [1, 2, 3]),
    ("nobody", [], [], []),
]


@pytest.mark.parametrize(("name", "scores", "shared", "first"), TIES, ids=[tie[0] for tie in TIES])
def test_places(name: str, scores: list[tuple[int, int]], shared: list[int], first: list[int]) -> None:
    assert places(scores, "share") == shared
    assert places(scores, "first") == first

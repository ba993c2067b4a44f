"""What a rehearsal answers: one programme beside another over the same past, as plain numbers for the console.

Both are replayed from the beginning of the log, as if each had been in force all the time. Shoppers' reactions are not
simulated: everybody buys, returns and spends points as they really did, as far as their points go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.files.yaml_text import read_yaml
from regulars.insight.rehearsals.past import NEW_DAYS, Past
from regulars.rules import layout as y
from regulars.rules.language import read
from regulars.rules.programme import Programme
from regulars.rules.tables import build
from regulars.science import gains
from regulars.science.history import Frames
from regulars.science.replay import Replay
from regulars.science.results import Result

_DAY_US = 86_400_000_000
NEW, REGULAR, NEVER = range(3)


class NotPlayable(ValueError):
    """The text holds no programme; the draft's own page says why."""


@dataclass(frozen=True, slots=True)
class Side:
    """A programme and how everything stands at the end of the past under it; one row a known member."""

    programme: Programme
    levels: tuple[str, ...]
    result: Result
    ids: np.ndarray
    level: np.ndarray
    value_minor: np.ndarray


def programme_of(text: str) -> Programme:
    """The programme that a text holds. Raises NotPlayable."""
    reading = read_yaml(text)
    found = read(reading.data)[0] if not reading.wrong and isinstance(reading.data, dict) else None
    if found is None:
        raise NotPlayable("the file has problems")
    return found


def side(text: str, past: Past) -> Side:
    """Replay the whole past under a programme. Raises NotPlayable."""
    programme = programme_of(text)
    replay = Replay([build(programme)])
    result = replay.run(past.frames, past.as_of, by_member=True)
    standing = result.standing
    assert standing is not None and standing.totals is not None
    known = np.flatnonzero(standing.S[:, y.JOINED] != -y.NEVER)
    given = standing.totals[known, :, y.EARN] - standing.totals[known, :, y.CLAW_BACK]
    return Side(
        programme,
        replay.tables[0].levels,
        result,
        standing.ids[known],
        standing.S[known, y.LEVEL],
        _value(programme, result.currencies, given),
    )


def standings(draft: Side, base: Side, past: Past) -> tuple[dict[str, Any], list[list[Any]]]:
    """How everything stands in the end under both, who wins and loses, and the members whose tier would be another
    (id, tier under the base, tier under the draft).

    Money in minor units. ``given_minor``: what the points that members earned (taken back ones left out) can pay.
    """
    gained = draft.value_minor - base.value_minor
    spent, first = past.bought.of(base.ids)
    tenths = gains.deciles(spent)
    ages = np.where(first < 0, NEVER, np.where(first > past.as_of - NEW_DAYS * _DAY_US, NEW, REGULAR))
    depths = (len(base.levels), len(draft.levels))
    moved = np.flatnonzero(_keys(base)[base.level] != _keys(draft)[draft.level])
    ranks = {key: rank for rank, key in enumerate(draft.levels)}
    rank_before = np.array([ranks.get(key, rank) for rank, key in enumerate(base.levels)])
    up = int((draft.level[moved] > rank_before[base.level[moved]]).sum())
    result = {
        "members": len(base.ids),
        "orders": base.result.orders,
        "events": past.events,
        "sales_minor": past.sales_minor,
        "from_us": past.first_us,
        "until_us": past.as_of,
        "draft": _figures(draft),
        "base": _figures(base),
        "flows": gains.flows(base.level, draft.level, depths).tolist(),
        "deciles": _rows(tenths, gained, spent, gains.GROUPS + 1),
        "by_tier": _rows(base.level, gained, spent, depths[0]),
        "by_age": _rows(ages, gained, spent, 3),
        "all": _rows(np.zeros(len(gained), np.int64), gained, spent, 1)[0],
        "moved": len(moved),
        "up": up,
    }
    changed = [
        [int(base.ids[i]), base.levels[base.level[i]] or "none", draft.levels[draft.level[i]] or "none"] for i in moved
    ]
    return result, changed


def months(draft: Programme, base: Programme, past: Past, between: Callable[[int], None]) -> dict[str, Any]:
    """Tiers and points at the end of each month under both. ``between`` is called after each replay with the percent
    done."""
    runs = {"draft": Replay([build(draft)]), "base": Replay([build(base)])}
    out: dict[str, Any] = {"months": list(past.months)}
    for number, (name, replay) in enumerate(runs.items()):
        rows = []
        for month, end in enumerate(past.ends):
            rows.append(_at(replay, past.until(month), end))
            between((100 * (number * len(past.ends) + month + 1)) // (2 * len(past.ends)))
        out[name] = {"levels": list(replay.tables[0].levels), "rows": rows}
    return out


def _at(replay: Replay, frames: Frames, end: int) -> dict[str, Any]:
    """Sums since the beginning, and tiers, at the end of a month."""
    found = replay.run(frames, end).as_json()
    names = ("earned", "redeemed", "expired", "clawed_back", "pending", "available", "held", "tiers")
    return {name: found[name] for name in names}


def _figures(side: Side) -> dict[str, Any]:
    found = side.result.as_json()
    worth = {c.key: c.worth for c in side.programme.points if c.spendable and c.worth is not None}
    found["levels"] = list(side.levels)
    found["worth"] = {key: [value.numerator, value.denominator] for key, value in worth.items()}

    def money(points: Callable[[str], int]) -> int:
        return int(sum(points(key) * value for key, value in worth.items()))

    found["given_minor"] = money(lambda key: found["earned"][key] - found["clawed_back"][key])
    found["redeemed_minor"] = money(lambda key: found["redeemed"][key])
    found["expired_minor"] = money(lambda key: found["expired"][key])
    found["owed_minor"] = money(lambda key: sum(found[name][key] for name in ("pending", "available", "held")))
    return found


def _value(programme: Programme, currencies: tuple[str, ...], points: np.ndarray) -> np.ndarray:
    """What each member's points can pay, in minor units, rounded down."""
    value = np.zeros(len(points), np.int64)
    worth = {currency.key: currency.worth for currency in programme.points if currency.spendable}
    for place, key in enumerate(currencies):
        pays = worth.get(key)
        if pays is not None:
            value += points[:, place] * pays.numerator // pays.denominator
    return value


def _keys(side: Side) -> np.ndarray:
    return np.array(side.levels, dtype=object)


def _rows(groups: np.ndarray, gained: np.ndarray, spent: np.ndarray, count: int) -> list[dict[str, int]]:
    return [
        {
            "members": share.members,
            "winners": share.winners,
            "losers": share.losers,
            "gain_minor": share.gain,
            "spent_minor": share.spent,
        }
        for share in gains.shares(groups, gained, spent, count)
    ]

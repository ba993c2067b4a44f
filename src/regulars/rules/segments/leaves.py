"""The conditions of a segment, one reader for each: what is asked of a member, and of which days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from regulars.rules.condition import Condition
from regulars.rules.events import LEDGER_NAMES, ORDER_COMPLETED, OWN_NAMES, REFUND_NAMES
from regulars.rules.language.reading import Path, Reader, listed
from regulars.rules.language.where import MONEY, Names, read_condition
from regulars.rules.segments.model import (
    EVER,
    Belongs,
    Did,
    Leaf,
    Moment,
    Number,
    Orders,
    Points,
    Question,
    Said,
    Score,
    Sequence,
    Spent,
    Standing,
    Step,
    When,
)
from regulars.rules.segments.windows import BOUNDS, DAYS_MAX, WINDOW, read_bounds, read_window

COUNTED = (*BOUNDS, *WINDOW, "where")
SCORES = ("alive", "orders", "value", "leaving_30", "leaving_60", "leaving_90")
STEPS_MAX = 6
EVENT_MAX = 120
NO_TIER = "none"
LINE = (
    *("line.product_id", "line.category", "line.brand", "line.name", "line.sku", "line.variant", "line.quantity"),
    *("line.price", "line.list", "line.net", "line.tax", "line.gross"),
)
SHARES = ("alive", "leaving_30", "leaving_60", "leaving_90")
"""The scores that are probabilities."""


@dataclass(frozen=True, slots=True)
class House:
    """What conditions are read with. tiers: keys of the programme's levels, None when they are not known. known: keys
    of the segments that there are, None when they are not known. today: the last whole day, None when not known."""

    reader: Reader
    currency: str
    digits: int
    tiers: Collection[str] | None
    known: Collection[str] | None
    today: int | None

    def money(self, value: Any, path: Path) -> Number | None:
        """An amount as minor units."""
        return self.reader.money(value, path, self.currency, self.digits)

    def count(self, value: Any, path: Path) -> Number | None:
        """A whole number."""
        return self.reader.whole(value, path, 0, 10**12)


def _orders(house: House, value: Any, path: Path) -> Leaf | None:
    return _counted(house, value, path, Orders, house.count, 1)


def _spent(house: House, value: Any, path: Path) -> Leaf | None:
    return _counted(house, value, path, Spent, house.money, None)


def _counted(
    house: House, value: Any, path: Path, kind: type[Orders | Spent], amount: Callable[..., Any], least: int | None
) -> Leaf | None:
    settings = house.reader.section(value, path, COUNTED)
    if settings is None:
        return None
    return kind(
        read_bounds(house.reader, settings, path, amount, least),
        read_window(house.reader, settings, path, house.today),
        _where(house, settings, path, orders=True),
    )


def _did(house: House, value: Any, path: Path) -> Leaf | None:
    settings = house.reader.section(value, path, ("event", *COUNTED), needs=("event",))
    if settings is None or "event" not in settings:
        return None
    event = _event(house, settings["event"], (*path, "event"))
    if event == ORDER_COMPLETED:
        house.reader.say((*path, "event"), "is an order: write `orders` in place of `did`")
    bounds = read_bounds(house.reader, settings, path, house.count, 1)
    window = read_window(house.reader, settings, path, house.today)
    where = _where(house, settings, path, orders=False)
    return None if event is None else Did(event, bounds, window, where)


def _event(house: House, value: Any, path: Path) -> str | None:
    event = house.reader.text(value, path, EVENT_MAX)
    if event in REFUND_NAMES or event in LEDGER_NAMES or event in OWN_NAMES:
        house.reader.say(path, "is nothing that a member does by herself; a segment cannot ask for it")
        return None
    return event


def _sequence(house: House, value: Any, path: Path) -> Leaf | None:
    reader = house.reader
    settings = reader.section(value, path, ("steps", "within_days", "between", "ever"), needs=("steps",))
    if settings is None or "steps" not in settings:
        return None
    steps = []
    for place, item in enumerate(reader.items(settings["steps"], (*path, "steps"), 2, STEPS_MAX)):
        at = (*path, "steps", place)
        step = reader.section(item, at, ("event", "where"), needs=("event",))
        if step is None or "event" not in step:
            continue
        event = _event(house, step["event"], (*at, "event"))
        where = _where(house, step, at, orders=event == ORDER_COMPLETED)
        if where.of_lines:
            reader.say((*at, "where"), "cannot ask for lines within a sequence; ask for them with `orders`")
        if event is not None:
            steps.append(Step(event, where))
    if len(settings["steps"]) == 1:
        reader.say((*path, "steps"), "must be at least two steps; for one event write `did` or `orders`")
    within = None
    if "within_days" in settings:
        within = reader.whole(settings["within_days"], (*path, "within_days"), 1, DAYS_MAX)
    days = {name: settings[name] for name in ("between", "ever") if name in settings}
    return Sequence(tuple(steps), within, read_window(reader, days, path, house.today))


def _when(house: House, value: Any, path: Path, what: Moment) -> Leaf | None:
    settings = house.reader.section(value, path, WINDOW)
    if settings is None:
        return None
    window = read_window(house.reader, settings, path, house.today, needed=True)
    if what == "joined" and window == EVER and "ever" in settings:
        house.reader.say(path, "holds for everybody: every member has joined; leave it out")
    return When(what, window)


def _points(house: House, value: Any, path: Path) -> Leaf | None:
    settings = house.reader.section(value, path, BOUNDS)
    return None if settings is None else Points(read_bounds(house.reader, settings, path, house.count, None))


def _said(house: House, value: Any, path: Path, what: Question) -> Leaf | None:
    settings = house.reader.section(value, path, (*BOUNDS, *WINDOW))
    if settings is None:
        return None
    bounds = read_bounds(house.reader, settings, path, house.reader.number, None)
    return Said(what, bounds, read_window(house.reader, settings, path, house.today))


def _score(house: House, value: Any, path: Path, what: str) -> Leaf | None:
    reader = house.reader
    settings = reader.section(value, path, BOUNDS)
    if settings is None:
        return None
    bounds = read_bounds(reader, settings, path, house.money if what == "value" else reader.number, None)
    for name in BOUNDS:
        number = getattr(bounds, name)
        if what in SHARES and number is not None and not 0 <= number <= 1:
            reader.say((*path, name), "must be from 0 to 1: it is a probability, 0.3 is 30 %")
    return Score(what, bounds)


def _belongs(house: House, value: Any, path: Path) -> Leaf | None:
    reader = house.reader
    items = [value] if isinstance(value, str) else reader.items(value, path)
    keys = []
    for place, item in enumerate(items):
        at = path if isinstance(value, str) else (*path, place)
        key = reader.key(item, at)
        if key is not None and house.known is not None and key not in house.known:
            reader.choice(key, at, sorted(house.known)) if house.known else reader.say(
                at, "is no segment: there is none"
            )
        elif key is not None:
            keys.append(key)
    return Belongs(tuple(dict.fromkeys(keys)))


def read_standing(house: House, name: str, value: Any, path: Path) -> list[Leaf]:
    """The tests of ``tier``, ``source`` or ``traits.…``: one condition may say several things of one value."""
    words = {} if house.tiers is None else {"tier": (*house.tiers, NO_TIER)}
    names = Names(frozenset(), {"traits": "traits.age"}, {}, None, words)
    if name == "tier" and isinstance(value, Mapping):
        for operator in value:
            if operator not in ("none_of", "exists"):
                house.reader.say((*path, str(operator)), "does not go with a tier; write a list of tiers or none_of")
                return []
    return [Standing(test) for test in read_condition(house.reader, {name: value}, path[:-1], names)]


def _where(house: House, settings: Mapping[str, Any], path: Path, orders: bool) -> Condition:
    if "where" not in settings:
        return Condition()
    prefixes = {"line": "line.category", "context": "context.locale", "member": "tier"}
    names = Names(MONEY if orders else frozenset(), prefixes, {"member": (), "line": LINE if orders else ()}, None,
                  missing=_not_here)  # fmt: skip
    return Condition(read_condition(house.reader, settings["where"], (*path, "where"), names))


def _not_here(reader: Reader, path: Path, known: Collection[str]) -> None:
    if known:
        reader.say(path, "is not kept of a line: a segment can ask for {known}", known=listed(known))
    elif str(path[-1]).startswith("member."):
        reader.say(path, "belongs beside the event, not into its `where`: write `tier`, `joined` or the like")
    else:
        reader.say(path, "cannot be asked here: only orders have lines")


LEAVES: dict[str, Callable[[House, Any, Path], Leaf | None]] = {
    "orders": _orders,
    "spent": _spent,
    "did": _did,
    "sequence": _sequence,
    **{what: partial(_when, what=what) for what in get_args(Moment)},
    "points": _points,
    **{what: partial(_said, what=what) for what in get_args(Question)},
    "segment": _belongs,
    **{f"score.{what}": partial(_score, what=what) for what in SCORES},
}
"""How each condition is read."""
STANDING = ("tier", "source")

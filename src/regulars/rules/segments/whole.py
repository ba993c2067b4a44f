"""A definition read: conditions within ``all``, ``any`` and ``not``; and a whole file of segments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any as Anything

from regulars.rules.language.home import read_currency
from regulars.rules.language.reading import Path, Problem, Reader, listed
from regulars.rules.segments.leaves import LEAVES, STANDING, House, read_standing
from regulars.rules.segments.model import All, Any, Not, Segment, Segments, Who, leaves, refers_to

TOP = ("currency", "segments")
SEGMENT = ("key", "name", "who", "strategy")
NODES = ("all", "any", "not")
WORDS = (*NODES, *LEAVES, *STANDING, "traits.age")
SEGMENTS_MAX = 1_000
DEPTH_MAX = 12
LEAVES_MAX = 200
NAME_MAX = 200
STRATEGY_MAX = 5_000


def read_who(
    data: Anything,
    currency: str,
    digits: int,
    tiers: Collection[str] | None = None,
    known: Collection[str] | None = None,
    today: int | None = None,
) -> tuple[Who | None, list[Problem]]:
    """Check the definition of one segment and type it.

    data: plain mappings, lists, str, int, Decimal, bool and date; money in the major unit of ``currency``, which has
    ``digits`` decimals. tiers: keys of the programme's levels, known: keys of the segments that there are, today: the
    last whole local day as days since 1970-01-01; None where they are not known. Gives None when any problem is an
    error, and all problems, warnings too. Never raises for what a file can hold.
    """
    reader = Reader()
    who = _Definition(House(reader, currency, digits, tiers, known, today)).read(data, ())
    return (None if _refused(reader) else who), reader.problems


def read(
    data: Mapping[str, Anything],
    tiers: Collection[str] | None = None,
    known: Collection[str] | None = None,
    today: int | None = None,
) -> tuple[Segments | None, list[Problem]]:
    """Check a file of segments and type it; as ``read_who``, segments of the file itself being known."""
    reader = Reader()
    whole = reader.section(data, (), TOP, needs=TOP)
    if whole is None:
        return None, reader.problems
    money = read_currency(reader, whole["currency"], ("currency",)) if "currency" in whole else None
    code, digits = money or ("", 2)
    items = reader.items(whole.get("segments", ()), ("segments",), least=0, most=SEGMENTS_MAX)
    own = [item["key"] for item in items if isinstance(item, Mapping) and isinstance(item.get("key"), str)]
    house = House(reader, code, digits, tiers, None if known is None else {*known, *own}, today)
    found = [_segment(house, item, ("segments", place)) for place, item in enumerate(items)]
    _unique(reader, own, items)
    segments = tuple(one for one in found if one is not None)
    for loop in loops({one.key: one.who for one in segments}):
        place = next(place for place, one in enumerate(found) if one is not None and one.key == loop[0])
        reader.say(("segments", place, "who"), "asks for itself: {loop}", loop=" → ".join(loop))
    if _refused(reader):
        return None, reader.problems
    return Segments(code, digits, segments), reader.problems


def loops(definitions: Mapping[str, Who]) -> list[list[str]]:
    """Chains of segments that ask for one another in a circle, each from its first key back to it."""
    refers = {key: sorted(refers_to(who)) for key, who in definitions.items()}
    found: list[list[str]] = []
    done: set[str] = set()

    def follow(key: str, chain: list[str]) -> None:
        if key in chain:
            found.append([*chain[chain.index(key) :], key])
        elif key not in done:
            for other in refers.get(key, ()):
                follow(other, [*chain, key])
            done.add(key)

    for key in refers:
        follow(key, [])
    return found


def _segment(house: House, value: Anything, path: Path) -> Segment | None:
    reader = house.reader
    settings = reader.section(value, path, SEGMENT, needs=("key", "who"))
    if settings is None:
        return None
    key = reader.key(settings["key"], (*path, "key")) if "key" in settings else None
    name = reader.text(settings["name"], (*path, "name"), NAME_MAX) if "name" in settings else key
    strategy = reader.text(settings["strategy"], (*path, "strategy"), STRATEGY_MAX) if "strategy" in settings else ""
    who = _Definition(house).read(settings["who"], (*path, "who")) if "who" in settings else None
    return None if who is None or key is None else Segment(key, name or key, who, strategy or "")


def _unique(reader: Reader, keys: list[str], items: Collection[Anything]) -> None:
    seen: set[str] = set()
    for place, item in enumerate(items):
        key = item.get("key") if isinstance(item, Mapping) else None
        if isinstance(key, str) and key in seen:
            reader.say(("segments", place, "key"), "is there twice; a key names one segment")
        elif isinstance(key, str):
            seen.add(key)


class _Definition:
    """Reads one definition."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.reader = house.reader

    def read(self, value: Anything, path: Path) -> Who | None:
        """The whole of it."""
        who = self._node(value, path, 1)
        if who is not None and sum(1 for _ in leaves(who)) > LEAVES_MAX:
            self.reader.say(path, "must have at most {most} conditions", most=LEAVES_MAX)
        return who

    def _node(self, value: Anything, path: Path, depth: int) -> Who | None:
        """Conditions side by side all have to hold."""
        reader = self.reader
        if not isinstance(value, Mapping):
            reader.say(path, "must be conditions, such as `orders: {{at_least: 3}}`")
            return None
        if not value:
            reader.say(path, "must not be empty")
            return None
        if depth > DEPTH_MAX:
            reader.say(path, "is nested too deeply; at most {most} levels", most=DEPTH_MAX)
            return None
        parts: list[Who | None] = []
        for name, wanted in value.items():
            parts += self._named(str(name), wanted, (*path, str(name)), depth)
        whole = tuple(part for part in parts if part is not None)
        if not whole:
            return None
        return whole[0] if len(whole) == 1 else All(whole)

    def _named(self, name: str, value: Anything, path: Path, depth: int) -> list[Who | None]:
        if name == "not":
            part = self._node(value, path, depth + 1)
            return [] if part is None else [Not(part)]
        if name in ("all", "any"):
            items = self.reader.items(value, path)
            parts = [self._node(item, (*path, place), depth + 1) for place, item in enumerate(items)]
            whole = tuple(part for part in parts if part is not None)
            if not whole:
                return []
            return [All(whole) if name == "all" else Any(whole)]
        if name in STANDING or name.startswith("traits."):
            return list(read_standing(self.house, name, value, path))
        if name in LEAVES:
            return [LEAVES[name](self.house, value, path)]
        if name in ("traits", "score"):
            example = "traits.age" if name == "traits" else "score.alive"
            self.reader.say(path, "needs a dot and a name after it, such as {example}", example=example)
        elif name.startswith("score."):
            known = [word for word in LEAVES if word.startswith("score.")]
            self.reader.say(path, "is no score; known are {known}", known=listed(known))
        else:
            self.reader.unknown(path, name, WORDS)
        return []


def _refused(reader: Reader) -> bool:
    return any(problem.severity == "error" for problem in reader.problems)

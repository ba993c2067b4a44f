"""Conditions, wherever ``where`` or ``for`` stands: names and what they are compared with."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from regulars.rules.language.reading import Path, Reader, is_list, is_number, listed, nearest
from regulars.rules.programme import Scalar, Test

OPERATORS = ("at_least", "at_most", "above", "below", "none_of", "contains", "exists")
COMPARISONS = ("at_least", "at_most", "above", "below")
MONEY = frozenset(
    (
        "total",
        "subtotal",
        "revenue",
        "discount",
        "shipping",
        "tax",
        "line.price",
        "line.list",
        "line.net",
        "line.gross",
        "line.tax",
    )
)
MEMBER = ("member.tier", "member.joined_days")
NAME = re.compile(r"[^\s.'\"\\\[\]*$@?()]+(?: [^\s.'\"\\\[\]*$@?()]+)*")
VALUES_MAX = 1_000


def _not_available(reader: Reader, path: Path, known: Sequence[str]) -> None:
    if not known:  # nothing of that kind can be asked, as of the lines of what a contest counts
        reader.say(path, "cannot be asked here")
        return
    reader.say(path, "is not available yet: a rule can ask for {known}", known=listed(known))


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a language's conditions may use.

    money: names of amounts. prefixes: first parts that need a name after the dot, with an example. closed: the names
    that there are under a prefix; other prefixes are open. words: the words a name can be compared with.
    tiers: keys of the levels that ``member.tier`` may name; None: the language does not know them. missing: complains
    of the name at a path that a closed prefix does not have, given those it has.
    """

    money: frozenset[str]
    prefixes: Mapping[str, str]
    closed: Mapping[str, Sequence[str]]
    tiers: Collection[str] | None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: Callable[[Reader, Path, Sequence[str]], None] = _not_available


PREFIXES = {"line": "line.category", "member": "member.tier", "context": "context.locale"}


def read_tests(reader: Reader, value: Any, path: Path, tiers: Collection[str]) -> tuple[Test, ...]:
    """The tests of one condition of a programme, in the order of the file.

    tiers: keys of the levels that ``member.tier`` may name.
    """
    return read_condition(reader, value, path, Names(MONEY, PREFIXES, {"member": MEMBER}, tiers))


def read_condition(reader: Reader, value: Any, path: Path, names: Names) -> tuple[Test, ...]:
    """The tests of one condition, in the order of the file."""
    if not isinstance(value, Mapping):
        reader.say(path, "must be a section of settings")
        return ()
    if not value:
        reader.say(path, "must not be empty")
    tests: list[Test] = []
    for name, wanted in value.items():
        at = (*path, name)
        if not isinstance(name, str) or not all(NAME.fullmatch(part) for part in name.split(".")):
            reader.say(at, "is no name of a value; write it like total, line.category or context.page.path")
        elif name in names.prefixes:
            reader.say(at, "needs a dot and a name after it, such as {example}", example=names.prefixes[name])
        elif name not in (known := names.closed.get(name.partition(".")[0], (name,))):
            names.missing(reader, at, known)
        else:
            tests += _tests(reader, name, wanted, at, names)
    return tuple(tests)


def _tests(reader: Reader, name: str, wanted: Any, path: Path, names: Names) -> list[Test]:
    read: list[tuple[str, Any]]
    if not isinstance(wanted, Mapping):
        if is_list(wanted):
            read = [("any_of", _values(reader, name, wanted, path, names))]
        else:
            read = [("equal", _value(reader, name, wanted, path, names))]
    else:
        if not wanted:
            reader.say(path, "must not be empty")
        reader.section(wanted, path, OPERATORS)
        read = [
            (op, _operand(reader, name, op, operand, (*path, op), names))
            for op, operand in wanted.items()
            if op in OPERATORS
        ]
    if name == "member.joined_days" and not isinstance(wanted, Mapping) and is_list(wanted):
        reader.say(path, "can only be compared with a number, at_least, at_most, above or below")
    return [Test(name, op, value) for op, value in read if value is not None]  # type: ignore[arg-type]


def _operand(reader: Reader, name: str, op: str, operand: Any, path: Path, names: Names) -> Any:
    if name == "member.tier" and op != "none_of":
        reader.say(path, "does not go with {name}; write a tier, a list of tiers or none_of", name=name)
        return None
    if name == "member.joined_days" and op not in COMPARISONS:
        reader.say(path, "does not go with {name}; use {known}", name=name, known=listed(COMPARISONS))
        return None
    if op in COMPARISONS:
        return _number(reader, name, operand, path)
    if op == "exists":
        return reader.flag(operand, path)
    if op == "contains":
        if name in names.money:
            reader.say(path, "does not go with an amount; use {known}", known=listed(COMPARISONS))
            return None
        return _value(reader, name, operand, path, names)
    if is_list(operand):
        return _values(reader, name, operand, path, names)
    value = _value(reader, name, operand, path, names)
    return None if value is None else (value,)


def _values(reader: Reader, name: str, wanted: Any, path: Path, names: Names) -> tuple[Scalar, ...]:
    values = (
        _value(reader, name, item, (*path, place), names)
        for place, item in enumerate(reader.items(wanted, path, most=VALUES_MAX))
    )
    return tuple(value for value in values if value is not None)


def _number(reader: Reader, name: str, value: Any, path: Path) -> Any:
    if name == "member.joined_days":
        return reader.whole(value, path, most=36_500)
    return reader.number(value, path)


def _value(reader: Reader, name: str, value: Any, path: Path, names: Names) -> Scalar | None:
    """One value to compare with; None when it is none."""
    if name in names.money or name == "member.joined_days":
        return _number(reader, name, value, path)
    if name == "member.tier":
        text = reader.text(value, path)
        tiers = names.tiers
        if text is None or tiers is None or text in tiers:
            return text
        guess = nearest(text, tiers)
        if guess:
            reader.say(path, "is not one of the tiers; did you mean `{guess}`?", guess=guess)
        elif tiers:
            reader.say(path, "is not one of the tiers; known are {known}", known=listed(dict.fromkeys(tiers)))
        else:
            reader.say(path, "names a tier, and the programme has no `tiers`")
        return None
    if name in names.words:
        return reader.choice(value, path, names.words[name])
    if is_number(value):
        return reader.number(value, path)
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is None:
        reader.say(path, "must be a value; for a value that is missing write {{exists: false}}")
    else:
        reader.say(path, "must be a number, a text, true or false")
    return None

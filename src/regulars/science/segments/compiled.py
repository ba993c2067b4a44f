"""From definitions to one expression: what they ask is gathered by table, each table is read once, and the answers are
put together member by member."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
from ibis.expr import types as ir

from regulars.rules.segments import Who
from regulars.rules.segments.model import (
    All,
    Belongs,
    Bounds,
    Did,
    Leaf,
    Not,
    Orders,
    Points,
    Said,
    Score,
    Sequence,
    Spent,
    Standing,
    When,
    leaves,
)
from regulars.rules.segments.model import Any as AnyOf
from regulars.science.segments.orders import of_lines, of_orders
from regulars.science.segments.rows import EPOCH, Asking
from regulars.science.segments.sequences import of_sequence
from regulars.science.segments.standing import of_score, of_standing
from regulars.science.segments.visits import latest_said, of_visits

Others = Mapping[str, "Who | ir.Table"]
"""The segments that a definition may speak of, by key: definitions, or tables of one column ``member``."""


class CannotTell(ValueError):
    """A definition that this lake cannot answer; the message is a sentence for whoever asked."""


class NoScores(CannotTell):
    """A definition asks for a score, and the lake has none: that nobody has one says nothing about anybody."""


def members(lake: Any, who: Who, until: date, *, digits: int = 2, others: Others | None = None) -> ir.Table:
    """Whom a definition means: a table of one column ``member`` (int64).

    lake: anything with the tables of ``science.lake.tables`` (``science.lake.open`` gives one). until: the last whole
    local day. digits: decimals of the money. Nothing runs yet. Raises CannotTell.
    """
    found = belonging(lake, {"it": who}, until, digits=digits, others=others)
    return found.filter(found["it"]).select("member")


def belonging(
    lake: Any, definitions: Mapping[str, Who], until: date, *, digits: int = 2, others: Others | None = None
) -> ir.Table:
    """For every member, whether each of several definitions means her: ``member`` and a column for each, by its name.

    However many there are, each table of the lake is read once. Raises CannotTell.
    """
    asking = Asking(lake, until.toordinal() - EPOCH, digits)
    whole = _Whole(asking, others or {})
    for who in definitions.values():
        whole.gather(who, ())
    rows = whole.rows()
    return rows.select("member", **{name: whole.answer(who, rows) for name, who in definitions.items()})


@dataclass
class _Whole:
    """All conditions of all definitions, each once, by a name of its own."""

    asking: Asking
    others: Others
    names: dict[Leaf | str, str] = field(default_factory=dict)

    def gather(self, who: Who, chain: tuple[str, ...]) -> None:
        """Name what a definition asks, and what the segments that it speaks of ask."""
        for leaf in leaves(who):
            if not isinstance(leaf, Belongs):
                self.names.setdefault(leaf, f"c{len(self.names)}")
                continue
            for key in leaf.keys:
                if key in chain:
                    raise CannotTell(f"the segment {key} asks for itself: {' → '.join((*chain, key))}")
                other = self.others.get(key)
                if other is None:
                    raise CannotTell(f"there is no segment {key} any more, and the definition speaks of it")
                if isinstance(other, ir.Table):
                    self.names.setdefault(key, f"c{len(self.names)}")
                else:
                    self.gather(other, (*chain, key))

    def rows(self) -> ir.Table:
        """A row a member, with the answer to each condition under its name."""
        lake, asking = self.asking.lake, self.asking
        named = {name: leaf for leaf, name in self.names.items() if not isinstance(leaf, str)}
        of_row = {n: leaf for n, leaf in named.items() if _of_row(leaf)}
        if any(isinstance(leaf, Standing) and leaf.test.name.startswith("traits.") for leaf in of_row.values()):
            self._need("traits", lake.standing)
        rows = lake.standing
        rows = rows.select("member", **{n: of_standing(asking, leaf, rows) for n, leaf in of_row.items()})  # type: ignore[arg-type]
        for part, answers in self._passes(named):
            rows = _joined(rows, part, answers)
        return rows

    def _passes(self, named: Mapping[str, Leaf]) -> list[tuple[ir.Table, dict[str, bool]]]:
        """One table for each table that is read, with what each of its columns is for whoever has no row there."""
        asking, found = self.asking, []

        def read(make: Callable[[Asking, Any], ir.Table], which: Callable[[Leaf], bool]) -> None:
            mine = {name: leaf for name, leaf in named.items() if which(leaf)}
            if mine:
                found.append((make(asking, mine), {name: _of_nobody(leaf) for name, leaf in mine.items()}))

        read(of_orders, lambda leaf: _of_orders(leaf) and not _has_lines(leaf))
        read(of_lines, lambda leaf: _of_orders(leaf) and _has_lines(leaf))
        read(of_visits, lambda leaf: isinstance(leaf, Did))
        for name, leaf in named.items():
            if isinstance(leaf, Sequence):
                found.append((of_sequence(asking, name, leaf), {name: False}))
            elif isinstance(leaf, Said):
                found.append((latest_said(asking, name, leaf), {name: False}))
        scored = {name: leaf for name, leaf in named.items() if isinstance(leaf, Score)}
        if scored:
            scores = self._scores()
            part = scores.select("member", **{name: of_score(leaf, scores) for name, leaf in scored.items()})
            found.append((part, dict.fromkeys(scored, False)))
        for key, name in self.names.items():
            if isinstance(key, str):
                other = self.others[key]
                assert isinstance(other, ir.Table)
                belong = other.select("member").distinct().mutate(**{name: ibis.literal(True)})
                found.append((belong, {name: False}))
        return found

    def answer(self, who: Who, rows: ir.Table) -> ir.BooleanValue:
        """A definition, said of the answers."""
        if isinstance(who, All):
            return _put(who.parts, lambda part: self.answer(part, rows), lambda one, other: one & other)
        if isinstance(who, AnyOf):
            return _put(who.parts, lambda part: self.answer(part, rows), lambda one, other: one | other)
        if isinstance(who, Not):
            return ~self.answer(who.part, rows)
        if isinstance(who, Belongs):
            return _put(who.keys, lambda key: self._belongs(key, rows), lambda one, other: one | other)
        found: ir.BooleanValue = rows[self.names[who]]
        return found

    def _belongs(self, key: str, rows: ir.Table) -> ir.BooleanValue:
        other = self.others[key]
        if isinstance(other, ir.Table):
            found: ir.BooleanValue = rows[self.names[key]]
            return found
        return self.answer(other, rows)

    def _need(self, column: str, table: ir.Table) -> None:
        if column not in table.columns:
            raise CannotTell("the lake was written before members' profiles were in it; `regulars lake sync` adds them")

    def _scores(self) -> ir.Table:
        lake = self.asking.lake
        scores, manifest = getattr(lake, "scores", None), getattr(lake, "manifest", None)
        if scores is None or (
            manifest is not None and not any(file.rows for file in manifest.tables.get("scores", []))
        ):
            raise NoScores("Scores have not been computed yet, and the definition asks for one.")
        return scores


def _joined(rows: ir.Table, part: ir.Table, nobody: Mapping[str, bool]) -> ir.Table:
    mine = part.rename(of_member="member")
    joined = rows.left_join(mine, rows.member == mine.of_member)
    kept = [column for column in rows.columns if column not in nobody]
    return joined.select(*kept, **{name: joined[name].fill_null(value) for name, value in nobody.items()})


def _put(parts: Any, each: Callable[[Any], Any], together: Callable[[Any, Any], Any]) -> ir.BooleanValue:
    first, *more = parts
    whole = each(first)
    for part in more:
        whole = together(whole, each(part))
    found: ir.BooleanValue = whole
    return found


def _of_row(leaf: Leaf) -> bool:
    return isinstance(leaf, (Points, Standing)) or (isinstance(leaf, When) and leaf.what == "joined")


def _of_orders(leaf: Leaf) -> bool:
    return isinstance(leaf, (Orders, Spent)) or (isinstance(leaf, When) and leaf.what != "joined")


def _has_lines(leaf: Leaf) -> bool:
    return isinstance(leaf, (Orders, Spent)) and bool(leaf.where.of_lines)


def _of_nobody(leaf: Leaf) -> bool:
    """What a condition is for whoever has done nothing of the kind."""
    bounds: Bounds | None = getattr(leaf, "bounds", None)
    return bounds is not None and not isinstance(leaf, When) and bounds.holds(0)

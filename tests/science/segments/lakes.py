"""Small lakes in memory, and a second reading of definitions over them: plain Python, a member at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import ibis
import polars as pl

from regulars.rules import values
from regulars.rules.condition import Test
from regulars.rules.segments.model import (
    All, Any as AnyOf, Belongs, Did, Not, Orders, Points, Said, Score, Sequence, Spent, Standing, When, Who,
)  # fmt: skip
from regulars.science.history import EVENTS, LINES
from regulars.science.lake import tables as t

UNTIL = date(2026, 6, 30)
EPOCH = date(1970, 1, 1)
AMOUNTS = {"total": "total_minor", "shipping": "shipping_minor", "tax": "tax_minor", "discount": "discount_minor"}
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7), "rating": (-1000, 1000)}


@dataclass
class Shop:
    """What members did. Deeds are (member, day, hour, name, properties), orders (member, day, hour, said)."""

    members: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    deeds: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] | None = None
    others: dict[str, Who | set[int]] = field(default_factory=dict)

    def member(self, number: int, **said: Any) -> Shop:
        """One more member."""
        usual = {"tier": None, "points": 0, "source": None, "joined": UNTIL - timedelta(days=400), "traits": {}}
        self.members.append({"member": number, **usual, **said})
        return self

    def order(self, member: int, ago: int, net: int = 1000, hour: int = 12, lines: Any = (), **said: Any) -> Shop:
        """An order ``ago`` days before the last whole day; its lines as (category, net, quantity)."""
        lines = list(lines) or [("other", net, 1)]
        self.orders.append({
            "member": member, "day": UNTIL - timedelta(days=ago), "hour": hour, "lines": lines,
            "net": sum(line[1] for line in lines), "returned": 0, "properties": {}, **said,
            "seq": self._next(),
        })  # fmt: skip
        return self

    def did(self, member: int, ago: int, name: str, hour: int = 12, **properties: Any) -> Shop:
        """Something else."""
        day = UNTIL - timedelta(days=ago)
        self.deeds.append(
            {"member": member, "day": day, "hour": hour, "name": name, "properties": properties, "seq": self._next()}
        )
        return self

    def _next(self) -> int:
        return len(self.orders) + len(self.deeds) + 1

    def lake(self) -> Any:
        """As the lake keeps it, on a DuckDB of its own."""
        connection = ibis.duckdb.connect()
        events, order_rows, order_lines, lines, visits = [], [], [], [], []
        for one in self.orders:
            amounts = {name: one.get(name, 0) for name in ("shipping_minor", "tax_minor", "discount_minor")}
            at = _at(one)
            events.append({
                "seq": one["seq"], "member": one["member"], "name": "Order Completed", "source": "shop",
                "properties": json.dumps(one["properties"]), "context": "{}", **amounts,
                "total_minor": one["net"] + amounts["shipping_minor"],
            })  # fmt: skip
            order_rows.append({
                "seq": one["seq"], "member": one["member"], "at": at, "day": one["day"], "net_minor": one["net"],
                "returned_minor": one["returned"], "channel": one["properties"].get("channel"),
                "shipping_minor": amounts["shipping_minor"], "tax_minor": amounts["tax_minor"],
            })  # fmt: skip
            for number, (category, net, quantity) in enumerate(one["lines"]):
                same = {"seq": one["seq"], "member": one["member"], "category": category, "net_minor": net}
                order_lines.append({**same, "day": one["day"], "quantity": quantity})
                lines.append(
                    {**same, "number": number, "quantity": quantity, "sku": f"sku-{category}", "price_minor": net}
                )
        for one in self.deeds:
            said = json.dumps(one["properties"])
            events.append(
                {
                    "seq": one["seq"],
                    "member": one["member"],
                    "name": one["name"],
                    "source": "shop",
                    "properties": said,
                    "context": "{}",
                }
            )
            visits.append({
                "seq": one["seq"], "member": one["member"], "at": _at(one), "day": one["day"], "name": one["name"],
                "channel": one["properties"].get("channel"),
            })  # fmt: skip
        standing = [{**one, "traits": json.dumps(one["traits"]) if one["traits"] else None} for one in self.members]
        found = {
            "events": (events, EVENTS), "orders": (order_rows, t.ORDERS), "order_lines": (order_lines, t.ORDER_LINES),
            "lines": (lines, LINES), "visits": (visits, t.VISITS), "standing": (standing, t.STANDING),
        }  # fmt: skip
        lake = SimpleNamespace(connection=connection)
        for name, (rows, schema) in found.items():
            frame = pl.DataFrame(rows, schema={c: pl.String if k == pl.Categorical else k for c, k in schema.items()})
            setattr(lake, name, connection.create_table(name, frame.to_arrow()))
        if self.scores is not None:
            lake.scores = connection.create_table("scores", pl.DataFrame(self.scores).to_arrow())
        return lake

    def tables_of_others(self) -> dict[str, Any]:
        """The other segments as the compiler wants them."""
        return {
            key: ibis.memtable(pl.DataFrame({"member": sorted(who)}, schema={"member": pl.Int64}))
            if isinstance(who, set)
            else who
            for key, who in self.others.items()
        }


def _at(one: dict[str, Any]) -> datetime:
    return datetime.combine(one["day"], datetime.min.time(), UTC) + timedelta(hours=one["hour"])


def meant(shop: Shop, who: Who) -> set[int]:
    """The members whom a definition means, read plainly."""
    return {member["member"] for member in shop.members if _holds(shop, member, who)}


def _holds(shop: Shop, member: dict[str, Any], who: Who) -> bool:
    mine = [one for one in shop.orders if one["member"] == member["member"]]
    orders = [one for one in mine if one["net"] == 0 or one["net"] - one["returned"] > 0]
    deeds = [one for one in shop.deeds if one["member"] == member["member"]]
    match who:
        case All(parts):
            return all(_holds(shop, member, part) for part in parts)
        case AnyOf(parts):
            return any(_holds(shop, member, part) for part in parts)
        case Not(part):
            return not _holds(shop, member, part)
        case Orders(bounds, window, where):
            return bounds.holds(sum(_within(window, one["day"]) and _order_passes(one, where) for one in orders))
        case Spent(bounds, window, where):
            fitting = [
                one for one in orders if _within(window, one["day"]) and _event_passes(one, where.of_event, True)
            ]
            if not where.of_lines:
                return bounds.holds(sum(one["net"] - one["returned"] for one in fitting))
            lines = [line for one in fitting for line in one["lines"]]
            return bounds.holds(sum(line[1] for line in lines if _line_passes(line, where.of_lines)))
        case Did(event, bounds, window, where):
            return bounds.holds(sum(
                one["name"] == event and _within(window, one["day"]) and _event_passes(one, where.tests, False)
                for one in deeds
            ))  # fmt: skip
        case When(what, window):
            if what == "joined":
                return _within(window, member["joined"])
            days = [one["day"] for one in orders if one["day"] <= UNTIL]
            return bool(days) and _within(window, min(days) if what == "first_order" else max(days))
        case Points(bounds):
            return bounds.holds(member["points"])
        case Standing(test):
            if test.name.startswith("traits."):
                return bool(values.value_test(test)(_plain(member["traits"]).get(test.name.removeprefix("traits."))))
            if test.name == "tier":
                if test.op == "exists":
                    return (member["tier"] is not None) == test.value
                return values.text_test(test)(member["tier"] or "none")
            return values.text_test(test)(member["source"])
        case Said(what, bounds, window):
            return _said(deeds, what, bounds, window)
        case Score(what, bounds):
            scores = [one for one in shop.scores or () if one["member"] == member["member"]]
            return any(bounds.holds(one[what]) for one in scores)
        case Belongs(keys):
            return any(_belongs(shop, member, shop.others[key]) for key in keys)
        case Sequence(steps, within_days, window):
            return _took(orders, deeds, steps, within_days, window)
    raise AssertionError(who)


def _belongs(shop: Shop, member: dict[str, Any], other: Who | set[int]) -> bool:
    return member["member"] in other if isinstance(other, set) else _holds(shop, member, other)


def _within(window: Any, day: date) -> bool:
    age = (UNTIL - day).days
    number = (day - EPOCH).days
    return (
        age >= (window.before_days or 0)
        and (window.within_days is None or age < window.within_days)
        and (window.first is None or number >= window.first)
        and (window.last is None or number <= window.last)
    )


def _order_passes(one: dict[str, Any], where: Any) -> bool:
    lines = where.of_lines
    return _event_passes(one, where.of_event, True) and (
        not lines or any(_line_passes(line, lines) for line in one["lines"])
    )


def _event_passes(one: dict[str, Any], tests: tuple[Test, ...], order: bool) -> bool:
    return all(_event_test(one, test, order) for test in tests)


def _event_test(one: dict[str, Any], test: Test, order: bool) -> bool:
    if order and test.name in AMOUNTS:
        amount = one["net"] + one.get("shipping_minor", 0) if test.name == "total" else one.get(AMOUNTS[test.name], 0)
        return _whole(test, amount)
    if test.name == "channel":
        return values.text_test(test)(one["properties"].get("channel"))
    return bool(values.value_test(test)(_plain(one["properties"]).get(test.name)))


def _line_passes(line: tuple[str, int, int], tests: tuple[Test, ...]) -> bool:
    category, net, quantity = line
    said = {"line.category": category, "line.sku": f"sku-{category}"}
    for test in tests:
        if test.name in said:
            holds = values.text_test(test)(said[test.name])
        else:
            digits = 0 if test.name == "line.quantity" else 2
            holds = _whole(test, quantity if digits == 0 else net, digits)
        if not holds:
            return False
    return True


def _whole(test: Test, amount: int, digits: int = 2) -> bool:
    asked = values.whole_test(test, digits)
    return {
        "at_least": amount >= asked.bound, "at_most": amount <= asked.bound,
        "is": amount in asked.members, "is_not": amount not in asked.members,
    }[asked.op]  # fmt: skip


def _said(deeds: list[dict[str, Any]], what: str, bounds: Any, window: Any) -> bool:
    event, key = ("Product Reviewed", "rating") if what == "rating" else ("Survey Answered", "score")
    low, high = SCALES[what]
    told = [
        (one["day"], one["hour"], one["seq"], one["properties"][key])
        for one in deeds
        if one["name"] == event and _within(window, one["day"]) and key in one["properties"]
        and (what == "rating" or one["properties"].get("kind") == what) and low <= one["properties"][key] <= high
    ]  # fmt: skip
    return bool(told) and bounds.holds(max(told)[3])


def _took(orders: Any, deeds: Any, steps: Any, within_days: int | None, window: Any) -> bool:
    """Every chain is tried."""
    rows = sorted(
        [(_at(one), one["seq"], "Order Completed", one) for one in orders if _within(window, one["day"])]
        + [(_at(one), one["seq"], one["name"], one) for one in deeds if _within(window, one["day"])],
        key=lambda row: row[:2],
    )

    def follow(place: int, step: int, began: datetime | None) -> bool:
        if step == len(steps):
            return True
        for i in range(place, len(rows)):
            at, _, name, one = rows[i]
            is_step = name == steps[step].event and _event_passes(
                one, steps[step].where.tests, name == "Order Completed"
            )
            late = began is not None and within_days is not None and at - began > timedelta(days=within_days)
            if is_step and not late and follow(i + 1, step + 1, began or at):
                return True
        return False

    return follow(0, 0, None)


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(properties), parse_float=Decimal)

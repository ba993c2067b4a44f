"""``decide``: one order of ten lines under ten rules, live, with its standing at hand."""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime
from importlib.resources import files

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.programmes.file import check
from regulars.rules import events as ev
from regulars.rules.decide import Decider, State
from regulars.rules.tables import build

_CATEGORIES = ("tea", "coffee", "cup", "snack")
_DAY_US = 86_400_000_000
_START_US = 1_760_000_000_000_000


def run(say: Say, orders: int = 4_000) -> list[Figure]:
    """Decide the second order of many members; the baseline is the standard library reading the same order's JSON."""
    say(f"deciding {orders:,} orders")
    programme = check(files(__package__).joinpath("ten-rules.yaml").read_text(encoding="utf-8")).programme
    assert programme is not None and len(programme.earn) == 10
    decider = Decider(build(programme))
    first, second = _order("1"), _order("2")
    day = decider.local_day(_START_US)
    spent = []
    for _ in range(orders):
        state = State()
        decider.decide(state, first, 1, _START_US, day)
        began = time.perf_counter()
        decider.decide(state, second, 2, _START_US + _DAY_US, day + 1)
        spent.append(time.perf_counter() - began)
    text = json.dumps(_body(second))
    plain_json = []
    for _ in range(orders):
        began = time.perf_counter()
        json.loads(text)
        plain_json.append(time.perf_counter() - began)
    value, baseline = statistics.median(spent) * 1e6, statistics.median(plain_json) * 1e6
    return [
        at_most("one order of 10 lines, 10 rules (median)", value, "µs", 60, baseline),
        plain("the same, 99th percentile", statistics.quantiles(spent, n=100)[98] * 1e6, "µs", baseline),
    ]


def _lines() -> list[ev.Line]:
    return [
        ev.Line(f"p-{i}", 1 + i % 2, 1250 + i, 1200 + i, price_minor=1250 + i, category=_CATEGORIES[i % 4], number=i)
        for i in range(10)
    ]


def _order(order_id: str) -> ev.Event:
    lines = _lines()
    total = sum(line.net_minor for line in lines)
    order = ev.Order(order_id, lines, total_minor=total, subtotal_minor=total)
    return ev.Event(
        ev.ORDER_COMPLETED, "web", order_id, datetime.now(UTC), {"channel": "app"}, {}, "CNY", order, order_id
    )


def _body(event: ev.Event) -> dict[str, object]:
    assert event.order is not None
    products = [
        {"product_id": line.product_id, "category": line.category, "price": line.price_minor / 100, "quantity": 1}
        for line in event.order.lines
    ]
    return {"name": event.name, "properties": {"order_id": event.order_id, "products": products}}

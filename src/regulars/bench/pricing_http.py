"""The second half of ``pricing``: the same shop priced over HTTP, for a member with a wallet, points and a tier.

A server of its own (data under ``data/bench/pricing``). The baseline is the shortest request (``/healthz``: one
``SELECT 1``) from the same client to the same server; processor time is that of server and database.
"""

from __future__ import annotations

import http.client
import random
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import msgspec

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.bench.pricing import cart_of, shop_of
from regulars.bench.server import processor_seconds, regulars, server

_LINES, _OFFERS = 20, 200
_SEED = 7
_encode = msgspec.json.Encoder(decimal_format="number").encode


def run(say: Say, data: Path, programme: Path, carts: int = 200) -> list[Figure]:
    """Price ``carts`` carts of 20 lines under 200 offers, one after the other."""
    home = data / "bench" / "pricing"
    shutil.rmtree(home, ignore_errors=True)
    rng = random.Random(_SEED)  # noqa: S311 (a shop made up, not a secret)
    shop = {**shop_of(rng, _OFFERS), "currency": "USD", "time_zone": "America/New_York"}
    for offer in (*shop["offers"], *shop["coupons"]):
        # The tiers are those of the made-up shop, not the programme's.
        offer.pop("for", None)
    coupons = [coupon["key"] for coupon in shop["coupons"]]
    with server(home, programme, say) as (port, key):
        offers = home / "offers.yaml"
        offers.write_bytes(_encode(shop))  # JSON is YAML
        regulars(home, "offers", "apply", str(offers))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        _equip(connection, key, coupons)
        say(f"pricing {carts} carts over HTTP")
        bodies = [_encode({"cart": _cart(rng, coupons)}) for _ in range(carts)]
        for body in bodies[:10]:
            _call(connection, key, "/api/carts/price", body)
        busy = processor_seconds(home)
        latencies = [_call(connection, key, "/api/carts/price", body) for body in bodies]
        each = (processor_seconds(home) - busy) / carts
        floor = [_call(connection, key, "/healthz") for _ in range(carts)]
    return [
        plain("over HTTP, median", statistics.median(latencies) * 1e3, "ms", statistics.median(floor) * 1e3),
        at_most("over HTTP, 99th percentile", _tail(latencies) * 1e3, "ms", 15, _tail(floor) * 1e3),
        plain("processor time of server and database", each * 1e3, "ms"),
    ]


def _equip(connection: http.client.HTTPConnection, key: str, coupons: list[str]) -> None:
    """Make the member: an order, points, and a coupon of each kind."""
    order = {"order_id": "first", "total": "100.00"}
    _call(connection, key, "/api/events", _encode(
        {"name": "Order Completed", "message_id": "first", "user_id": "m-1", "properties": order}
    ))  # fmt: skip
    _call(connection, key, "/api/members/m-1/adjustments", _encode({"points": 5000, "reason": "bench"}), "adjust")
    for coupon in coupons:
        _call(connection, key, "/api/members/m-1/coupons", _encode({"coupon": coupon}), f"give-{coupon}")


def _cart(rng: random.Random, coupons: list[str]) -> dict[str, Any]:
    cart = {**cart_of(rng, _LINES, _OFFERS, coupons), "currency": "USD", "points": {"use": 2000}}
    del cart["gift_cards"], cart["tier"]
    return cart


def _call(
    connection: http.client.HTTPConnection, key: str, path: str, body: bytes | None = None, once: str = ""
) -> float:
    """Seconds until the whole answer is here."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if once:
        headers["Idempotency-Key"] = once
    began = time.perf_counter()
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    spent = time.perf_counter() - began
    if answer.status >= 300:
        raise RuntimeError(f"{path}: HTTP {answer.status}: {text[:300]!r}")
    return spent


def _tail(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]

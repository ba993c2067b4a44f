"""``play``: ten thousand turns of a lucky wheel from fifty clients over HTTP, server and database on the same machine.

A server of its own (data under ``data/bench/play``). The baseline is the shortest request there is (``/healthz``: one
``SELECT 1``) from as many clients on the same server. What counts is that the stock is exact afterwards, nobody had
more turns than one may, and the ledger can be proved.
"""

from __future__ import annotations

import http.client
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.bench.server import processor_seconds, regulars, server
from regulars.programmes.file import check

CLIENTS = 50
_TURNS = 10
_GAME = """game: bench
kind: wheel
name: {{en: Bench}}
currency: {currency}
time_zone: {zone}
from: {first}
until: {last}
at_most: {{ever: {turns}}}
budget: 1000000
prizes:
  - {{key: jackpot, name: {{en: Jackpot}}, chance: 1%, stock: {jackpot}, worth: 1, gives: {{gift: true}}}}
  - {{key: ten, name: {{en: Ten}}, chance: 20%, stock: {ten}, worth: 1, gives: {{points: 10}}}}
  - {{key: one, name: {{en: One}}, chance: 40%, gives: {{points: 1}}}}
"""
_STOCK = {"jackpot": 25, "ten": 1500}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request got: its status, and of a play whose it was, its id and what it won."""

    status: int
    member: int = 0
    play: str = ""
    won: str = ""


Call = Callable[[http.client.HTTPConnection, int], Answer]


def run(say: Say, data: Path, programme: Path, spins: int = 10_000) -> list[Figure]:
    """Measure, and count."""
    home = data / "bench" / "play"
    shutil.rmtree(home, ignore_errors=True)
    with server(home, programme, say) as (port, key):
        _publish(home, programme)
        # A few more presses than turns that one may have; every twentieth press is sent a second time.
        members = spins // (_TURNS + 1)
        say(f"{members:,} members sign in")
        _members(port, key, members)
        say(f"the shortest request from {CLIENTS} clients")
        shortest = _all(port, spins // 10, _healthz)[0] / (spins // 10)
        say(f"{spins:,} turns from {CLIENTS} clients")
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

        def turn(connection: http.client.HTTPConnection, place: int) -> Answer:
            number = place - 1 if place % 20 == 19 else place
            path = f"/api/members/m{number % members}/games/bench/plays"
            connection.request("POST", path, b"{}", {**headers, "Idempotency-Key": f"k{number}"})
            answer = connection.getresponse()
            body = json.loads(answer.read())
            return Answer(answer.status, number % members, str(body.get("id", "")), str(body.get("won", "")))

        before = processor_seconds(home)
        seconds, answers = _all(port, spins, turn)
        spent = processor_seconds(home) - before
        say("counting and verifying")
        left = {one["key"]: one["left"] for one in _game(port, key)["odds"]}
        drift = regulars(home, "verify", "--json")["drift"]
    plays = {one.play: one for one in answers if one.status == 201}
    won = Counter(one.won for one in plays.values())
    turns = Counter(one.member for one in plays.values())
    failed = sum(one.status not in (201, 409) for one in answers)
    return [
        plain("turns of the wheel from 50 clients", len(answers) / seconds, "requests/s", 1 / shortest),
        at_most("processor time of a turn, server and database", spent / len(answers) * 1e3, "ms", 40),
        plain("plays that came of them", len(plays), "plays"),
        at_most("requests that failed", failed, "requests", 0),
        at_most("prizes given, and counted otherwise", _apart(left, won), "prizes", 0),
        at_most("jackpots given", won["jackpot"], "jackpots", _STOCK["jackpot"]),
        at_most("turns of one member", max(turns.values()), "turns", _TURNS),
        at_most("drift after it", drift, "members", 0),
    ]


def _publish(home: Path, programme: Path) -> None:
    found = check(programme.read_text(encoding="utf-8")).programme
    assert found is not None
    today = datetime.now(UTC).astimezone(ZoneInfo(found.time_zone)).date()
    text = _GAME.format(
        currency=found.currency,
        zone=found.time_zone,
        first=today,
        last=today + timedelta(days=3),
        turns=_TURNS,
        **_STOCK,
    )
    file = home / "game.yaml"
    file.write_text(text, encoding="utf-8")
    regulars(home, "games", "publish", str(file))


def _members(port: int, key: str, count: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for begin in range(0, count, 500):
        events = [
            {"event": "Signed Up", "message_id": f"sign-{number}", "user_id": f"m{number}"}
            for number in range(begin, min(begin + 500, count))
        ]
        connection.request("POST", "/api/events", json.dumps({"events": events}).encode(), headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"HTTP {answer.status}: {answer.read()[:300]!r}")
        answer.read()


def _healthz(connection: http.client.HTTPConnection, place: int) -> Answer:
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    return Answer(answer.status)


def _game(port: int, key: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/api/games/bench", headers={"Authorization": f"Bearer {key}"})
    return dict(json.loads(connection.getresponse().read()))


def _all(port: int, count: int, call: Call) -> tuple[float, list[Answer]]:
    """Make every call, from all clients at once; seconds and the answers."""

    def work(client: int) -> list[Answer]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        return [call(connection, place) for place in range(client, count, CLIENTS)]

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for found in pool.map(work, range(CLIENTS)) for answer in found]
    return time.perf_counter() - began, answers


def _apart(left: dict[str | None, int | None], won: Counter[str]) -> int:
    """How far what was counted as given is from what was given."""
    return sum(abs(stock - (left[key] or 0) - won[key]) for key, stock in _STOCK.items())

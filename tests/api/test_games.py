"""Games over HTTP: what is public to a key, playing, proofs, and what each route refuses."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.api import keys
from regulars.api.writes import make_key
from regulars.flow.play import pace
from tests.api.conftest import Shop
from tests.flow.reward_shop import somebody
from tests.play.shop import WHEEL, on, publish_shop
from tests.play.test_kinds import QUIZ, a_contest, count, shared

pytestmark = pytest.mark.django_db

WRITES = ["/api/members/ann/games/summer/plays", "/api/members/ann/games/tea/rounds", "/api/plays/x/hand-over"]


@pytest.fixture
def web(client: Client) -> Shop:
    """A shop's key, and Ann with 100 points."""
    keys.forget()
    publish_shop()
    somebody()
    return Shop(client, make_key("Web", "web")[1])


def post(shop: Shop, path: str, body: Any = None, key: str = "k") -> Any:
    return shop.call("post", path, body, **{"Idempotency-Key": key})


def kind(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    return response.status_code, response.json()["type"].removeprefix("/api/problems/")


def test_odds_are_for_any_key_and_plays_for_some(web: Shop) -> None:
    on(WHEEL)
    reader = Shop(web.client, make_key("Till", "till", ["events:write"])[1])
    game = reader.call("get", "/api/games/summer").json()
    assert {one["key"]: one["chance"] for one in game["odds"]} == {
        "jackpot": "2%",
        "ten-off": "5%",
        "points": "10%",
        "thanks": "83%",
        None: "0%",
    }
    assert (game["denominator"], game["member"], game["seeds"]["shown"]) == (100, None, {})
    assert reader.call("get", "/api/games").json()["games"] == [game]
    assert kind(reader.call("get", "/api/games/summer?member=ann")) == (403, "out-of-scope")
    assert kind(web.client.get("/api/games"))[0] == 401
    for path in WRITES:
        assert kind(post(reader, path, {})) == (403, "out-of-scope")


def test_a_play_and_its_proof(web: Shop) -> None:
    on(WHEEL)
    first = post(web, "/api/members/ann/games/summer/plays", {"client_seed": "mine"})
    assert first.status_code == 201, first.content
    play = first.json()
    assert post(web, "/api/members/ann/games/summer/plays", {"client_seed": "mine"}).json() == play
    assert (play["client_seed"], play["nonce"], play["kind"]) == ("mine", 0, "wheel")
    proof = web.call("get", f"/api/plays/{play['id']}/proof").json()
    assert (proof["seed"], proof["holds"], proof["draw"]) == (None, None, play["draw"])
    assert proof["message"] == f"{proof['player']}:mine:0:0"
    assert web.call("get", "/api/members/ann/plays?game=summer").json()["plays"] == [play]
    assert web.call("get", "/api/games/summer?member=ann").json()["member"]["why"] is None


def test_a_proof_computed_by_anybody(web: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    game = on(WHEEL)
    play = post(web, "/api/members/ann/games/summer/plays", {}).json()

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return game.begins_at + timedelta(days=2)

    monkeypatch.setattr("regulars.api.routes.games.datetime", Later)
    proof = web.call("get", f"/api/plays/{play['id']}/proof").json()
    digest = hmac.new(bytes.fromhex(proof["seed"]), proof["message"].encode(), hashlib.sha256).hexdigest()
    assert int(digest, 16) % proof["denominator"] == play["draw"]
    assert hashlib.sha256(bytes.fromhex(proof["seed"])).hexdigest() == proof["committed"]
    assert proof["holds"] is True


def test_what_cannot_be_played(web: Shop) -> None:
    on(WHEEL, cost="{points: 1000}")
    path = "/api/members/ann/games/summer/plays"
    assert kind(post(web, path, {})) == (409, "insufficient-points")
    assert kind(web.call("post", path, {})) == (400, "no-idempotency-key")
    assert kind(post(web, "/api/members/ann/games/none/plays", {})) == (404, "unknown-game")
    assert kind(post(web, "/api/members/nobody/games/summer/plays", {})) == (404, "unknown-member")
    assert kind(post(web, path, {"client_seed": "a b"})) == (422, "unfit-seed")
    assert kind(post(web, "/api/members/ann/games/summer/rounds")) == (409, "other-kind-of-game")
    assert kind(web.call("get", "/api/games/summer/board")) == (409, "other-kind-of-game")
    assert kind(web.call("get", "/api/plays/none/proof")) == (404, "unknown-play")


def test_robots_are_slowed_down(web: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    on(WHEEL)
    monkeypatch.setattr(pace, "MEMBER_MAX", 3)
    monkeypatch.setattr(pace, "ADDRESS_MAX", 4)
    path = "/api/members/ann/games/summer/plays"
    answers = [post(web, path, {"address": "192.0.2.1"}, f"k{number}").status_code for number in range(4)]
    assert answers == [201, 201, 201, 429]
    somebody("bob")
    other = [post(web, path.replace("ann", "bob"), {"address": "192.0.2.1"}, f"b{n}").status_code for n in range(2)]
    assert other == [201, 429]


def test_a_quiz_never_sends_what_is_right_beforehand(web: Shop) -> None:
    on(QUIZ)
    begun = post(web, "/api/members/ann/games/tea/rounds")
    assert begun.status_code == 201, begun.content
    assert b"right" not in begun.content
    number = begun.json()["id"]
    answered = web.call("post", f"/api/members/ann/rounds/{number}/answers", {"answers": {"leaf": 1, "heat": 1}}).json()
    assert answered["right"] == {"leaf": 1, "heat": 2}
    assert (answered["play"]["points"], answered["play"]["right"]) == (5, 1)


def test_a_board_names_customers_to_who_may_know_them(web: Shop) -> None:
    a_contest()
    shared("ann", 2)
    count()
    [line] = web.call("get", "/api/games/share/board?member=ann").json()["lines"]
    assert (line["place"], line["score"], line["member"]) == (1, 2, "ann")
    reader = Shop(web.client, make_key("Till", "till", ["events:write"])[1])
    assert reader.call("get", "/api/games/share/board").json()["lines"] == [line | {"member": None}]

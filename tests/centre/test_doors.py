"""Coming in from the shop and going out."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client

from regulars.centre import tokens
from regulars.centre.models import UsedToken
from tests.flow.builders import Person, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return Person(publish(), shop_id="m-1")


def token(secret: bytes | None = None, algorithm: str = "HS256", **claims: Any) -> str:
    """A token as a shop makes it; a claim of None is left out."""
    key: Any = tokens.secret() if secret is None else secret
    body = {"sub": "m-1", "exp": time.time() + 300, "jti": "once"} | claims
    return jwt.encode({k: v for k, v in body.items() if v is not None}, None if algorithm == "none" else key, algorithm)


def test_the_shops_customer_comes_in_once(client: Client, person: Person) -> None:
    link = token()
    answer = client.get("/me/enter", {"token": link})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200
    again = Client().get("/me/enter", {"token": link})
    assert again.status_code == 403
    assert "This link has lapsed" in again.content.decode()


BAD = [
    ("too old", {"exp": 0}, "This link has lapsed"),
    ("lapses too late", {"exp": 10**10}, "This link does not work"),
    ("never lapses", {"exp": None}, "This link does not work"),
    ("no id", {"jti": None}, "This link does not work"),
    ("empty id", {"jti": ""}, "This link does not work"),
    ("nobody", {"sub": None}, "This link does not work"),
    ("not a name", {"sub": 7}, "This link does not work"),
    ("other secret", {"secret": b"x" * 32}, "This link does not work"),
    ("no signature", {"algorithm": "none"}, "This link does not work"),
]


@pytest.mark.parametrize(("name", "change", "word"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_token_lets_nobody_in(
    client: Client, person: Person, name: str, change: dict[str, Any], word: str
) -> None:
    answer = client.get("/me/enter", {"token": token(**change)})
    assert answer.status_code == 403
    assert word in answer.content.decode()
    assert client.get("/me/").status_code == 403
    assert not UsedToken.objects.exists()


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "\x00"])
def test_no_token_at_all(client: Client, person: Person, text: str) -> None:
    assert client.get("/me/enter", {"token": text}).status_code == 403


def test_a_customer_without_membership_is_told_kindly(client: Client, person: Person) -> None:
    answer = client.get("/me/enter", {"token": token(sub="nobody")})
    assert answer.status_code == 404
    assert "We do not know you yet" in answer.content.decode()


def test_a_session_planted_before_is_worth_nothing(client: Client, person: Person) -> None:
    client.get("/me/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    planted = session.session_key
    client.get("/me/enter", {"token": token()})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert other.get("/me/").status_code == 403


@pytest.mark.parametrize("path", ["/me/", "/me/history", "/me/history/1", "/me/tiers"])
def test_without_the_shop_every_page_says_how_to_come_in(client: Client, person: Person, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 403
    assert "Come in through the shop" in answer.content.decode()


def test_signing_out(client: Client, person: Person) -> None:
    client.get("/me/enter", {"token": token()})
    assert client.get("/me/leave").status_code == 405
    assert "You are signed out" in client.post("/me/leave").content.decode()
    assert client.get("/me/").status_code == 403


def test_signing_out_asks_for_the_forms_own_token(person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/me/enter", {"token": token()})
    assert client.post("/me/leave").status_code == 403
    assert client.get("/me/").status_code == 200


def test_a_visit_ends_by_itself(client: Client, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/me/enter", {"token": token()})
    now = time.time()
    monkeypatch.setattr("regulars.centre.session.time.time", lambda: now + 13 * 3600)
    assert client.get("/me/").status_code == 403


def test_used_tokens_are_forgotten_once_they_would_have_lapsed(client: Client, person: Person) -> None:
    client.get("/me/enter", {"token": token(jti="first")})
    UsedToken.objects.update(expires_at="2020-01-01T00:00Z")
    client.get("/me/enter", {"token": token(jti="second")})
    assert UsedToken.objects.count() == 1


@pytest.mark.parametrize("path", ["/me/", "/me/enter?token=x", "/me/demo-shop"])
def test_no_page_is_kept_or_runs_what_is_not_ours(client: Client, person: Person, path: str) -> None:
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]

"""What browsers are told about our pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

CASES = [
    # page, may compile what its attributes say, may set styles
    ("admin:login", True, True),
    ("api:openapi-view", False, True),
    ("centre:home", False, False),
    ("healthz", False, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "compiles", "styles"), CASES)
def test_every_answer_limits_the_browser(page: str, compiles: bool, styles: bool) -> None:
    answer = Client().get(reverse(page))
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert ("'unsafe-eval'" in policy["script-src"]) is compiles
    assert ("'unsafe-inline'" in policy["style-src"]) is styles
    assert "'unsafe-inline'" not in policy["script-src"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_what_is_not_there_is_limited_too() -> None:
    assert "default-src 'none'" in Client().get("/nowhere")["Content-Security-Policy"]

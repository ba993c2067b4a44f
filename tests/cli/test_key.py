"""``regulars key``: made once, shown once, stopped for good."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from regulars.api.keys import find, forget
from regulars.api.models import Key
from regulars.cli.key import app

pytestmark = pytest.mark.django_db
runner = CliRunner()


def test_a_key_lives_and_dies() -> None:
    made = runner.invoke(
        app, ["create", "Web shop", "--source", "web", "--scopes", "events:write, members:read", "--json"]
    )
    assert made.exit_code == 0, made.output
    answer = json.loads(made.stdout.splitlines()[-1])
    forget()
    card = find(answer["key"])
    assert card is not None
    assert (card.source, card.scopes) == ("web", frozenset(("events:write", "members:read")))
    listed = runner.invoke(app, ["list"])
    assert answer["key"] not in listed.output
    assert Key.objects.get().prefix in listed.output.replace("\n", "")
    assert runner.invoke(app, ["revoke", str(answer["id"])]).exit_code == 0
    assert find(answer["key"]) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "x", "--source", "Web Shop"],
        ["create", "x", "--source", "regulars"],
        ["create", "x", "--source", "web", "--scopes", "everything"],
        ["create", "x"],
        ["revoke", "999999"],
    ],
)
def test_what_cannot_be(arguments: list[str]) -> None:
    assert runner.invoke(app, arguments).exit_code != 0
    assert not Key.objects.exists()

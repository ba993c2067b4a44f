"""A definition in the address of the form that keeps it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from regulars.audience.segments import address


def test_an_address_says_a_definition_to_the_last_digit() -> None:
    said = {"all": [{"spent": {"at_least": Decimal("0.10"), "within_days": 30}}, {"tier": ["gold", "银"]}]}
    path, _, query = address.of_new(said, "Näme & more").partition("?")
    told = QueryDict(query)
    assert path.endswith("/new/") and told["name"] == "Näme & more"
    assert address.read(told["who"]) == said


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "7", '"all"', '{"all": "' + "x" * address.LENGTH_MAX + '"}'])
def test_what_says_none(text: str) -> None:
    assert address.read(text) is None

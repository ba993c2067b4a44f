"""The page that plays the shop, and its limits."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

from tests.centre.conftest import make_person
from tests.flow.builders import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_customer() -> Person:
    return make_person("household-1", source="demo")


def test_it_lists_customers_of_the_demo_year_only(client: Client, demo_customer: Person) -> None:
    make_person("real-1")
    page = client.get("/me/demo-shop").content.decode()
    assert "household-1" in page
    assert "real-1" not in page


def test_it_signs_in_as_the_shop_would_and_says_that_all_is_simulated(client: Client, demo_customer: Person) -> None:
    answer = client.post("/me/demo-shop", {"customer": "household-1"}, follow=True)
    assert answer.redirect_chain[-1] == ("/me/", 302)
    assert "Simulated data" in answer.content.decode()


@pytest.mark.parametrize("who", ["real-1", "nobody", ""])
def test_nobody_else_can_be_chosen(client: Client, demo_customer: Person, who: str) -> None:
    make_person("real-1")
    assert client.post("/me/demo-shop", {"customer": who}).status_code == 404
    assert client.get("/me/").status_code == 403


def test_without_the_demo_it_is_not_there(client: Client, demo_customer: Person, settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, demo=False)
    assert client.get("/me/demo-shop").status_code == 404
    assert client.post("/me/demo-shop", {"customer": "household-1"}).status_code == 404


def test_a_real_customer_sees_no_such_remark(client: Client, member: Client) -> None:
    assert "Simulated data" not in member.get("/me/").content.decode()

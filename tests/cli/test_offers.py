"""``regulars offers``: checked, compared and priced without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from regulars.cli.offers import app

OFFERS = Path(__file__).parents[2] / "offers" / "live-commerce.yaml"
CART = {
    "at": "2026-12-08T20:30:00+08:00", "currency": "CNY", "delivery": "12.00", "coupons": ["welcome-20"],
    "lines": [{"line_id": "1", "product_id": "jasmine-250", "category": "tea", "price": "100.00", "quantity": 2}],
}  # fmt: skip


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def priced(tmp_path: Path, document: Any) -> tuple[int, dict[str, Any]]:
    file = tmp_path / "cart.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    code, output = run("price", file, "--offers", OFFERS, "--json")
    return code, json.loads(output.splitlines()[-1])


def test_check_says_how_many(tmp_path: Path) -> None:
    assert run("check", OFFERS)[0] == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text(OFFERS.read_text(encoding="utf-8").replace("off_percent: 20\n", "off_percent: 120\n", 1))
    code, output = run("check", bad, "--json")
    assert code == 1
    assert json.loads(output) == {
        "ok": False, "problems": ["line 40: offers[2].off_percent must be between 0 and 100"]
    }  # fmt: skip


@pytest.mark.parametrize("document", [CART, {"note": "an example", "cart": CART}], ids=["bare", "wrapped"])
def test_one_cart(tmp_path: Path, document: Any) -> None:
    code, found = priced(tmp_path, document)
    assert code == 0
    assert (found["total"], found["to_pay"], found["proved_best"]) == ("152.00", "152.00", True)
    assert [(one["offer"], one["amount"]) for one in found["discounts"]] == [
        ("tea-fifth-off", "40.00"), ("welcome-20", "20.00")
    ]  # fmt: skip


def test_a_list_of_carts_with_one_that_does_not_fit(tmp_path: Path) -> None:
    code, found = priced(tmp_path, [CART, {**CART, "lines": [{**CART["lines"][0], "quantity": -1}]}])  # type: ignore[index,dict-item]
    assert code == 1
    assert found["answers"][0]["total"] == "152.00"
    assert found["answers"][1] == {
        "problems": [{"field": "[1].lines[0].quantity", "message": "must be at least 1"}]
    }  # fmt: skip

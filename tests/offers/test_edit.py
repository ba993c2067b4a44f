"""Edits of an offers file, on the text they began from and on a newer one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.offers.edit import DoesNotFitError, Edit, duplicated, ended, entries, entry
from regulars.offers.file import check

TEXT = (Path(__file__).parents[2] / "offers" / "live-commerce.yaml").read_text(encoding="utf-8")
NEW = {"key": "tea-day", "off_percent": 15, "goods": {"category": ["tea"]}, "kind": "percent"}


def said(key: str) -> dict[str, Any]:
    """What the example says of an offer."""
    found = entry(TEXT, key)
    assert found is not None
    return found[1]


EDITS: list[tuple[str, Edit, Callable[[dict[str, Any]], bool]]] = [
    ("a new one", Edit("offers", None, NEW), lambda now: now["tea-day"]["off_percent"] == 15),
    (
        "another price",
        Edit("offers", said("gold-price"), {**said("gold-price"), "price": 66}),
        lambda now: now["gold-price"]["price"] == 66,
    ),
    ("one goes", Edit("offers", said("steps"), None), lambda now: "steps" not in now),
    (
        "a coupon gets a limit",
        Edit("coupons", said("tea-9"), {**said("tea-9"), "at_most": {"times": 1, "per": "member"}}),
        lambda now: now["tea-9"]["at_most"]["times"] == 1,
    ),
    (
        "over at noon",
        Edit(
            "offers",
            said("steps"),
            ended(said("steps"), datetime(2026, 12, 8, 4, 0, 59, tzinfo=UTC), "Asia/Shanghai"),
        ),
        lambda now: now["steps"]["valid"] == {"until": "2026-12-08T12:00"},
    ),
]


@pytest.mark.parametrize(("edit", "holds"), [pytest.param(e, h, id=name) for name, e, h in EDITS])
def test_an_edit_is_done_and_the_file_stays_good(edit: Edit, holds: Callable[[dict[str, Any]], bool]) -> None:
    text = edit.on(TEXT)
    assert holds({**entries(text, "offers"), **entries(text, "coupons")})
    assert check(text).problems == ()
    # Nothing but its lines: every comment that was not its own is still there.
    others = [line for line in TEXT.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == others
    assert len(set(TEXT.splitlines()) - set(text.splitlines())) <= 6


def test_an_edit_goes_onto_a_newer_text_when_the_offer_is_as_it_was() -> None:
    newer = Edit("offers", said("gold-price"), {**said("gold-price"), "price": 66}).on(TEXT)
    both = Edit("offers", said("steps"), None).on(newer)
    assert "steps" not in entries(both, "offers")
    assert entries(both, "offers")["gold-price"]["price"] == 66


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (Edit("offers", said("steps"), None), Edit("offers", said("steps"), {**said("steps"), "stock": 1}), "gone"),
        (
            Edit("offers", said("steps"), {**said("steps"), "stock": 1}),
            Edit("offers", said("steps"), {**said("steps"), "stock": 2}),
            "changed",
        ),
        (Edit("offers", None, NEW), Edit("offers", None, {**NEW, "off_percent": 20}), "taken"),
        (Edit("offers", None, NEW), Edit("coupons", None, {**NEW, "off_percent": 20}), "taken"),
    ],
)
def test_it_refuses_what_somebody_else_has_changed(first: Edit, second: Edit, why: str) -> None:
    with pytest.raises(DoesNotFitError) as refused:
        second.on(first.on(TEXT))
    assert refused.value.why == why


def test_settings_of_a_new_one_stand_in_the_files_order_and_a_copy_gets_a_free_key() -> None:
    text = Edit("offers", None, NEW).on(TEXT)
    assert list(entries(text, "offers")["tea-day"]) == ["key", "kind", "goods", "off_percent"]
    copy = duplicated(text, NEW)
    assert copy["key"] == "tea-day-2"
    again = Edit("offers", None, copy).on(text)
    assert duplicated(again, NEW)["key"] == "tea-day-3"
    assert check(again).problems == ()

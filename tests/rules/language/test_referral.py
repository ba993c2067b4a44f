"""What a referral section comes to mean, and what is wrong with some."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.rules.programme import Cap
from regulars.rules.programme import Test as Comparison
from tests.rules.language.small import accepted, programme, refused


def referral(**settings: Any) -> dict[str, Any]:
    return {"referral": {"counts": {"when": "Order Completed"}, "gives": {"friend": {"points": 5}}, **settings}}


@pytest.mark.parametrize(
    ("settings", "path", "message"),
    [
        ({"counts": {"when": "Order Refunded"}}, ("counts", "when"), "moves points by itself; it cannot earn"),
        ({"counts": {"when": "Referral Counted"}}, ("counts", "when"), "moves points by itself; it cannot earn"),
        ({"counts": {"within_days": 3}}, ("counts",), "needs `when`"),
        ({"counts": {"when": "Order Completed", "within_days": 0}}, ("counts", "within_days"), "must be at least 1"),
        ({"counts": {"when": "Order Completed", "where": {"member.tier": "gold"}}}, ("counts", "where", "member.tier"),
         "is about the member: a referral asks about what the friend did"),
        ({"gives": {}}, ("gives",), "needs `referrer`, `friend` or both"),
        ({"gives": {"friend": {}}}, ("gives", "friend"), "must not be empty"),
        ({"gives": {"friends": {"points": 5}}}, ("gives", "friends"),
         "is not a known setting here; did you mean `friend`?"),
        ({"at_most": 0}, ("at_most",), "must be at least 1"),
        ({"at_most": {"times": 3}}, ("at_most",), "needs `per`"),
        ({"refuses": ["same_phone"]}, ("refuses", 0), None),
        ({"holds": {"friends_per_hour": -1}}, ("holds", "friends_per_hour"), "must be at least 0"),
        ({"returned": "burn"}, ("returned",), "must be take_back or keep"),
    ],
)  # fmt: skip
def test_what_a_referral_may_not_say(settings: dict[str, Any], path: tuple[Any, ...], message: str | None) -> None:
    tiers = {"measure": "orders", "levels": [{"key": "gold", "from": 1, "name": "Gold"}]}
    found = dict(refused(programme(tiers=tiers, **referral(**settings))))
    assert ("referral", *path) in found
    assert message is None or found["referral", *path] == message


def test_what_a_referral_gives_is_two_rules() -> None:
    settings = {
        "gives": {"referrer": {"badge": "host"}, "friend": {"points": 5}},
        "at_most": {"times": 2, "per": "day"},
    }
    made = accepted(programme(**referral(**settings)))
    ours = {rule.key: rule for rule in made.rules if rule.when == "Referral Counted"}
    assert set(ours) == {"referral:referrer", "referral:friend"}
    assert ours["referral:referrer"].at_most == Cap("times", 2, "day")
    assert ours["referral:friend"].at_most is None
    assert [rule.where.tests for rule in ours.values()] == [
        (Comparison("side", "equal", "referrer"),), (Comparison("side", "equal", "friend"),),
    ]  # fmt: skip
    # a rule that gives no points of its own stands under the programme's first currency
    assert {rule.gives for rule in ours.values()} == {made.points[0].key}


def test_what_a_referral_does_not_say_is_the_careful_thing() -> None:
    made = accepted(programme(**referral())).referral
    assert made is not None
    assert made.refuses == ("self", "same_device", "same_address", "same_payment")
    assert (made.friends_per_hour, made.friends_per_network, made.returned) == (10, 3, "take_back")
    none = accepted(programme(**referral(refuses=[]))).referral
    assert none is not None
    assert none.refuses == ()

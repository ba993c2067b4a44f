"""Which parts of what a shop sends are about a person, so that they never enter the log.

From an identify call they go to ``members.personal``. From every other event they are dropped: what a purchase or a
visit says about the person is what identify is for. ``docs`` lists the same names for shops.
"""

from __future__ import annotations

from typing import Any

from regulars.rules.money import Unfit

_ANYWHERE = """
birthday_calendar lunar_birthday payment_fingerprint
email e_mail email_address phone phone_number mobile first_name last_name full_name middle_name birthday birth_date
date_of_birth dob gender address street address1 address2 postal_code zip_code zip shipping_address billing_address ip
ip_address user_agent user_agent_data id_number passport wechat_id openid unionid avatar recipient receiver
"""
_KEPT_NOWHERE = "password passcode pin cvv cvc card_number iban secret token access_token"
_OF_A_PERSON = "name title username nickname age"


def _spellings(names: str) -> frozenset[str]:
    """Each name as snake_case and as camelCase."""
    found = set()
    for name in names.split():
        head, *tail = name.split("_")
        found |= {name, head + "".join(part.capitalize() for part in tail)}
    return frozenset(found)


SECRET = _spellings(_KEPT_NOWHERE)
"""Keys of what nobody should have sent: kept nowhere at all."""
ANYWHERE = _spellings(_ANYWHERE) | SECRET
"""Keys that speak of a person wherever they stand in properties or context."""
OF_A_PERSON = ANYWHERE | _spellings(_OF_A_PERSON)
"""Keys that do so among traits, where ``name`` is a person's and not a product's."""
DEPTH_MAX = 20
"""How deep properties, context and traits may be nested."""

_BY_PLACE = {
    **dict.fromkeys("traits customer user buyer member contact".split(), OF_A_PERSON),
    "device": frozenset(("id", "advertisingId", "adTrackingEnabled", "token")),
    "location": frozenset(("latitude", "longitude")),
}
"""Keys that speak of a person only inside of an object of that name."""


def take_from_traits(traits: dict[str, Any]) -> dict[str, Any]:
    """Remove the personal ones from ``traits`` and return them, but for secrets.

    Raises Unfit when they are nested too deeply.
    """
    taken = {key: traits.pop(key) for key in list(traits) if key in OF_A_PERSON}
    for key in SECRET.intersection(taken):
        del taken[key]
    for key, value in taken.items():
        _measure(value, f"traits.{key}", 1)
    return taken


def _measure(value: Any, at: str, depth: int) -> None:
    if type(value) is dict or type(value) is list:
        if depth > DEPTH_MAX:
            raise Unfit("too-deep", at, most=DEPTH_MAX)
        for item in value.values() if type(value) is dict else value:
            _measure(item, at, depth + 1)


def drop(values: dict[str, Any], at: str, depth: int = 1, skip: str = "") -> None:
    """Remove what is personal from properties or context, nested objects included, but for what ``skip`` names.

    at: where the values stand, for the message. Raises Unfit when they are nested more than ``DEPTH_MAX`` deep.
    """
    if not ANYWHERE.isdisjoint(values):
        for key in ANYWHERE.intersection(values):
            del values[key]
    for key, value in values.items():
        kind = type(value)
        if (kind is dict or kind is list) and key != skip:
            if kind is dict and key in _BY_PLACE:
                for name in _BY_PLACE[key].intersection(value):
                    del value[name]
            _drop_nested(value, at, depth + 1)


def _drop_nested(value: Any, at: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise Unfit("too-deep", at, most=DEPTH_MAX)
    if type(value) is dict:
        drop(value, at, depth)
    else:
        for item in value:
            if type(item) is dict or type(item) is list:
                _drop_nested(item, at, depth + 1)

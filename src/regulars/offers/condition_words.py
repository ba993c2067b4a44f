"""Goods, and the conditions of an offer, in plain words of the active language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.rules.offers.goods import AMOUNTS, WEEKDAYS
from regulars.rules.offers.model import Offers
from regulars.rules.programme import Programme, Scalar, Test, Text
from regulars.screens.figures import in_language, locale, money, whole

SAID_MAX = 6
"""So many values are said one by one; of the others, only how many."""


@dataclass(frozen=True, slots=True)
class House:
    """What words need to know of the shop: its money, its time zone, its programme's tiers by key."""

    currency: str
    minor_digits: int
    time_zone: str
    tiers: Mapping[str, Text] = field(default_factory=dict)

    def money(self, amount_minor: int) -> str:
        """Money as a person reads it, without decimals that are all zero."""
        return money(amount_minor, self.currency, short=True)

    def tier(self, key: str) -> str:
        """A tier's name."""
        if key == "none":
            return _("No tier yet")
        return in_language(self.tiers.get(key, {}), key)


def house_of(offers: Offers, programme: Programme | None = None) -> House:
    """The house of an offers file, with the tiers of the programme it lives beside."""
    levels = programme.tiers.levels if programme is not None and programme.tiers is not None else ()
    names = {level.key: level.name for level in levels}
    return House(offers.currency, offers.minor_digits, offers.time_zone, names)


def listed(values: Sequence[str]) -> str:
    """``a, b, c``; of more than ``SAID_MAX``, the first and how many others."""
    said = _(", ").join(values[:SAID_MAX])
    more = len(values) - SAID_MAX
    if more <= 0:
        return said
    return ngettext("%(said)s and %(count)s more", "%(said)s and %(count)s more", more) % {
        "said": said,
        "count": whole(more),
    }


def goods_words(tests: Iterable[Test], house: House) -> str:
    """The goods that pass all of ``tests`` (of ``line.*``), as a noun: ``goods of the categories tea, coffee``."""
    tests = list(tests)
    kinds = [_goods(test) for test in tests if test.op in ("any_of", "equal") and test.name in _GOODS]
    but = [_goods(test) for test in tests if test.op == "none_of" and test.name in _GOODS]
    rest = [test for test in tests if test.name not in _GOODS or test.op not in ("any_of", "equal", "none_of")]
    said = kinds[0] if kinds else _("all goods")
    for other in kinds[1:]:
        said = _("%(goods)s that are also %(others)s") % {"goods": said, "others": other}
    if but:
        said = _("%(goods)s, but not %(others)s") % {"goods": said, "others": _(", ").join(but)}
    if rest:
        said = _("%(goods)s where %(tests)s") % {
            "goods": said,
            "tests": _("; ").join(test_words(test, house) for test in rest),
        }
    return said


_GOODS = frozenset(("line.product_id", "line.category", "line.brand", "line.name", "line.sku", "line.variant"))


def _goods(test: Test) -> str:
    values = [str(value) for value in _values(test)]
    names = {"values": listed(values)}
    count = len(values)
    if test.name == "line.product_id":
        return ngettext("the product %(values)s", "the products %(values)s", count) % names
    if test.name == "line.category":
        return ngettext("goods of the category %(values)s", "goods of the categories %(values)s", count) % names
    if test.name == "line.brand":
        return ngettext("goods of the brand %(values)s", "goods of the brands %(values)s", count) % names
    if test.name == "line.sku":
        return ngettext("goods with the SKU %(values)s", "goods with the SKUs %(values)s", count) % names
    if test.name == "line.variant":
        return ngettext("goods in the variant %(values)s", "goods in the variants %(values)s", count) % names
    return ngettext("goods called %(values)s", "goods called %(values)s", count) % names


def when_words(tests: Iterable[Test], house: House) -> list[str]:
    """The tests of ``at.*``, a sentence each."""
    return [_when(test, house) for test in tests if test.name.startswith("at.")]


def _when(test: Test, house: House) -> str:
    if test.op in ("equal", "any_of"):
        values = _values(test)
        if test.name == "at.weekday":
            return _("On %(days)s only.") % {"days": _(", ").join(weekday(str(value)) for value in values)}
        if test.name == "at.day":
            days = _(", ").join(str(value) for value in values)
            return ngettext(
                "On day %(days)s of the month only.", "On the days %(days)s of the month only.", len(values)
            ) % {"days": days}
    return _("Only when %(test)s.") % {"test": test_words(test, house)}


def who_words(tests: Iterable[Test], house: House) -> list[str]:
    """The tests of ``member.*``, a sentence each; none: it is for everybody."""
    return [_who(test, house) for test in tests]


def _who(test: Test, house: House) -> str:
    names = [house.tier(str(value)) if test.name == "member.tier" else str(value) for value in _values(test)]
    if test.name == "member.tier" and test.op in ("equal", "any_of"):
        return ngettext("For members of the tier %(tiers)s.", "For members of the tiers %(tiers)s.", len(names)) % {
            "tiers": _(", ").join(names)
        }
    if test.name == "member.tier" and test.op == "none_of":
        return _("For everybody but members of %(tiers)s.") % {"tiers": _(", ").join(names)}
    if test.name == "member.segment" and test.op in ("equal", "any_of"):
        return ngettext(
            "For members of the group %(groups)s.", "For members of one of the groups %(groups)s.", len(names)
        ) % {"groups": listed(names)}
    if test.name == "member.segment" and test.op == "none_of":
        return _("For everybody outside the groups %(groups)s.") % {"groups": listed(names)}
    return _("For members where %(test)s.") % {"test": test_words(test, house)}


def cart_words(tests: Iterable[Test], house: House) -> list[str]:
    """The other tests on the cart, a sentence each: sums, channel, properties of the shop's own."""
    skipped = ("at.", "line.", "member.")
    return [_cart(test, house) for test in tests if not test.name.startswith(skipped)]


def _cart(test: Test, house: House) -> str:
    if test.name == "channel" and test.op in ("equal", "any_of"):
        names = [channel_name(str(value)) for value in _values(test)]
        return ngettext("In the channel %(names)s only.", "In the channels %(names)s only.", len(names)) % {
            "names": _(", ").join(names)
        }
    if test.op == "at_least" and test.name in _FROM:
        return _from(test.name) % {"amount": _value(test.name, _values(test)[0], house)}
    return _("Only when %(test)s.") % {"test": test_words(test, house)}


_FROM = ("net", "list", "gross", "goods.net", "goods.list", "goods.gross", "quantity", "goods.quantity")


def _from(name: str) -> str:
    return {
        "net": _("When the cart comes to at least %(amount)s, after the offers before it."),
        "list": _("When the cart comes to at least %(amount)s, before discounts."),
        "gross": _("When the cart comes to at least %(amount)s, with tax."),
        "goods.net": _("When these goods come to at least %(amount)s, after the offers before it."),
        "goods.list": _("When these goods come to at least %(amount)s, before discounts."),
        "goods.gross": _("When these goods come to at least %(amount)s, with tax."),
        "quantity": _("When there are at least %(amount)s items in the cart."),
        "goods.quantity": _("When there are at least %(amount)s of these goods in the cart."),
    }[name]


def channel_name(key: str) -> str:
    """A channel's name; a shop's own stays as it is."""
    known = {"online": _("online shop"), "app": _("app"), "live": _("live room"), "store": _("store")}
    return known.get(key, key)


def weekday(key: str) -> str:
    """``monday`` as the language calls it."""
    if key not in WEEKDAYS:
        return key
    return str(locale().days["format"]["wide"][WEEKDAYS.index(key)])


def test_words(test: Test, house: House) -> str:
    """Any one test as a phrase."""
    phrases = {
        "equal": _("%(name)s is %(value)s"),
        "any_of": _("%(name)s is one of %(value)s"),
        "none_of": _("%(name)s is none of %(value)s"),
        "at_least": _("%(name)s is at least %(value)s"),
        "at_most": _("%(name)s is at most %(value)s"),
        "above": _("%(name)s is above %(value)s"),
        "below": _("%(name)s is below %(value)s"),
        "contains": _("%(name)s contains %(value)s"),
    }
    name = _name(test.name)
    if test.op == "exists":
        return (_("%(name)s is given") if test.value else _("%(name)s is not given")) % {"name": name}
    said = listed([_value(test.name, value, house) for value in _values(test)])
    return phrases[test.op] % {"name": name, "value": said}


def _name(name: str) -> str:
    known = {
        "net": _("the cart's sum after the offers before it"),
        "list": _("the cart's sum before discounts"),
        "gross": _("the cart's sum with tax"),
        "goods.net": _("the sum of these goods after the offers before it"),
        "goods.list": _("the sum of these goods before discounts"),
        "goods.gross": _("the sum of these goods with tax"),
        "quantity": _("the number of items in the cart"),
        "goods.quantity": _("the number of these goods in the cart"),
        "channel": _("the channel"),
        "currency": _("the currency"),
        "at.weekday": _("the day of the week"),
        "at.day": _("the day of the month"),
        "at.month": _("the month"),
        "at.hour": _("the hour"),
        "at.date": _("the day"),
        "line.category": _("the product's category"),
        "line.brand": _("the product's brand"),
        "line.name": _("the product's name"),
        "line.sku": _("the product's SKU"),
        "line.variant": _("the product's variant"),
        "line.product_id": _("the product"),
        "line.price": _("the product's price"),
        "line.list": _("the line's price before discounts"),
        "line.quantity": _("the quantity"),
        "member.tier": _("the member's tier"),
        "member.segment": _("the member's group"),
        "member.joined_days": _("days since joining"),
    }
    return known.get(name, name)


def _values(test: Test) -> tuple[Scalar, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _value(name: str, value: Scalar, house: House) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in AMOUNTS and isinstance(value, (int, Decimal)):
        return house.money(int(Decimal(value).scaleb(house.minor_digits)))
    if name == "at.weekday":
        return weekday(str(value))
    if name == "member.tier":
        return house.tier(str(value))
    if name == "channel":
        return channel_name(str(value))
    if name in ("at.hour", "at.day", "at.month"):
        return str(value)
    return whole(value) if isinstance(value, int) else str(value)

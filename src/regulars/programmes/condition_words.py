"""Events and conditions in plain words of the active language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from regulars.rules.programme import Programme, Scalar, Test
from regulars.screens.figures import in_language, money, whole

_MONEY = frozenset(
    {
        "total",
        "subtotal",
        "revenue",
        "discount",
        "shipping",
        "tax",
        "line.price",
        "line.list",
        "line.net",
        "line.tax",
        "line.gross",
    }
)


def event_words(name: str) -> str:
    """What happened, by its name in the log; a name of the shop's own stays as it is, in quotation marks."""
    known = {
        "Order Completed": _("an order is completed"),
        "Order Delivered": _("the order is delivered"),
        "Order Refunded": _("an order is refunded"),
        "Order Cancelled": _("an order is cancelled"),
        "Product Reviewed": _("a product is reviewed"),
        "Product Shared": _("a product is shared"),
        "Product Viewed": _("a product is viewed"),
        "Suggestion Adopted": _("a suggestion is adopted"),
        "Checked In": _("the member checks in"),
        "Live Room Entered": _("the member enters a live room"),
        "Live Room Watched": _("the member watches a live room"),
        "Survey Answered": _("a survey is answered"),
        "Profile Completed": _("the profile is completed"),
        "Signed Up": _("the member signs up"),
        "Birthday Came": _("the member's birthday has come"),
        "Occasion Came": _("the day has come"),
        "Referral Counted": _("a friend counts"),
    }
    return known.get(name) or _("“%(name)s” happens") % {"name": name}


def condition_words(tests: Iterable[Test], programme: Programme) -> list[str]:
    """Each test as a phrase; all of them must hold."""
    return [_test(test, programme) for test in tests]


def _test(test: Test, programme: Programme) -> str:
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
    name = name_words(test.name)
    if test.op == "exists":
        return (_("%(name)s is given") if test.value else _("%(name)s is not given")) % {"name": name}
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    said = _(", ").join(_value(test.name, value, programme) for value in values)
    return phrases[test.op] % {"name": name, "value": said}


def name_words(name: str) -> str:
    """What a condition asks about, in words; a name of the shop's own stays as it is."""
    known = {
        "total": _("the order's total"),
        "subtotal": _("the goods' total"),
        "revenue": _("the goods' total"),
        "discount": _("the discount"),
        "shipping": _("the delivery fee"),
        "tax": _("the tax"),
        "coupon": _("the coupon"),
        "channel": _("the channel"),
        "currency": _("the currency"),
        "source": _("the source"),
        "photos": _("the number of photos"),
        "rating": _("the rating"),
        "survey": _("the survey"),
        "seconds": _("the seconds"),
        "line.category": _("the product's category"),
        "line.brand": _("the product's brand"),
        "line.name": _("the product's name"),
        "line.sku": _("the product's SKU"),
        "line.product_id": _("the product"),
        "line.price": _("the product's price"),
        "line.quantity": _("the quantity"),
        "member.tier": _("the member's tier"),
        "member.joined_days": _("days since joining"),
    }
    return known.get(name, name)


def _value(name: str, value: Scalar, programme: Programme) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _MONEY and isinstance(value, (int, Decimal)):
        return money(int(Decimal(value).scaleb(programme.minor_digits)), programme.currency)
    if name == "member.tier" and programme.tiers is not None:
        level = next((level for level in programme.tiers.levels if level.key == value), None)
        return in_language(level.name, str(value)) if level else _("No tier yet") if value == "none" else str(value)
    return whole(value) if isinstance(value, int) else str(value)

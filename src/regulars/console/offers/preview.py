"""What a draft would do: to a cart that somebody makes up, priced now and with it, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regulars.flow.pricing_words import applied_words, next_step_words, refusal_words
from regulars.insight.baskets import Goods, Product
from regulars.offers.file import check
from regulars.rules.money import MINOR_MAX
from regulars.rules.offers import Offers
from regulars.rules.offers.model import Coupon, Offer
from regulars.rules.pricing import Breakdown, Cart, Line, Pricer
from regulars.rules.pricing.answer import decimal_text
from regulars.rules.programme import Test
from regulars.screens.figures import in_language, money

LINES = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line of the form, as typed."""

    number: int
    product: str = ""
    category: str = ""
    price: str = ""
    quantity: str = ""


@dataclass(slots=True)
class SampleCart:
    """A cart that somebody made up: what was typed, the cart it makes (None: none), and what is wrong with it."""

    lines: list[CartLine]
    tier: str = ""
    channel: str = ""
    at: str = ""
    delivery: str = ""
    cart: Cart | None = None
    problems: list[str] = field(default_factory=list)


def sample_cart(posted: Mapping[str, str], offers: Offers, one: Offer | Coupon, goods: Goods) -> SampleCart:
    """The cart that was posted; before there is one, a cart with goods that the offer is for."""
    offer = one.offer if isinstance(one, Coupon) else one
    if "cart-0-price" in posted:
        lines = [
            CartLine(
                n,
                *(posted.get(f"cart-{n}-{part}", "").strip() for part in ("product", "category", "price", "quantity")),
            )
            for n in range(LINES)
        ]
        said = {part: posted.get(f"cart-{part}", "").strip() for part in ("tier", "channel", "at", "delivery")}
        sample = SampleCart(lines, said["tier"], said["channel"], said["at"], said["delivery"])
    else:
        sample = _beginning(offers, offer, goods)
    sample.cart = _cart(sample, offers)
    return sample


def _beginning(offers: Offers, offer: Offer, goods: Goods) -> SampleCart:
    """Two goods that the offer is for, if it names any, and two that people buy most."""
    products = list(dict.fromkeys([*_fitting(offer, goods)[:2], *goods.products[:3]]))[:4]
    digits = offers.minor_digits
    lines = [
        CartLine(n, one.product_id, one.category, decimal_text(one.price_minor, digits), "2")
        for n, one in enumerate(products)
    ]
    lines += [CartLine(n) for n in range(len(lines), LINES)]
    tiers = [str(value) for test in offer.member.tests if test.name == "member.tier" for value in _values(test)]
    channels = [str(value) for test in offer.where.tests if test.name == "channel" for value in _values(test)]
    now = datetime.now(UTC)
    begins = _EPOCH + timedelta(microseconds=offer.valid_from_us) if offer.valid_from_us is not None else now
    at = max(now, begins).astimezone(ZoneInfo(offers.time_zone)) + timedelta(minutes=1)
    return SampleCart(
        lines,
        tier=tiers[0] if tiers else "",
        channel=channels[0] if channels else "",
        at=f"{at:%Y-%m-%dT%H:%M}",
        delivery="5" if offer.kind == "delivery" else "",
    )


def _fitting(offer: Offer, goods: Goods) -> list[Product]:
    """Products that the offer names or whose category it names; those nobody bought yet stand at no price."""
    deal_goods = [getattr(offer.deal, part) for part in ("buy", "get") if hasattr(offer.deal, part)]
    slots = [slot.goods for slot in getattr(offer.deal, "slots", ())]
    tests = [test for goods_ in [offer.goods, *deal_goods, *slots] for test in goods_.tests if test.op == "any_of"]
    named = {str(value) for test in tests if test.name == "line.product_id" for value in _values(test)}
    categories = {str(value) for test in tests if test.name == "line.category" for value in _values(test)}
    known = [one for one in goods.products if one.product_id in named or one.category in categories]
    seen_ids, seen_categories = {one.product_id for one in known}, {one.category for one in known}
    new = [Product(name, "", name, 1000) for name in sorted(named - seen_ids)]
    new += [Product(f"{name}-1", name, "", 1000) for name in sorted(categories - seen_categories)]
    # One of each category first, so that a bundle finds its parts.
    first = {one.category: one for one in reversed(known)}
    return list(dict.fromkeys([*first.values(), *new, *known]))


def _values(test: Test) -> tuple[object, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _cart(sample: SampleCart, offers: Offers) -> Cart | None:
    lines = []
    for line in sample.lines:
        if not (line.product or line.category):
            continue
        price = _minor(line.price, offers.minor_digits)
        if price is None:
            sample.problems.append(_("“%(text)s” is no price.") % {"text": line.price})
        elif not line.quantity.isdecimal() or not 1 <= int(line.quantity) <= 1000:
            sample.problems.append(_("“%(text)s” is no number of units.") % {"text": line.quantity})
        else:
            product = line.product or line.category
            lines.append(Line(str(line.number + 1), product, price, int(line.quantity), category=line.category))
    delivery = _minor(sample.delivery or "0", offers.minor_digits)
    if delivery is None:
        sample.problems.append(_("“%(text)s” is no price.") % {"text": sample.delivery})
    try:
        at = datetime.fromisoformat(sample.at).replace(tzinfo=ZoneInfo(offers.time_zone))
    except ValueError:
        at = datetime.now(UTC)
        if sample.at:
            sample.problems.append(_("“%(text)s” is no time.") % {"text": sample.at})
    if sample.problems or not lines or delivery is None:
        return None
    return Cart(
        lines=tuple(lines),
        currency=offers.currency,
        at_us=(at - _EPOCH) // timedelta(microseconds=1),
        tier=sample.tier,
        channel=sample.channel,
        delivery_minor=delivery,
    )


def _minor(text: str, digits: int) -> int | None:
    """A price as typed, in minor units; None when it is none."""
    try:
        amount = Decimal(text).scaleb(digits)
    except ArithmeticError:
        return None
    fits = amount.is_finite() and amount == amount.to_integral_value() and 0 <= amount <= MINOR_MAX
    return int(amount) if fits else None


@dataclass(frozen=True, slots=True)
class Side:
    """A priced cart in words. offers: what applied, with the money it took off. draft: what became of the draft."""

    total: str
    goods: str
    delivery: str
    lines: list[tuple[str, str, str]]
    offers: list[tuple[str, str, str]]
    total_minor: int
    draft: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Both:
    """The cart as it is priced now and as it would be; ``saves`` is the difference, empty when there is none."""

    now: Side
    then: Side
    saves: str


def price_both(sample: SampleCart, base: str, draft: Offers, key: str) -> Both | None:
    """The sample priced under the published text and under the draft, as if nothing of any offer was used up yet; the
    draft is a coupon: as if the customer held it."""
    if sample.cart is None:
        return None
    before = check(base).offers
    now_offers = before if before is not None else replace(draft, offers=(), coupons=())
    coupon = any(one.offer.key == key for one in draft.coupons)
    held = replace(sample.cart, coupons=(key,)) if coupon else sample.cart
    now = _side(Pricer(now_offers).price(sample.cart), sample.cart, now_offers, key)
    then = _side(Pricer(draft).price(held), held, draft, key)
    saved = now.total_minor - then.total_minor
    return Both(now, then, money(saved, draft.currency) if saved else "")


def _side(found: Breakdown, cart: Cart, offers: Offers, key: str) -> Side:
    names = {offer.key: in_language(offer.name, offer.key) for offer in offers.offers}
    names |= {one.offer.key: in_language(one.offer.name, one.offer.key) for one in offers.coupons}
    products = {line.line_id: f"{line.quantity} × {line.product_id}" for line in cart.lines}
    gifts = [(names[gift.offer], f"{gift.quantity} × {gift.product_id}", _("Gift")) for gift in found.gifts]
    applied = [
        (names[one.offer], applied_words(one), f"−{money(one.amount_minor, found.currency)}") for one in found.discounts
    ]
    mine = next((one for one in found.not_applied if one.offer == key), None)
    step = found.next_step
    return Side(
        total=money(found.total_minor, found.currency),
        goods=money(found.goods_minor, found.currency),
        delivery=money(found.delivery_minor, found.currency),
        lines=[
            (
                products.get(line.line_id, line.line_id),
                money(line.list_minor, found.currency),
                money(line.net_minor, found.currency),
            )
            for line in found.lines
        ],
        offers=[*applied, *gifts],
        total_minor=found.total_minor,
        draft=refusal_words(mine, found) if mine is not None else "",
        next_step=next_step_words(step, found) if step is not None else "",
    )

"""The templates a new offer begins with: what each is for, what its form shows first, and sensible defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

GOODS = ("categories", "products", "not_categories", "not_products", "brands")
WHO = ("tiers", "segments")
WHEN = ("valid_from", "valid_until", "weekdays", "days")
CART = ("least", "least_of", "channels")
LIMITS = ("stock", "limit", "limit_kind", "limit_per", "budget")
NAMES = ("name_en", "name_hans", "name_hant", "key")
COUPON = ("valid_days", "exclusive", "codes", "code_public", "code_prefix", "code_length", "code_count")
PICKED = ("units_at_most", "units_each", "pick")

DEALS: dict[str, tuple[str, ...]] = {
    "price": ("price", *PICKED),
    "percent": ("off_percent", "off_at_most", *PICKED),
    "amount": ("off", "each", "off_at_most", *PICKED),
    "spend": ("steps", "every", "off", "of", "off_at_most"),
    "buy_get": (
        *("buy_categories", "buy_products", "buy_quantity", "get_categories", "get_products", "get_quantity"),
        *("get_off_percent", "get_pick", "units", "repeat"),
    ),
    "nth": ("nth", "off_percent", "each", "pick", "repeat"),
    "bundle": (
        *(f"slot{n}_{part}" for n in range(1, 5) for part in ("quantity", "categories", "products")),
        *("price", "repeat", "pick"),
    ),
    "gift": ("gift_product_id", "gift_quantity"),
    "delivery": ("off_percent", "off", "price"),
}
"""The fields of each kind's deal."""
WITHOUT_GOODS = ("buy_get", "bundle", "delivery")


def fields_of(section: str, kind: str) -> tuple[str, ...]:
    """Every field that an offer or coupon of that kind has."""
    goods = () if kind in WITHOUT_GOODS else GOODS
    limits = tuple(name for name in LIMITS if (kind, name) != ("gift", "budget"))
    more = COUPON if section == "coupons" else ("group",)
    return (*NAMES, *DEALS[kind], *goods, *WHO, *CART, *WHEN, *limits, *more, "priority")


@dataclass(frozen=True, slots=True)
class Template:
    """One way to begin. shown: the fields that stand open; the others of its kind wait under "More settings"."""

    key: str
    kind: str
    title: Any
    says: Any
    example: Any
    icon: str
    shown: tuple[str, ...]
    section: str = "offers"
    initial: dict[str, Any] = field(default_factory=dict)
    days: int = 0
    """How long it runs unless somebody says otherwise; 0: without end."""


TEMPLATES: tuple[Template, ...] = (
    Template(
        "flash-sale",
        "price",
        _("Flash sale"),
        _("A few goods at a special price, for a short time, as long as stocks last."),
        _("Oolong for 39.90 tonight from 8 to 10, 100 packs, 2 for each member"),
        "bolt",
        ("products", "categories", "price", "valid_from", "valid_until", "stock", "limit", "limit_kind", "limit_per"),
        initial={"stock": 100, "limit": 2, "limit_kind": "quantity", "limit_per": "member"},
        days=1,
    ),
    Template(
        "percent-off",
        "percent",
        _("Percent off"),
        _("So many percent off some goods."),
        _("20% off all tea, at most 50 an order"),
        "percent",
        ("categories", "products", "off_percent", "off_at_most", "valid_from", "valid_until"),
        initial={"off_percent": 10},
        days=7,
    ),
    Template(
        "money-off",
        "amount",
        _("Money off"),
        _("A fixed amount off every unit, or once off the order."),
        _("5 off every cup, at most 3 cups"),
        "money_off",
        ("categories", "products", "off", "each", "units_at_most", "valid_from", "valid_until"),
        initial={"each": "unit"},
        days=7,
    ),
    Template(
        "spend-and-save",
        "spend",
        _("Spend and save"),
        _("The more somebody spends, the more they save, step by step."),
        _("40 off from 300, 80 off from 500"),
        "stairs",
        ("steps", "of", "categories", "valid_from", "valid_until"),
        days=7,
    ),
    Template(
        "each-time-you-spend",
        "spend",
        _("Save on every so much"),
        _("For every so much spent, so much off, again and again."),
        _("30 off for every 200, at most 90"),
        "repeat",
        ("every", "off", "off_at_most", "of", "categories", "valid_from", "valid_until"),
        days=7,
    ),
    Template(
        "buy-x-get-y",
        "buy_get",
        _("Buy some, get some"),
        _("Buy so many, get others free or for less."),
        _("Buy 3 masks, get one more free"),
        "add_shopping_cart",
        (
            *("buy_quantity", "buy_categories", "buy_products", "get_quantity", "get_categories", "get_products"),
            *("get_off_percent", "repeat", "valid_from", "valid_until"),
        ),
        initial={"buy_quantity": 2, "get_quantity": 1, "get_off_percent": 100, "repeat": True},
        days=7,
    ),
    Template(
        "second-at-half-price",
        "nth",
        _("Second at half price"),
        _("Of every two units, the cheaper one costs half."),
        _("Second snack at half price"),
        "filter_2",
        ("categories", "products", "nth", "off_percent", "valid_from", "valid_until"),
        initial={"nth": 2, "off_percent": 50, "repeat": True},
        days=7,
    ),
    Template(
        "member-price",
        "price",
        _("Member price"),
        _("A special price that only members of some tiers get."),
        _("The teapot for 88, for Gold and above"),
        "loyalty",
        ("products", "categories", "price", "tiers"),
    ),
    Template(
        "member-day",
        "percent",
        _("Member day"),
        _("Percent off on some days of the week or the month, for members."),
        _("10% off on the 8th, the 18th and the 28th"),
        "event",
        ("off_percent", "weekdays", "days", "tiers", "categories", "off_at_most"),
        initial={"off_percent": 10},
    ),
    Template(
        "channel-only",
        "percent",
        _("One channel only"),
        _("Percent off in the live room, the app or the store, up to a budget."),
        _("25% off tea in the live room, until 5,000 is given away"),
        "smart_display",
        ("off_percent", "channels", "categories", "products", "budget", "valid_from", "valid_until"),
        initial={"off_percent": 10, "channels": ["live"]},
        days=1,
    ),
    Template(
        "bundle",
        "bundle",
        _("Bundle"),
        _("Several goods together for one price."),
        _("A teapot and two cups for 128"),
        "deployed_code",
        (*(f"slot{n}_{part}" for n in (1, 2) for part in ("quantity", "categories", "products")), "price"),
        initial={"slot1_quantity": 1, "slot2_quantity": 1, "repeat": True},
    ),
    Template(
        "gift",
        "gift",
        _("Gift with purchase"),
        _("Something on top for whoever spends enough, as long as stocks last."),
        _("A tea caddy from 199 on"),
        "redeem",
        ("gift_product_id", "gift_quantity", "least", "least_of", "stock", "valid_from", "valid_until"),
        initial={"gift_quantity": 1, "least_of": "net", "stock": 100},
    ),
    Template(
        "free-delivery",
        "delivery",
        _("Free delivery"),
        _("No delivery fee, from an amount on or for some tiers."),
        _("Free delivery from 35 on"),
        "local_shipping",
        ("off_percent", "least", "least_of", "tiers", "valid_from", "valid_until"),
        initial={"off_percent": 100, "least_of": "net"},
    ),
    Template(
        "coupon-money-off",
        "amount",
        _("Coupon: money off"),
        _("An amount off for whoever holds the coupon, from an amount on."),
        _("20 off from 100, good for 30 days"),
        "confirmation_number",
        ("off", "least", "least_of", "valid_days", "limit", "limit_kind", "limit_per", "categories"),
        section="coupons",
        initial={"each": "order", "least_of": "net", "valid_days": 30, "limit": 1, "limit_per": "member"},
    ),
    Template(
        "coupon-percent-off",
        "percent",
        _("Coupon: percent off"),
        _("Percent off for whoever holds the coupon or types its code."),
        _("15% off with a code, at most 15"),
        "confirmation_number",
        (
            *("off_percent", "off_at_most", "categories", "valid_days", "codes"),
            *("code_public", "code_prefix", "code_length", "code_count", "exclusive"),
        ),
        section="coupons",
        initial={"off_percent": 10, "valid_days": 30, "code_length": 8, "code_count": 1000},
    ),
    Template(
        "coupon-free-delivery",
        "delivery",
        _("Coupon: free delivery"),
        _("No delivery fee for whoever holds the coupon."),
        _("Delivery on us, good for 60 days"),
        "confirmation_number",
        ("off_percent", "valid_days", "least", "least_of"),
        section="coupons",
        initial={"off_percent": 100, "valid_days": 60, "least_of": "net"},
    ),
)
BY_KEY = {template.key: template for template in TEMPLATES}


def beginning(template: Template, now: datetime) -> dict[str, Any]:
    """The values a new offer's form begins with: the template's, and dates from the next whole hour (local ``now``)."""
    values = dict(template.initial)
    if template.days:
        start = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
        values["valid_from"] = f"{start:%Y-%m-%dT%H:%M}"
        values["valid_until"] = f"{start + timedelta(days=template.days):%Y-%m-%dT%H:%M}"
    return values


def like(section: str, kind: str, used: tuple[str, ...]) -> Template:
    """A template for an offer that is there already: what it uses stands open. Its title is the nearest template's."""
    near = next((one for one in TEMPLATES if one.kind == kind and one.section == section), None)
    near = near or next(one for one in TEMPLATES if one.kind == kind)
    every = fields_of(section, kind)
    shown = tuple(name for name in every if name not in NAMES and (name in used or name in near.shown))
    return Template(near.key, kind, near.title, near.says, near.example, near.icon, shown, section)

"""Checkouts and what each has set aside; gift cards and every movement on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Checkout(models.Model):
    """A priced cart whose price is kept until ``expires_at``.

    ``reserved``: everything it needs is set aside. ``committed``: the shop took the order. ``cancelled`` and
    ``expired``: all of it went back. ``cart`` and ``answer`` are what came in and what was said, as JSON; money in
    minor units stands beside them. ``confirmed_at`` is when the order's own event arrived.
    """

    RESERVED, COMMITTED, CANCELLED, EXPIRED = "reserved", "committed", "cancelled", "expired"
    STATES = [
        (RESERVED, _("reserved")),
        (COMMITTED, _("committed")),
        (CANCELLED, _("cancelled")),
        (EXPIRED, _("expired")),
    ]

    id = models.UUIDField(primary_key=True, editable=False)
    member_id = models.BigIntegerField(_("member"), db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=RESERVED)
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)
    body_hash = models.BinaryField(max_length=16)
    cart = models.JSONField(_("cart"))
    answer = models.JSONField(_("price"))
    version_id = models.BigIntegerField(_("offers version"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    total_minor = models.BigIntegerField(_("total"))
    to_pay_minor = models.BigIntegerField(_("to pay"))
    points = models.BigIntegerField(_("points"), default=0)
    hold_id = models.BigIntegerField(_("hold"), null=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("kept until"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.CharField(max_length=256, blank=True, editable=False)
    order_id = models.CharField(_("order"), max_length=256, null=True, unique=True)
    confirmed_at = models.DateTimeField(_("order arrived"), null=True)
    returned = models.JSONField(_("returned"), default=dict)

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="checkouts_checkout_once")]
        indexes = [
            models.Index(fields=["expires_at"], name="checkouts_checkout_due", condition=Q(state="reserved")),
            models.Index(fields=["settled_at"], name="checkouts_checkout_placed", condition=Q(state="committed")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Claim(models.Model):
    """What a checkout took of one limited offer, so that exactly this goes back. ``member_id`` 0 and ``period`` are
    those of the counter (``offers.Use``)."""

    checkout = models.ForeignKey(Checkout, models.PROTECT, related_name="claims", verbose_name=_("checkout"))
    offer = models.CharField(_("offer"), max_length=64)
    member_id = models.BigIntegerField(_("member"), default=0)
    period = models.CharField(_("period"), max_length=10, blank=True)
    units = models.BigIntegerField(_("units"), default=0)
    times = models.BigIntegerField(_("times"), default=0)
    amount_minor = models.BigIntegerField(_("amount"), default=0)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.offer


class GiftCard(models.Model):
    """Money paid before, to be spent later. ``balance_minor`` is what is left, without what checkouts set aside."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    balance_minor = models.BigIntegerField(_("balance"))
    member_id = models.BigIntegerField(_("member"), null=True, db_index=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    blocked = models.BooleanField(_("blocked"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints = [
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="checkouts_giftcard_not_negative")
        ]

    def __str__(self) -> str:
        return f"…{self.code[-4:]}"


class GiftCardEntry(models.Model):
    """One movement on a gift card: never changed or deleted. ``amount_minor`` is added to the balance."""

    ISSUED, RESERVED, RELEASED, RETURNED, ADJUSTED = "issued", "reserved", "released", "returned", "adjusted"
    KINDS = [
        (ISSUED, _("issued")),
        (RESERVED, _("paid")),
        (RELEASED, _("given back")),
        (RETURNED, _("returned")),
        (ADJUSTED, _("adjusted")),
    ]

    card = models.ForeignKey(GiftCard, models.PROTECT, related_name="entries", verbose_name=_("gift card"))
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    amount_minor = models.BigIntegerField(_("amount"))
    checkout = models.ForeignKey(Checkout, models.PROTECT, null=True, verbose_name=_("checkout"))
    at = models.DateTimeField(_("when"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("movement on a gift card")
        verbose_name_plural = _("movements on gift cards")

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"

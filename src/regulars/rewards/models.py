"""Gifts that members took for points, and points that they gave away. What there is to have stands in the offers
file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Redemption(models.Model):
    """One gift that a member took for points.

    ``ordered``: the shop has to send it. ``handed_over``: the member has it (a coupon at once). ``cancelled``: the
    points went back. ``gift`` is its key in the offers file, ``name`` what it was called then. ``period``: the member's
    counter it was counted in, None when the gift has no limit for a member.
    """

    ORDERED, HANDED_OVER, CANCELLED = "ordered", "handed_over", "cancelled"
    STATES = [(ORDERED, _("to be sent")), (HANDED_OVER, _("handed over")), (CANCELLED, _("cancelled"))]
    PRODUCT, COUPON = "product", "coupon"
    KINDS = [(PRODUCT, _("product")), (COUPON, _("coupon"))]

    member_id = models.BigIntegerField(_("member"))
    gift = models.CharField(_("gift"), max_length=64)
    name = models.JSONField(_("name"), default=dict)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    product_id = models.CharField(_("product"), max_length=200, blank=True)
    sku = models.CharField(_("SKU"), max_length=200, blank=True)
    coupon_id = models.BigIntegerField(_("coupon"), null=True)
    points = models.BigIntegerField(_("points"))
    currency = models.CharField(_("currency of points"), max_length=64)
    hold_id = models.BigIntegerField(_("hold"), unique=True)
    period = models.CharField(max_length=10, null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=STATES, default=ORDERED)
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)
    ordered_at = models.DateTimeField(_("ordered"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True)
    settled_message = models.CharField(max_length=330, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="rewards_redemption_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="rewards_redemption_above_zero"),
        ]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="rewards_redemption_member"),
            models.Index(fields=["gift", "-id"], name="rewards_redemption_gift"),
            models.Index(fields=["id"], name="rewards_redemption_to_send", condition=Q(state="ordered")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Donation(models.Model):
    """Points that a member gave to a charity project, for good: never changed or deleted. ``amount_minor`` is the money
    that the shop gives for them (0 when it said none), in ``money``."""

    member_id = models.BigIntegerField(_("member"))
    charity = models.CharField(_("charity project"), max_length=64)
    name = models.JSONField(_("name"), default=dict)
    points = models.BigIntegerField(_("points"))
    currency = models.CharField(_("currency of points"), max_length=64)
    amount_minor = models.BigIntegerField(_("amount"))
    money = models.CharField(_("currency"), max_length=3)
    event_id = models.BigIntegerField(_("event"), unique=True)
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="rewards_donation_once"),
            models.CheckConstraint(condition=Q(points__gt=0, amount_minor__gte=0), name="rewards_donation_above_zero"),
        ]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="rewards_donation_member"),
            models.Index(fields=["charity", "-id"], name="rewards_donation_charity"),
        ]

    def __str__(self) -> str:
        return f"{self.charity} {self.points}"


class Tally(models.Model):
    """What was given to a charity project: by everybody (``member_id`` 0, with the number of ``donors``) or by one
    member."""

    charity = models.CharField(_("charity project"), max_length=64)
    member_id = models.BigIntegerField(_("member"), default=0)
    points = models.BigIntegerField(_("points"), default=0)
    amount_minor = models.BigIntegerField(_("amount"), default=0)
    times = models.BigIntegerField(_("times"), default=0)
    donors = models.BigIntegerField(_("donors"), default=0)

    class Meta:
        verbose_name = _("sum of donations")
        verbose_name_plural = _("sums of donations")
        constraints = [models.UniqueConstraint(fields=["charity", "member_id"], name="rewards_tally_once")]
        indexes = [models.Index(fields=["member_id"], name="rewards_tally_member", condition=Q(member_id__gt=0))]

    def __str__(self) -> str:
        return f"{self.charity} {self.member_id or ''}".strip()

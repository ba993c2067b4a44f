"""Coupons: what a customer holds, or a code that anybody may bring. What one is worth stands in the offers file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Batch(models.Model):
    """Coupons of one kind that were made together.

    ``key`` names the coupon in the offers file. A batch of ``codes`` is generated, or imported from a list; one that is
    ``claimed`` is given to whoever asks in the claim centre, ``wanted`` in all and ``per_member`` each; one that is
    ``given`` was handed to chosen members.
    """

    GENERATED, IMPORTED, CLAIMED, GIVEN = "generated", "imported", "claimed", "given"
    KINDS = [
        (GENERATED, _("generated codes")),
        (IMPORTED, _("imported codes")),
        (CLAIMED, _("claim centre")),
        (GIVEN, _("given to members")),
    ]
    MAKING, READY, STOPPED = "making", "ready", "stopped"
    STATES = [(MAKING, _("being made")), (READY, _("ready")), (STOPPED, _("stopped"))]

    key = models.CharField(_("coupon"), max_length=64)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=READY)
    wanted = models.BigIntegerField(_("how many"))
    made = models.BigIntegerField(_("made so far"), default=0)
    prefix = models.CharField(_("prefix"), max_length=16, blank=True)
    length = models.SmallIntegerField(_("random characters"), default=0)
    per_member = models.IntegerField(_("per member"), default=1)
    claim_from = models.DateTimeField(_("claimable from"), null=True, blank=True)
    claim_until = models.DateTimeField(_("claimable until"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("created by")
    )
    message_id = models.CharField(_("message id"), max_length=256, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("coupon batch")
        verbose_name_plural = _("coupon batches")
        constraints = [
            models.CheckConstraint(
                condition=Q(made__gte=0, wanted__gte=1, made__lte=models.F("wanted")), name="coupons_batch_not_over"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """One coupon: a member's, or a code that is nobody's until it is used.

    ``open`` may be used until ``valid_until``; ``reserved`` is set aside for ``checkout_id``; ``used`` was paid with.
    """

    OPEN, RESERVED, USED, EXPIRED, WITHDRAWN = "open", "reserved", "used", "expired", "withdrawn"
    STATES = [
        (OPEN, pgettext_lazy("coupon", "open")),
        (RESERVED, pgettext_lazy("coupon", "set aside")),
        (USED, _("used")),
        (EXPIRED, _("expired")),
        (WITHDRAWN, _("withdrawn")),
    ]

    key = models.CharField(_("coupon"), max_length=64)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, verbose_name=_("batch"), db_constraint=False, db_index=False
    )
    code = models.CharField(_("code"), max_length=64, null=True)
    member_id = models.BigIntegerField(_("member"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OPEN)
    given_at = models.DateTimeField(_("given"))
    valid_until = models.DateTimeField(_("valid until"), null=True)
    noticed_at = models.DateTimeField(_("expiry noticed"), null=True, editable=False)
    checkout_id = models.UUIDField(_("checkout"), null=True)
    used_at = models.DateTimeField(_("used"), null=True)
    order_id = models.CharField(_("order"), max_length=256, null=True)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        # Not ``unique`` on the field, which makes an index for LIKE as well: a million codes are written into each.
        constraints = [models.UniqueConstraint(fields=["code"], name="coupons_coupon_code_once")]
        indexes = [
            models.Index(fields=["batch", "state"], name="coupons_coupon_batch"),
            models.Index(
                fields=["member_id", "state"], name="coupons_coupon_wallet", condition=Q(member_id__isnull=False)
            ),
            models.Index(fields=["valid_until"], name="coupons_coupon_ends", condition=Q(state="open")),
            models.Index(
                fields=["valid_until"],
                name="coupons_coupon_unnoticed",
                condition=Q(state="open", member_id__isnull=False, noticed_at__isnull=True),
            ),
            models.Index(
                fields=["checkout_id"], name="coupons_coupon_checkout", condition=Q(checkout_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"#{self.pk}"


class Tries(models.Model):
    """How many codes a member has tried in vain since ``since``: who tries too many must wait."""

    member_id = models.BigIntegerField(_("member"), primary_key=True)
    since = models.DateTimeField(_("since"))
    count = models.IntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("tries of codes")
        verbose_name_plural = _("tries of codes")

    def __str__(self) -> str:
        return f"#{self.member_id}: {self.count}"

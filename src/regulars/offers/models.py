"""Published offers files, and how much of each limited offer has been taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """One published offers file, in effect from ``effective_at`` until the next one. It never changes."""

    text = models.TextField(_("file"))
    digest = models.CharField(_("digest"), max_length=64)
    effective_at = models.DateTimeField(_("takes effect"), unique=True)
    applied_at = models.DateTimeField(_("applied"), auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offers_versions",
        verbose_name=_("applied by"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("version of the offers")
        verbose_name_plural = _("versions of the offers")

    def __str__(self) -> str:
        return f"v{self.pk}"


class Use(models.Model):
    """How much of an offer has been taken, set aside ones included: by everybody (``member_id`` 0) or by one member.

    ``period`` is empty for ever, else the local day, week, month or year a member's limit counts in (``2026-12-08``,
    ``2026-W50``, ``2026-12``, ``2026``). ``units`` counts the offer's stock, ``times`` its uses, ``amount_minor`` the
    money it took off.
    """

    offer = models.CharField(_("offer"), max_length=64)
    member_id = models.BigIntegerField(_("member"), default=0)
    period = models.CharField(_("period"), max_length=10, blank=True)
    units = models.BigIntegerField(_("units"), default=0)
    times = models.BigIntegerField(_("times"), default=0)
    amount_minor = models.BigIntegerField(_("amount"), default=0)

    class Meta:
        verbose_name = _("use of an offer")
        verbose_name_plural = _("uses of offers")
        constraints = [
            models.UniqueConstraint(fields=["offer", "member_id", "period"], name="offers_use_once"),
            models.CheckConstraint(
                condition=Q(units__gte=0, times__gte=0, amount_minor__gte=0), name="offers_use_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.member_id or ''} {self.period}".strip()

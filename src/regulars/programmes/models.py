"""Published programme versions. A version never changes; a new one takes effect at a time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """One published programme file.

    ``effective_at`` is empty for the first version: it counts from the beginning of the log.
    """

    key = models.CharField(_("programme"), max_length=64)
    text = models.TextField(_("file"))
    digest = models.CharField(_("digest"), max_length=64)
    effective_at = models.DateTimeField(_("takes effect"), null=True, blank=True, unique=True)
    applied_at = models.DateTimeField(_("applied"), auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("applied by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(effective_at__isnull=True), name="programmes_one_first_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.pk}"

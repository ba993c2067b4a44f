"""Targets of the ten numbers, and named views of the explorer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Target(models.Model):
    """What a number of insight's first page should be in a month.

    ``key``: the number's (``insight.measures.numbers``). ``value``: whole, in the number's smallest step: members,
    points, minor units of money, hundredths of a percent, hundredths of a plain number.
    """

    key = models.CharField(_("number"), max_length=40, primary_key=True)
    value = models.BigIntegerField(_("target"))
    set_at = models.DateTimeField(_("set"), auto_now=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class View(models.Model):
    """A view of the explorer that somebody gave a name. ``query``: its address after the question mark."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    query = models.CharField(_("address"), max_length=2000)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

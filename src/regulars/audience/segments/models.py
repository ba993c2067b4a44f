"""Segments as they are kept, and what they once were. Who belongs now is ``members.models.Membership``."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.events.models import ExactJSONField
from regulars.members.models import Membership

__all__ = ["CELL", "KINDS", "LIST", "MODEL", "RULE", "Membership", "Segment", "Snapshot"]

RULE, LIST, CELL, MODEL = "rule", "list", "cell", "model"
KINDS = (
    (RULE, _("conditions")),
    (LIST, _("uploaded list")),
    (CELL, _("behind a chart")),
    (MODEL, _("group of a model")),
)


class Segment(models.Model):
    """A group of members that has a name. Its key never changes and is never given again.

    definition: of a rule what ``rules.segments`` reads, money exact in the major unit; of a list nothing; of a cell
    ``{"measure": …, "params": …, "cell": …}``; of a model ``{"model": …, "group": …}``. members_count, refreshed_at and
    lake_state are of the last refresh that succeeded; problem says why a later one did not, empty when none failed.
    """

    key = models.CharField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=KINDS)
    definition = ExactJSONField(_("definition"), default=dict)
    strategy = models.TextField(_("strategy"), blank=True, default="")
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    members_count = models.BigIntegerField(_("members"), null=True, blank=True)
    refreshed_at = models.DateTimeField(_("refreshed"), null=True, blank=True)
    lake_state = models.CharField(_("state of the lake"), max_length=64, blank=True, default="")
    problem = models.TextField(_("problem"), blank=True, default="")

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """Who belonged to a segment at a moment. It never changes. ``members``: their ids, ascending."""

    segment = models.ForeignKey(Segment, models.PROTECT, related_name="snapshots", verbose_name=_("segment"))
    taken_at = models.DateTimeField(_("taken"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    members_count = models.BigIntegerField(_("members"))
    members = ArrayField(models.BigIntegerField(), verbose_name=_("members"))

    class Meta:
        verbose_name = _("snapshot of a segment")
        verbose_name_plural = _("snapshots of segments")

    def __str__(self) -> str:
        return f"{self.segment_id} {self.taken_at:%Y-%m-%d %H:%M}"

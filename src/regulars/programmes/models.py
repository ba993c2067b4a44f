"""Published programme versions, drafts of the next one, and drafts tried on the past.

A version never changes; a new one takes effect at a time.
"""

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


class Draft(models.Model):
    """A programme in the making. ``revision`` counts its edits; the text is that of the newest ``Edit``.

    ``based_on``: the version it was begun from; empty for the first programme of all.
    """

    OPEN, ASKED, APPROVED, PUBLISHED, DROPPED = "open", "asked", "approved", "published", "dropped"
    STATES = (
        (OPEN, _("in work")),
        (ASKED, _("waits for approval")),
        (APPROVED, _("approved")),
        (PUBLISHED, _("published")),
        (DROPPED, _("put away")),
    )

    name = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("file"))
    based_on = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=16, choices=STATES, default=OPEN)
    effective_at = models.DateTimeField(_("takes effect"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    published_as = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        permissions = [("approve_draft", "Can approve draft")]
        indexes = [models.Index(fields=["state", "-updated_at"], name="programmes_draft_state")]

    def __str__(self) -> str:
        return self.name


class Edit(models.Model):
    """One revision of a draft, kept whole: what undo goes back to, and what two people's edits are compared by.

    ``back``: the revision that undoing this one brings back; empty for the first.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="edits")
    revision = models.PositiveIntegerField(_("revision"))
    back = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(_("file"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("edit of a draft")
        verbose_name_plural = _("edits of drafts")
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="programmes_edit_revision")]

    def __str__(self) -> str:
        return f"{self.draft_id}.{self.revision}"


class Rehearsal(models.Model):
    """Two programmes tried on the shop's past: asked by the console, answered by the process that keeps the past in
    memory (``insight.rehearsals``).

    ``end``: how everything stands in the end; ``months``: how it went month by month. ``changed``: members whose tier
    would be another, with both. ``past_at``: when the past was read.
    """

    END, MONTHS = "end", "months"
    ASKED, WORKING, DONE, FAILED, PASSED = "asked", "working", "done", "failed", "passed"
    KINDS = ((END, END), (MONTHS, MONTHS))
    STATES = tuple((state, state) for state in (ASKED, WORKING, DONE, FAILED, PASSED))

    kind = models.CharField(max_length=8, choices=KINDS)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    against = models.TextField()
    asker = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default=ASKED)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    changed = models.JSONField(null=True)
    said = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    past_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        indexes = [
            models.Index(fields=["digest", "-id"], name="programmes_rehearsal_digest"),
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["asked", "working"]),
                name="programmes_rehearsal_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"

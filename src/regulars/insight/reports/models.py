"""Reports that were made, who gets them by e-mail, and what was sent."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

KINDS = [("weekly", _("Weekly")), ("monthly", _("Monthly"))]
ROLES = [("admin", _("Owner")), ("marketer", _("Marketer")), ("service", _("Service")), ("analyst", _("Analyst"))]


def new_token() -> str:
    """What stands in a link by which somebody unsubscribes without signing in."""
    return secrets.token_urlsafe(24)


class Report(models.Model):
    """One report in one language: asked for, then made by a process of its own."""

    ASKED, MADE, FAILED = "asked", "made", "failed"

    kind = models.CharField(max_length=8, choices=KINDS)
    role = models.CharField(max_length=12, choices=ROLES)
    language = models.CharField(max_length=8)
    first = models.DateField(help_text="The first day it is about.")
    last = models.DateField()
    state = models.CharField(max_length=8, default=ASKED)
    said = models.TextField(blank=True, help_text="Why it failed, or what it lacks.")
    headline = models.TextField(blank=True)
    html = models.TextField(blank=True)
    mail = models.JSONField(null=True, help_text="text, html, and images by their content id, base64.")
    pdf = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    lake_synced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["kind", "role", "language", "first"], name="reports_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.role} {self.first} {self.language}"


class Subscription(models.Model):
    """Somebody of the console who gets a report whenever a week or month is over."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_subscriptions")
    kind = models.CharField(max_length=8, choices=KINDS)
    role = models.CharField(max_length=12, choices=ROLES)
    language = models.CharField(max_length=8)
    hour = models.PositiveSmallIntegerField(default=8, help_text="Not before this hour of the shop's day.")
    token = models.CharField(max_length=48, unique=True, default=new_token)
    since = models.DateField(help_text="Periods that ended before this day are not sent.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("subscription to reports")
        verbose_name_plural = _("subscriptions to reports")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "role"], name="reports_subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.role}"


class Delivery(models.Model):
    """One e-mail of one period to one subscriber. The row is there before anything is sent."""

    OWED, SENDING, SENT, FAILED, UNSURE = "owed", "sending", "sent", "failed", "unsure"

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries")
    first = models.DateField()
    state = models.CharField(max_length=8, default=OWED)
    tries = models.PositiveSmallIntegerField(default=0)
    said = models.TextField(blank=True)
    owed_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report sent")
        verbose_name_plural = _("reports sent")
        constraints = [models.UniqueConstraint(fields=["subscription", "first"], name="reports_sent_once")]
        indexes = [
            models.Index(
                fields=["state", "id"], name="reports_to_send", condition=models.Q(state__in=["owed", "sending"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.first}"

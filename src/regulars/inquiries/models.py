"""What was asked of the lake and what came out, and the state of the lake that answers come from."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Inquiry(models.Model):
    """One question about one state of the lake: first a place in the queue, then the kept answer.

    ``digest`` stands for name and parameters. ``lake_state``: the state asked about, then the one that the answer is
    of; ``as_of``: when that was synced. ``ahead``: asked by nobody yet, so that it is answered when somebody does.
    """

    ASKED, WORKING, DONE, FAILED = "asked", "working", "done", "failed"
    STATES = tuple((state, state) for state in (ASKED, WORKING, DONE, FAILED))

    name = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    lake_state = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default=ASKED)
    ahead = models.BooleanField(default=False)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    said = models.TextField(blank=True)
    took_ms = models.PositiveIntegerField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    wanted_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        constraints = [models.UniqueConstraint(fields=["digest", "lake_state"], name="inquiries_once_per_state")]
        indexes = [
            models.Index(fields=["digest", "-id"], name="inquiries_digest"),
            models.Index(
                fields=["ahead", "-id"],
                condition=models.Q(state__in=["asked", "working"]),
                name="inquiries_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class LakeState(models.Model):
    """The state of the lake that new answers come from; one row, once there is a lake.

    ``until``: the last whole local day in it. ``problem``: why it cannot be read, when it cannot.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    state = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    until = models.DateField()
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("state of the lake")
        verbose_name_plural = _("states of the lake")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="inquiries_one_lake")]

    def __str__(self) -> str:
        return self.state

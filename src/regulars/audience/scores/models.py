"""Runs of the models, what they said of each member, and the actions that are weighed by it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ScoreRun(models.Model):
    """One making of all scores. Its number is the version.

    ``run`` rows never change once ``made`` or ``failed``, but for how far its facts are written (``facts_after``: the
    last member told of; None when all are). ``lake``: the generation and position of the lake it read. ``window``:
    which orders. ``fitted``, ``validation``, ``counts``: plain data, written by ``audience.scores.making``.
    ``said``: why it failed, or what is missing: a key with numbers, worded by ``audience.scores.words``.
    """

    RUNNING, MADE, FAILED = "running", "made", "failed"
    STATES = [
        (RUNNING, _("running")),
        (MADE, pgettext_lazy("score", "made")),
        (FAILED, pgettext_lazy("score", "failed")),
    ]

    state = models.CharField(_("state"), max_length=8, choices=STATES, default=RUNNING)
    current = models.BooleanField(_("in force"), default=False)
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    moved_at = models.DateTimeField(_("last seen at work"), auto_now=True)
    made_at = models.DateTimeField(pgettext_lazy("score", "made"), null=True)
    as_of = models.DateField(_("as of"), null=True)
    step = models.CharField(_("step"), max_length=32, blank=True, default="")
    done = models.IntegerField(_("done, in percent"), default=0)
    members = models.IntegerField(_("members"), default=0)
    lake = models.JSONField(_("state of the lake"), default=dict)
    window = models.JSONField(_("orders read"), default=dict)
    fitted = models.JSONField(_("models"), default=dict)
    validation = models.JSONField(_("validation"), default=dict)
    counts = models.JSONField(_("who is eligible"), default=dict)
    said = models.JSONField(_("what is to say"), default=dict)
    before = models.BigIntegerField(_("the run in force before"), null=True)
    facts_after = models.BigIntegerField(_("facts written up to member"), null=True)

    class Meta:
        verbose_name = _("run of the scores")
        verbose_name_plural = pgettext_lazy("score", "scores")
        constraints = [
            models.UniqueConstraint(fields=["current"], condition=models.Q(current=True), name="scores_one_in_force")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Score(models.Model):
    """What one run says of one member. Only the run in force counts; its rows are written before it is.

    Chances 0 to 1; amounts in minor units of the programme's currency; ``leaving_n``: of no order within n days;
    ``pushes``: what each column of the model of leaving adds to the log-odds, in the run's order, ``features`` the
    values behind them (not a number where unknown). ``risk`` and ``worth`` are bands (``audience.scores.bands``).
    """

    pk = models.CompositePrimaryKey("run_id", "member_id")
    run_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    orders_why = models.CharField(max_length=24, blank=True)
    spend_why = models.CharField(max_length=24, blank=True)
    frequency = models.IntegerField()
    recency_days = models.IntegerField()
    age_days = models.IntegerField()
    mean_minor = models.BigIntegerField()
    alive = models.FloatField()
    orders_30 = models.FloatField()
    orders_90 = models.FloatField()
    orders_365 = models.FloatField()
    per_order_minor = models.BigIntegerField()
    value_365_minor = models.BigIntegerField()
    value_low_minor = models.BigIntegerField(null=True)
    value_high_minor = models.BigIntegerField(null=True)
    leaving_30 = models.FloatField()
    leaving_60 = models.FloatField()
    leaving_90 = models.FloatField()
    risk = models.SmallIntegerField()
    worth = models.SmallIntegerField()
    stage = models.CharField(max_length=8)
    next_action = models.CharField(max_length=32)
    next_worth_minor = models.BigIntegerField()
    next_low_minor = models.BigIntegerField()
    next_high_minor = models.BigIntegerField()
    next_cost_minor = models.BigIntegerField()
    pushes = ArrayField(models.FloatField())
    features = ArrayField(models.FloatField())

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores of members")
        indexes = [
            models.Index(fields=["run_id", "risk", "worth", "-next_worth_minor", "member_id"], name="scores_cell"),
        ]

    def __str__(self) -> str:
        return f"#{self.member_id}"


class ActionPlan(models.Model):
    """The actions that an operator weighs, with what they assume of them: one row or none (``scores.plan``)."""

    actions = models.JSONField(_("actions"), default=list)
    margin_percent = models.PositiveSmallIntegerField(_("margin, in percent"), default=30)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey("auth.User", models.PROTECT, null=True, verbose_name=_("changed by"))

    class Meta:
        verbose_name = _("plan of actions")
        verbose_name_plural = _("plans of actions")

    def __str__(self) -> str:
        return f"#{self.pk}"

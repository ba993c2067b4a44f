"""Where each member stands on the ladder, what counts toward it, and every change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.rules import layout as y


class Standing(models.Model):
    """A member's tier. ``level`` is the level's key, empty for none.

    ``spent_minor``, ``orders`` and ``grown`` are the sums over the tier window, which reaches back to the day after
    ``cut_day``.
    """

    member = models.OneToOneField("members.Member", models.PROTECT, primary_key=True, verbose_name=_("member"))
    level = models.CharField(_("tier"), max_length=64, blank=True, db_index=True)
    since = models.DateTimeField(_("since"), null=True)
    review_at = models.DateTimeField(_("review"), null=True)
    in_grace = models.BooleanField(_("in grace"), default=False)
    cut_day = models.IntegerField(null=True)
    spent_minor = models.BigIntegerField(_("spent in the window"), default=0)
    orders = models.BigIntegerField(_("orders in the window"), default=0)
    grown = models.BigIntegerField(_("growth in the window"), default=0)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")

    def __str__(self) -> str:
        return f"#{self.member_id} {self.level}"


class Activity(models.Model):
    """What a member did toward tiers on one local day (day number in the programme's time zone)."""

    member = models.ForeignKey("members.Member", models.PROTECT, db_index=False, db_constraint=False)
    day = models.IntegerField()
    spent_minor = models.BigIntegerField(default=0)
    orders = models.IntegerField(default=0)
    grown = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="tiers_activity_once")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.day}"


class Change(models.Model):
    """A member moved from one level to another; empty keys mean no level."""

    REASONS = [
        (y.REACHED, _("reached")),
        (y.REVIEWED, _("after review")),
        (y.REVISED, _("new programme version")),
    ]

    member = models.ForeignKey("members.Member", models.PROTECT, verbose_name=_("member"), db_index=False)
    from_level = models.CharField(_("from"), max_length=64, blank=True)
    to_level = models.CharField(_("to"), max_length=64, blank=True)
    reason = models.SmallIntegerField(_("why"), choices=REASONS)
    event = models.ForeignKey("events.Event", models.PROTECT, null=True, verbose_name=_("because of"), db_index=False)
    version = models.ForeignKey(
        "programmes.Version", models.PROTECT, verbose_name=_("programme version"), db_index=False
    )
    effective_at = models.DateTimeField(_("effective"))

    class Meta:
        verbose_name = _("tier change")
        verbose_name_plural = _("tier changes")
        indexes = [models.Index(fields=["member", "id"], name="tiers_change_member")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.from_level} → {self.to_level}"


class Badge(models.Model):
    """A badge that a member has won; once each. ``key`` is the programme's."""

    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    key = models.CharField(_("badge"), max_length=64)
    event = models.ForeignKey(
        "events.Event", models.PROTECT, verbose_name=_("because of"), db_index=False, db_constraint=False
    )
    won_at = models.DateTimeField(_("won"))

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="tiers_badge_once")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.key}"


class BenefitUse(models.Model):
    """How often a member has used a benefit in one window (day, week, month, year number; 0 for ever)."""

    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    key = models.CharField(_("benefit"), max_length=64)
    window = models.IntegerField(_("window"))
    times = models.IntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("use of a benefit")
        verbose_name_plural = _("uses of benefits")
        constraints = [models.UniqueConstraint(fields=["member", "key", "window"], name="tiers_benefit_use_once")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.key} {self.window}"


class Use(models.Model):
    """One use of a benefit, as its fact in the log has it; taken back at most once. ``window``: the one that it counted
    in; None for uses from before they were kept one by one."""

    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    key = models.CharField(_("benefit"), max_length=64)
    window = models.IntegerField(_("window"), null=True)
    event = models.ForeignKey(
        "events.Event", models.PROTECT, verbose_name=_("because of"), db_index=False, db_constraint=False
    )
    used_at = models.DateTimeField(_("used"), db_index=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True)
    taken_back_by = models.CharField(_("taken back by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("benefit used")
        verbose_name_plural = _("benefits used")
        constraints = [models.UniqueConstraint(fields=["event"], name="tiers_use_of_event")]
        indexes = [models.Index(fields=["member", "id"], name="tiers_use_member")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.key} {self.used_at:%Y-%m-%d}"

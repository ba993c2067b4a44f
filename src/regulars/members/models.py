"""Who the customers are: one stable internal id each, any number of ids outside, and their personal data apart."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Member(models.Model):
    """A customer. Anonymous visitors are members too, without a shop id, until they sign in and are joined."""

    first_seen_at = models.DateTimeField(_("first seen"))
    identified_at = models.DateTimeField(_("known since"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("joined with")
    )
    traits = models.JSONField(_("profile"), default=dict, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [models.Index(fields=["-first_seen_at"], name="members_first_seen")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class OutsideId(models.Model):
    """A name that a member goes by outside: the shop's user id, an anonymous visitor id, a social account…"""

    USER = "user"
    ANONYMOUS = "anonymous"

    member = models.ForeignKey(Member, models.PROTECT, related_name="outside_ids", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=32)
    value = models.CharField(_("id"), max_length=256)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("outside id")
        verbose_name_plural = _("outside ids")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="members_outside_id_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class PersonalData(models.Model):
    """Name, e-mail, phone, birthday, address. The only table with personal data; ``members.personal`` is its door.

    ``birthday_key``: the day the person keeps, as ``members.birthdays`` says it.
    """

    member = models.OneToOneField(
        Member, models.PROTECT, primary_key=True, related_name="personal", verbose_name=_("member")
    )
    data = models.JSONField(_("personal data"), default=dict)
    birthday_key = models.CharField(_("birthday kept on"), max_length=8, blank=True, db_default="", db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("personal data")
        verbose_name_plural = _("personal data")

    def __str__(self) -> str:
        return f"#{self.member_id}"


class Membership(models.Model):
    """A member belongs to a segment, as of its last refresh. ``audience.segments`` writes it; it is kept here by the
    segment's key so that whoever serves the member can read it."""

    pk = models.CompositePrimaryKey("member", "segment")
    member = models.ForeignKey(
        Member, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False, verbose_name=_("member")
    )
    segment = models.CharField(_("segment"), max_length=60)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["segment", "member"], name="members_of_segment")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.segment}"

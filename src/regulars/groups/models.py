"""Groups of members who buy one thing together: so many of them by a deadline, or none. The price stands in the offers
file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Group(models.Model):
    """A group that a member opened for a group buy of the offers file (``offer`` is its key).

    ``open`` until ``people`` members have paid (``formed``) or ``deadline`` has passed (``failed``).
    """

    OPEN, FORMED, FAILED = "open", "formed", "failed"
    STATES = [(OPEN, _("open")), (FORMED, _("formed")), (FAILED, _("failed"))]

    id = models.UUIDField(primary_key=True, editable=False)
    offer = models.CharField(_("group buy"), max_length=64)
    name = models.JSONField(_("name"), default=dict)
    opened_by = models.BigIntegerField(_("opened by"))
    people = models.SmallIntegerField(_("people"))
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=OPEN)
    opened_at = models.DateTimeField(_("opened"))
    deadline = models.DateTimeField(_("deadline"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    source = models.CharField(_("source"), max_length=64)
    message_id = models.CharField(_("message id"), max_length=256)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="groups_group_once"),
            models.CheckConstraint(condition=Q(people__gte=2), name="groups_group_of_two"),
        ]
        indexes = [
            models.Index(fields=["deadline"], name="groups_group_due", condition=Q(state="open")),
            models.Index(fields=["offer", "-opened_at"], name="groups_group_offer"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Place(models.Model):
    """One of a group's places: a member's, kept until ``kept_until`` while no checkout is under way, then as long as
    that lasts, and for good once it is paid. ``released_at``: the group failed, and the checkout was cancelled or its
    order refunded."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="places", verbose_name=_("group"))
    member_id = models.BigIntegerField(_("member"))
    joined_at = models.DateTimeField(_("joined"))
    kept_until = models.DateTimeField(_("kept until"))
    checkout_id = models.UUIDField(_("checkout"), null=True, unique=True)
    paid_at = models.DateTimeField(_("paid"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("place in a group")
        verbose_name_plural = _("places in groups")
        constraints = [models.UniqueConstraint(fields=["group", "member_id"], name="groups_place_once")]
        indexes = [
            models.Index(fields=["member_id", "-id"], name="groups_place_member"),
            models.Index(
                fields=["group"],
                name="groups_place_to_release",
                condition=Q(checkout_id__isnull=False, released_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.member_id}"

"""Invitations of members, the friends who came by them, and what is remembered to tell a friend from oneself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Invite(models.Model):
    """A member's own code, made when it is first asked for. It never changes: it stands in links that were sent."""

    member_id = models.BigIntegerField(_("member"), primary_key=True)
    code = models.CharField(_("code"), max_length=16, unique=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """A friend who came by a member's invitation, and how far that is.

    ``waiting`` for the friend's qualifying event until ``until_at`` (none: as long as it takes); ``due`` when that has
    come and the gifts are about to be given, ``counted`` when they are; ``held`` for a person to look at; ``refused``
    for ``reason``; ``returning`` and ``returned`` when all of the order went back and the gifts with it.
    A friend has one referral that is not refused. ``qualified_at`` is when the qualifying event happened;
    ``counted_event_id`` and ``friend_event_id`` are the events that gave the referrer and the friend their gifts.
    """

    WAITING, DUE, COUNTED, HELD, REFUSED = "waiting", "due", "counted", "held", "refused"
    RETURNING, RETURNED = "returning", "returned"
    STATES = [
        (WAITING, _("waiting")),
        (DUE, _("being counted")),
        (COUNTED, _("counted")),
        (HELD, _("held for review")),
        (REFUSED, _("refused")),
        (RETURNING, _("being taken back")),
        (RETURNED, _("taken back")),
    ]

    friend_id = models.BigIntegerField(_("friend"))
    referrer_id = models.BigIntegerField(_("referrer"))
    code = models.CharField(_("code"), max_length=16)
    joined_at = models.DateTimeField(_("accepted"))
    joined_event_id = models.BigIntegerField(_("event of acceptance"))
    until_at = models.DateTimeField(_("may count until"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=WAITING)
    reason = models.CharField(_("reason"), max_length=32, blank=True, default="")
    qualified_event_id = models.BigIntegerField(_("qualifying event"), null=True)
    qualified_at = models.DateTimeField(_("qualified"), null=True)
    order_id = models.TextField(_("order"), null=True)
    counted_event_id = models.BigIntegerField(_("event of the referrer's gift"), null=True)
    friend_event_id = models.BigIntegerField(_("event of the friend's gift"), null=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["friend_id"], condition=~Q(state="refused"), name="referrals_one_referrer_a_friend"
            ),
            models.UniqueConstraint(fields=["friend_id", "referrer_id"], name="referrals_pair_once"),
            models.CheckConstraint(
                condition=~Q(friend_id=F("referrer_id")) | Q(state="refused"), name="referrals_not_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "refused")) | Q(qualified_event_id__isnull=False),
                name="referrals_qualified_by_an_event",
            ),
            models.CheckConstraint(
                condition=~Q(state="counted") | Q(counted_event_id__isnull=False), name="referrals_counted_by_an_event"
            ),
        ]
        indexes = [
            models.Index(fields=["referrer_id", "-joined_at"], name="referrals_of_referrer"),
            models.Index(fields=["state", "-id"], name="referrals_state"),
            models.Index(fields=["-joined_at"], name="referrals_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.friend_id} by {self.referrer_id}"


class Review(models.Model):
    """What a person decided about a referral, and why. Rows are only ever added."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="reviews", verbose_name=_("referral"))
    at = models.DateTimeField(_("at"))
    author = models.CharField(_("by"), max_length=150)
    before = models.CharField(_("was"), max_length=10, choices=Referral.STATES)
    after = models.CharField(_("became"), max_length=10, choices=Referral.STATES)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("review of a referral")
        verbose_name_plural = _("reviews of referrals")

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.before} → {self.after}"


class Mark(models.Model):
    """A member was seen with this device, address, means of payment or network: a keyed hash, which tells nothing but
    whether two are the same, and without the installation's key not even that."""

    DEVICE, ADDRESS, PAYMENT, NETWORK = "device", "address", "payment", "network"
    KINDS = [
        (DEVICE, _("device")),
        (ADDRESS, _("address")),
        (PAYMENT, _("means of payment")),
        (NETWORK, _("network")),
    ]

    member_id = models.BigIntegerField(_("member"))
    kind = models.CharField(_("kind"), max_length=8, choices=KINDS)
    digest = models.BinaryField(max_length=16)
    seen_on = models.DateField(_("last seen"))

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [models.UniqueConstraint(fields=["member_id", "kind", "digest"], name="referrals_mark_once")]
        indexes = [models.Index(fields=["seen_on"], name="referrals_mark_age")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"

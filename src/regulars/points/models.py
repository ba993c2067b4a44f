"""The ledger: accounts, lots, transfers and holds.

A transfer moves points between two accounts of one member and currency; rows are never changed or deleted, and the
database refuses it. Balances and lots are the running result and can be derived again from the log at any time
(``regulars verify``).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.events.models import Xid8Field
from regulars.rules import layout as y


class Account(models.Model):
    """A member's place in the ledger and the row to lock before touching anything of theirs.

    ``clock_at`` is how far the member's time has been let pass; ``due_at`` when something next falls due.
    ``joined_day`` is the local day number of the first event, ``birthday_day`` that of the last birthday noted.
    """

    member = models.OneToOneField("members.Member", models.PROTECT, primary_key=True, verbose_name=_("member"))
    clock_at = models.DateTimeField(_("decided up to"))
    due_at = models.DateTimeField(_("next due"), null=True, blank=True, db_index=True)
    joined_day = models.IntegerField(_("joined (day number)"))
    birthday_day = models.IntegerField(_("last birthday (day number)"), null=True)
    version = models.ForeignKey(
        "programmes.Version", models.PROTECT, verbose_name=_("programme version"), db_index=False
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return f"#{self.member_id}"


class Round(models.Model):
    """How far an occasion of the calendar has come on a local day: accounts up to ``told_up_to`` have been told."""

    occasion = models.TextField(_("occasion"))
    day = models.IntegerField(_("local day (day number)"))
    told_up_to = models.BigIntegerField(_("members told, up to this number"), default=0)

    class Meta:
        verbose_name = _("round of the calendar")
        verbose_name_plural = _("rounds of the calendar")
        constraints = [models.UniqueConstraint(fields=["day", "occasion"], name="points_round_once")]

    def __str__(self) -> str:
        return f"{self.occasion} {self.day}"


class Balance(models.Model):
    """What a member has of one currency. ``debt`` is what refunds took beyond it."""

    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    currency = models.CharField(_("currency of points"), max_length=64)
    pending = models.BigIntegerField(_("pending"), default=0)
    available = models.BigIntegerField(_("available"), default=0)
    held = models.BigIntegerField(_("held"), default=0)
    debt = models.BigIntegerField(_("debt"), default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(fields=["member", "currency"], name="points_balance_once"),
            models.CheckConstraint(
                condition=Q(pending__gte=0, available__gte=0, held__gte=0, debt__gte=0),
                name="points_balance_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.currency}"


DUE = models.Case(models.When(state=y.LOT_PENDING, then=F("matures_at")), default=F("expires_at"))
"""When something happens to an open lot by itself: pending points mature, available ones lapse."""


class Lot(models.Model):
    """Points of one currency that one event earned, spent earliest expiry first.

    ``earnings`` is what each rule gave, seven numbers a rule (``rules.layout`` E without the lot), so that a refund
    takes exactly that back. ``remaining`` excludes what is held.
    """

    STATES = [(y.LOT_PENDING, _("pending")), (y.LOT_AVAILABLE, _("available"))]

    id = models.BigIntegerField(primary_key=True)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    currency = models.CharField(_("currency of points"), max_length=64)
    event = models.ForeignKey(
        "events.Event", models.PROTECT, verbose_name=_("earned by"), db_index=False, db_constraint=False
    )
    order_id = models.TextField(_("order"), null=True)
    earned = models.BigIntegerField(_("earned"))
    remaining = models.BigIntegerField(_("remaining"))
    state = models.SmallIntegerField(_("state"), choices=STATES)
    matures_at = models.DateTimeField(_("available from"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    earnings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("earned")), name="points_lot_remaining_in_bounds"
            )
        ]
        indexes = [
            models.Index("member", DUE, condition=Q(remaining__gt=0), name="points_lot_due"),
            models.Index(fields=["event"], name="points_lot_event"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.remaining}/{self.earned}"


class Hold(models.Model):
    """Points set aside for a purchase, then captured (a redemption), released, or lapsed by themselves."""

    STATES = [
        (y.HOLD_OPEN, _("open")),
        (y.HOLD_CAPTURED, _("captured")),
        (y.HOLD_RELEASED, _("released")),
        (y.HOLD_LAPSED, _("lapsed")),
    ]

    id = models.BigIntegerField(primary_key=True)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    currency = models.CharField(_("currency of points"), max_length=64)
    event = models.ForeignKey(
        "events.Event", models.PROTECT, verbose_name=_("placed by"), db_index=False, db_constraint=False
    )
    order_id = models.TextField(_("order"), null=True)
    state = models.SmallIntegerField(_("state"), choices=STATES)
    points = models.BigIntegerField(_("points"))
    returned = models.BigIntegerField(_("given back"), default=0)
    expires_at = models.DateTimeField(_("lapses"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            models.Index(fields=["member", "state"], name="points_hold_member"),
            models.Index(fields=["event"], name="points_hold_event"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class HoldLot(models.Model):
    """What a hold uses of a lot: still set aside while the hold is open, spent and not given back once captured."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="lots", verbose_name=_("hold"))
    lot = models.ForeignKey(Lot, models.PROTECT, verbose_name=_("lot"))
    points = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("lot of a hold")
        verbose_name_plural = _("lots of holds")
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="points_hold_lot_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="points_hold_lot_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} {self.lot_id}"


class Counter(models.Model):
    """How much of a capped rule a member has used in one window (day, week, month, year number)."""

    member = models.ForeignKey("members.Member", models.PROTECT, db_index=False, db_constraint=False)
    rule = models.CharField(max_length=64)
    window = models.IntegerField()
    points = models.BigIntegerField(default=0)
    times = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [models.UniqueConstraint(fields=["member", "rule", "window"], name="points_counter_once")]

    def __str__(self) -> str:
        return f"#{self.member_id} {self.rule} {self.window}"


class Transfer(models.Model):
    """One movement of points. Its arithmetic for an earning: ``base`` × the rule's rate × ``times_num/times_den``.

    ``xid``, the transaction that wrote the row, tells readers that nothing older can still appear; old rows have none.
    """

    ACCOUNTS = [
        (y.ISSUED, _("issued")),
        (y.ACC_PENDING, _("pending")),
        (y.ACC_AVAILABLE, _("available")),
        (y.ACC_HELD, _("held")),
        (y.ACC_DEBT, _("debt")),
        (y.REDEEMED, _("redeemed")),
        (y.EXPIRED, _("expired")),
        (y.DONATED, _("donated")),
    ]
    KINDS = [
        (y.EARN, _("earned")),
        (y.MATURE, _("became available")),
        (y.EXPIRE, _("expired")),
        (y.HOLD, _("set aside")),
        (y.CAPTURE, _("redeemed")),
        (y.RELEASE, _("released")),
        (y.LAPSE, _("hold lapsed")),
        (y.CLAW_BACK, _("taken back after a refund")),
        (y.GIVE_BACK, _("given back after a refund")),
        (y.REPAY, _("paid what was owed")),
        (y.ADJUST, _("adjusted by hand")),
    ]

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    currency = models.CharField(_("currency of points"), max_length=64)
    kind = models.SmallIntegerField(_("kind"), choices=KINDS)
    debit = models.SmallIntegerField(_("from"), choices=ACCOUNTS)
    credit = models.SmallIntegerField(_("to"), choices=ACCOUNTS)
    amount = models.BigIntegerField(_("points"))
    event = models.ForeignKey(
        "events.Event", models.PROTECT, verbose_name=_("because of"), db_index=False, db_constraint=False
    )
    rule = models.CharField(_("rule"), max_length=64, null=True)
    base = models.BigIntegerField(_("what counted"), null=True)
    times_num = models.IntegerField(default=1)
    times_den = models.IntegerField(default=1)
    version = models.ForeignKey(
        "programmes.Version", models.PROTECT, verbose_name=_("programme version"), db_index=False, db_constraint=False
    )
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, verbose_name=_("lot"), db_index=False, db_constraint=False)
    hold = models.ForeignKey(
        Hold, models.PROTECT, null=True, verbose_name=_("hold"), db_index=False, db_constraint=False
    )
    effective_at = models.DateTimeField(_("effective"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=models.functions.Now())
    xid = Xid8Field(db_default=models.Func(function="pg_current_xact_id"), null=True, editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="points_transfer_above_zero"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="points_transfer_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["member", "id"], name="points_transfer_member"),
            models.Index(fields=["event"], name="points_transfer_event"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class DaySum(models.Model):
    """What moved on a local day, by currency, kind and rule (or none). times: events, each with its first currency."""

    day = models.DateField()
    currency = models.CharField(max_length=64)
    kind = models.SmallIntegerField()
    rule = models.CharField(max_length=64, blank=True)
    points = models.BigIntegerField()
    times = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "currency", "kind", "rule"], name="points_day_sum_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"


class SummedTo(models.Model):
    """One row: the last transfer that is in ``DaySum``."""

    transfer = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.transfer)

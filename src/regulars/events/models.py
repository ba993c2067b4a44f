"""The log of everything customers did, and what stands around it: quarantine, waiting refunds, readers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class TextJSONField(models.JSONField):
    """JSON kept as it was written (PostgreSQL ``json``): read whole, never searched inside, cheap to write."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL ``json``."""
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Python objects; psycopg reads ``json`` by itself, Django leaves only ``jsonb`` to its fields."""
        return super().from_db_value(value, expression, connection) if isinstance(value, str) else value


class ExactJSONField(models.JSONField):
    """JSON whose numbers with a fraction are ``Decimal``, read and written to the last digit."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """PostgreSQL ``jsonb``, numbers written as they are."""
        return value if value is None or isinstance(value, Jsonb) else Jsonb(value, dumps=_encode)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Python objects, no float among them."""
        return value if value is None or not isinstance(value, (str, bytes)) else _decode(value)


class Xid8Field(models.Field):
    """A PostgreSQL transaction id (``xid8``)."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL ``xid8``."""
        return "xid8"

    def get_prep_value(self, value: Any) -> Any:
        """As text: PostgreSQL compares ``xid8`` with no number."""
        return str(value) if isinstance(value, int) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """A whole number."""
        return None if value is None else int(value)


class Event(models.Model):
    """One thing that happened. Rows are only ever added.

    ``id`` is the place in the log, given after the member is locked, so a member's events are in the order they were
    decided. ``xid`` is the transaction that wrote the row: readers use it to know that nothing older can still appear.
    ``effective_at`` is the moment the event was decided at: when it happened, or the member's clock if that had
    already passed. ``fact`` rows are what Regulars itself concluded; ``decision`` is the answer the sender got.
    ``amounts`` is the typed order (``rules.events.Order``) with its lines, in minor units.
    """

    id = models.BigIntegerField(primary_key=True)
    xid = Xid8Field(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    source = models.TextField(_("source"))
    message_id = models.TextField(_("message id"))
    name = models.TextField(_("event"))
    fact = models.BooleanField(_("concluded by Regulars"), default=False)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, null=True, verbose_name=_("member"), db_index=False, db_constraint=False
    )
    occurred_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), db_default=Now())
    effective_at = models.DateTimeField(_("decided as of"))
    version = models.ForeignKey(
        "programmes.Version",
        models.PROTECT,
        null=True,
        verbose_name=_("programme version"),
        db_index=False,
        db_constraint=False,
    )
    body_hash = models.BinaryField(max_length=16)
    currency = models.CharField(_("currency"), max_length=3, null=True)
    order_id = models.TextField(_("order"), null=True)
    properties = models.JSONField(_("properties"), default=dict)
    context = models.JSONField(_("context"), default=dict)
    amounts = TextJSONField(_("order lines"), null=True)
    decision = TextJSONField(_("decision"), null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="events_message_once"),
            models.UniqueConstraint(
                fields=["order_id"],
                condition=models.Q(name="Order Completed", fact=False),
                name="events_order_completed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "id"], name="events_member"),
            models.Index(fields=["xid"], name="events_xid"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Refusal(models.Model):
    """The quarantine: an event that could not be taken, whole, with its reason, until someone mends or drops it.

    ``typed`` is a waiting event in the form that goes in when its order comes (``events.quarantine.Typed``).
    """

    OPEN, WAITING, MENDED, DROPPED = "open", "waiting", "mended", "dropped"
    STATES = [
        (OPEN, _("open")),
        (WAITING, _("waiting for its order")),
        (MENDED, _("mended")),
        (DROPPED, _("dropped")),
    ]

    source = models.TextField(_("source"))
    message_id = models.TextField(_("message id"), blank=True)
    name = models.TextField(_("event"), blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    body = ExactJSONField(_("body"))
    body_hash = models.BinaryField(max_length=16)
    typed = models.TextField(blank=True, default="", editable=False)
    problem = models.JSONField(_("problem"), help_text=_("RFC 9457 problem details"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=OPEN)
    order_id = models.TextField(_("waits for order"), null=True, blank=True)
    wait_until = models.DateTimeField(_("waits until"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey("auth.User", models.PROTECT, null=True, blank=True, verbose_name=_("settled by"))
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, verbose_name=_("became event"))

    class Meta:
        verbose_name = _("quarantined event")
        verbose_name_plural = _("quarantine")
        indexes = [
            models.Index(fields=["state", "-received_at"], name="events_refusal_state"),
            models.Index(fields=["source", "message_id"], name="events_refusal_message"),
            models.Index(fields=["order_id"], condition=models.Q(state="waiting"), name="events_refusal_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "message_id", "body_hash"],
                condition=models.Q(state__in=["open", "waiting"]),
                name="events_refusal_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.message_id}"


class Reader(models.Model):
    """Where a follower of the log stands. It may read only transactions below ``high``; see ``events.readers``."""

    name = models.CharField(max_length=64, primary_key=True)
    low = models.BigIntegerField(default=0)
    high = models.BigIntegerField(default=0)
    place = models.BigIntegerField(default=0)
    read_count = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    def __str__(self) -> str:
        return self.name


class DayCount(models.Model):
    """How many events of each name happened on each day (the programme's); kept by the reader ``day-counts``."""

    day = models.DateField(_("day"))
    name = models.TextField(_("event"))
    count = models.BigIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="events_day_count_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

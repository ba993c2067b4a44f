"""One event as a shop sends it -> one typed ``Incoming``, or a refusal that names the field.

Two spellings are one: native ``snake_case`` and Segment's ``camelCase`` (``message_id``/``messageId``). A ``type``
other than ``track`` makes Segment's other calls: identify, alias, page, screen, group. What is not known here is kept:
properties and context as they are, strangers beside them under ``context.extra``.

This is the hot path: plain dictionaries, few calls, and a look at the whole body only when it gave a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from regulars.events.quarantine import digest
from regulars.flow import facts
from regulars.flow.batch import Incoming
from regulars.flow.problems import Problem, unfit_problem
from regulars.flow.wire import personal
from regulars.flow.wire.fields import TEXT_MAX, either, moment, outside_id, text
from regulars.flow.wire.marks import marks_of
from regulars.flow.wire.oddities import look_through, storable
from regulars.members.who import Who
from regulars.rules.events import (
    LEDGER_NAMES,
    ORDER_COMPLETED,
    OWN_NAMES,
    POINTS_REDEEMED,
    REFUND_NAMES,
    Event,
    Order,
)
from regulars.rules.money import MINOR_DIGITS, Unfit
from regulars.rules.orders import TYPED, order_id_of, order_of
from regulars.rules.refunds import check_refund

CALLS = {
    "track": "",
    "identify": "Identified",
    "alias": "Aliased",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "group": "Group Joined",
}
"""Segment's calls, and what each is called in the log; track names its event itself."""

_ENVELOPE = frozenset(
    "name event message_id messageId user_id userId anonymous_id anonymousId timestamp occurred_at occurredAt type"
    " properties context traits previous_id previousId group_id groupId category".split()
)
_TRANSPORT = frozenset(
    "sentAt sent_at receivedAt originalTimestamp writeKey write_key _metadata integrations version".split()
)
"""About the sending, not about the event: the same event sent again may differ here."""
_RESERVED = LEDGER_NAMES - {POINTS_REDEEMED} | OWN_NAMES | facts.NAMES
_MONEY_NAMES = REFUND_NAMES | {ORDER_COMPLETED}
_canonical = msgspec.json.Encoder(order="deterministic").encode


@dataclass(slots=True)
class Refused:
    """An event that could not be typed."""

    problem: Problem
    message_id: str
    name: str
    body: Any
    body_hash: bytes
    order_id: str | None = None


@dataclass(slots=True)
class Reader:
    """Reads the events of one request.

    source: where they come from (the key's). now: when they were received. currency, digits: the programme's.
    derive_ids: an event without a message id gets one from what it says (Segment's clients always send one).
    marks: the kinds of marks that are taken from what is personal, before that is dropped.
    """

    source: str
    now: datetime
    currency: str
    digits: int
    derive_ids: bool = False
    marks: frozenset[str] = frozenset()

    def read(self, body: Any, at: str = "", odd: bool = False) -> Incoming | Refused:
        """Type one event. ``at`` leads the field of a problem (``events[3].``); ``odd`` asks for a look through it."""
        try:
            if type(body) is not dict:
                raise Unfit("not-an-object", "")
            if odd:
                look_through(body)
            plain = body if _TRANSPORT.isdisjoint(body) else {k: v for k, v in body.items() if k not in _TRANSPORT}
            try:
                body_hash = digest(_canonical(plain))
            except (UnicodeEncodeError, RecursionError):
                look_through(body)
                raise
            return self._read(plain, body_hash)
        except Unfit as unfit:
            return self._refused(unfit_problem(unfit, at), body)

    def _refused(self, problem: Problem, body: Any) -> Refused:
        kept = storable(body)
        message_id = name = ""
        if type(kept) is dict:
            kept = {key: value for key, value in kept.items() if key not in _TRANSPORT}
            found = kept.get("message_id") or kept.get("messageId")
            message_id = found[:TEXT_MAX] if type(found) is str else ""
            found = kept.get("event") or kept.get("name")
            name = found[:TEXT_MAX] if type(found) is str else ""
        body_hash = digest(_canonical(kept))
        if type(kept) is dict:
            _forget_people(kept)
        return Refused(problem, message_id, name, kept, body_hash)

    def _read(self, body: dict[str, Any], body_hash: bytes) -> Incoming:
        get = body.get
        kind = get("type")
        if kind is None or kind == "track":
            name = get("event")
            if name is None:
                name = get("name")
            name = text(name, "name")
            if name in _RESERVED:
                raise Unfit("reserved-name", "name", name=name)
        else:
            if type(kind) is not str or kind not in CALLS:
                raise Unfit("unknown-type", "type", known=", ".join(CALLS))
            name = CALLS[kind]
        message_id = get("message_id")
        if message_id is None:
            message_id = get("messageId")
        if self.derive_ids and message_id in (None, ""):
            message_id = f"body-{body_hash.hex()}"
        else:
            message_id = text(message_id, "message_id")
        user_id = get("user_id")
        if user_id is None:
            user_id = get("userId")
        if user_id is not None:
            user_id = outside_id(user_id, "user_id")
        anonymous_id = get("anonymous_id")
        if anonymous_id is None:
            anonymous_id = get("anonymousId")
        if anonymous_id is not None:
            anonymous_id = outside_id(anonymous_id, "anonymous_id")
        if user_id is None and anonymous_id is None:
            raise Unfit("no-one", "user_id")
        occurred_at = moment(body, self.now)
        properties = get("properties")
        if properties is None:
            properties = {}
        elif type(properties) is not dict:
            raise Unfit("not-an-object", "properties")
        context = get("context")
        if context is None:
            context = {}
        elif type(context) is not dict:
            raise Unfit("not-an-object", "context")
        marks = marks_of(name, properties, context, self.marks) if self.marks else ()
        if context:
            personal.drop(context, "context")
        if not body.keys() <= _ENVELOPE:
            extra = {key: value for key, value in body.items() if key not in _ENVELOPE}
            personal.drop(extra, "context.extra")
            context = {**context, "extra": extra}
        event = Event(name, self.source, message_id, occurred_at, properties, context)
        incoming = Incoming(event, Who(user_id, anonymous_id), body_hash, body, marks=marks)
        if kind is not None and kind != "track":
            self._call(incoming, kind, body)
            return incoming
        personal.drop(properties, "properties", skip="products")
        try:
            self._money(event, properties)
        except Unfit as unfit:
            raise Unfit(unfit.kind, f"properties.{unfit.field}", **unfit.values) from None
        return incoming

    def _money(self, event: Event, properties: dict[str, Any]) -> None:
        """Currency, order id and amounts."""
        given = properties.get("currency")
        if event.name not in _MONEY_NAMES:
            if type(given) is str and given.upper() in MINOR_DIGITS:
                event.currency = given.upper()
            event.order_id = order_id_of(properties)
            if "products" in properties:
                personal.drop({"products": properties["products"]}, "properties")
            return
        if given is None:
            event.currency = self.currency
        else:
            if type(given) is not str or given.upper() not in MINOR_DIGITS:
                raise Unfit("unknown-currency", "currency")
            if given.upper() != self.currency:
                raise Unfit("other-currency", "currency", given=given.upper(), expected=self.currency)
            event.currency = self.currency
        if event.name == ORDER_COMPLETED:
            order = order_of(properties, self.digits)
            event.order = order
            event.order_id = order.order_id
            event.properties = {k: v for k, v in properties.items() if k not in TYPED and k != "currency"}
            _forget_people_of_lines(order, properties)
        else:
            check_refund(properties, self.digits)
            event.order_id = order_id_of(properties)
            if "products" in properties:
                personal.drop({"products": properties["products"]}, "properties")

    def _call(self, incoming: Incoming, kind: str, body: dict[str, Any]) -> None:
        """Segment's calls other than track."""
        event = incoming.event
        properties = dict(event.properties)
        personal.drop(properties, "properties")
        if kind in ("identify", "group"):
            traits = body.get("traits")
            if traits is not None and type(traits) is not dict:
                raise Unfit("not-an-object", "traits")
            traits = traits or {}
            taken = personal.take_from_traits(traits)
            personal.drop(traits, "traits")
            properties |= traits
            if kind == "identify":
                incoming.personal, incoming.traits = taken, traits
            else:
                properties["group_id"] = outside_id(either(body, "group_id", "groupId"), "group_id")
        elif kind == "alias":
            previous = outside_id(either(body, "previous_id", "previousId"), "previous_id")
            if incoming.who.user_id is None:
                raise Unfit("missing", "user_id")
            if previous is None:
                raise Unfit("missing", "previous_id")
            properties["previous_id"] = previous
            incoming.who = Who(incoming.who.user_id, previous)
        else:
            for key in ("name", "category"):
                if body.get(key) is not None:
                    properties[key] = text(body[key], key)
        event.properties = properties


def _forget_people(body: dict[str, Any]) -> None:
    """Take what is personal out of a refused body."""
    for key in ("properties", "context", "traits"):
        values = body.get(key)
        if type(values) is dict:
            try:
                if key == "traits":
                    personal.take_from_traits(values)
                personal.drop(values, key)
            except Unfit:
                body[key] = {}


def _forget_people_of_lines(order: Order, properties: dict[str, Any]) -> None:
    """Take what is personal out of what lines hold beyond the known."""
    for line in order.lines:
        if line.extra:
            personal.drop(line.extra, f"properties.products[{line.number}]")
            personal.drop(properties["products"][line.number], f"properties.products[{line.number}]")

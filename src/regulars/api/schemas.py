"""What goes in and comes out, as the OpenAPI document describes it.

Events are parsed by hand (``flow.wire``), so their schemas are documentation; the small bodies of holds and adjustments
are checked against theirs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StrictInt, StrictStr

Points = Annotated[StrictInt, Field(ge=1, le=10**12)]
Money = Annotated[Decimal | int | str, Field(description="Major unit, exact; as a number or its text.")]


class Problem(Schema):
    """RFC 9457 problem details. Further members carry the numbers the detail speaks of."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/api/problems/negative-amount"])
    title: str
    status: int
    detail: str = ""
    field: str | None = Field(None, description="Where in what was sent", examples=["events[3].properties.total"])


class Product(Schema):
    """A product of an order: a price and a quantity, or the line's subtotal, or its total after discount."""

    model_config = ConfigDict(extra="allow")

    product_id: str
    sku: str | None = None
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    variant: str | None = None
    price: Money | None = Field(None, description="Of one")
    quantity: int = Field(1, ge=1)
    subtotal: Money | None = Field(None, description="Of the line, before discounts; instead of a price")
    discount: Money | None = Field(None, description="Of the line")
    total: Money | None = Field(None, description="Of the line, after its discount")
    tax: Money | None = Field(None, description="Of the line, on top")


class OrderProperties(Schema):
    """What an `Order Completed` says. Sums that are given must be the sums of the lines."""

    model_config = ConfigDict(extra="allow")

    order_id: str
    currency: str | None = Field(None, description="ISO 4217; the programme's when left out")
    products: list[Product] | None = Field(None, max_length=2000)
    discount: Money | None = Field(None, description="Of the whole order, the lines' included")
    points_amount: Money | None = Field(None, description="The part paid with points")
    subtotal: Money | None = None
    tax: Money | None = None
    tax_included: bool = False
    shipping: Money | None = None
    total: Money | None = Field(None, description="Goods after discounts, with tax and shipping")


class RefundProperties(Schema):
    """What an `Order Refunded` says: nothing more than the order (all of it), an amount, or products."""

    model_config = ConfigDict(extra="allow")

    order_id: str
    currency: str | None = None
    amount: Money | None = None
    shipping: Money | None = None
    products: list[RefundedProduct] | None = None


class RefundedProduct(Schema):
    """A line of the order, named by line_id, number, product_id or sku; how many of it, or how much."""

    line_id: str | None = None
    number: int | None = None
    product_id: str | None = None
    sku: str | None = None
    quantity: int | None = None
    amount: Money | None = None


RefundProperties.model_rebuild()


class Event(Schema):
    """Something a customer did. Segment's camelCase spelling is taken as well."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(description="Names follow Segment's e-commerce specification", examples=["Order Completed"])
    message_id: str = Field(max_length=256, description="Yours, unique: the same event sent twice counts once")
    user_id: str | None = Field(None, max_length=256, description="Your customer's id")
    anonymous_id: str | None = Field(None, max_length=256, description="A visitor's id, if there is no customer's")
    timestamp: datetime | None = Field(None, description="When it happened, with an offset; now when left out")
    type: Literal["track", "identify", "alias", "page", "screen", "group"] = "track"
    properties: OrderProperties | RefundProperties | dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    traits: dict[str, Any] | None = Field(None, description="Of an identify event; personal ones are kept apart")


class Events(Schema):
    """Up to a thousand events, taken in order."""

    events: list[Event] = Field(min_length=1, max_length=1000)


class Transfer(Schema):
    """One movement of points."""

    currency: str
    kind: str
    from_: str = Field(alias="from")
    to: str
    points: int
    rule: str | None = None


class Balance(Schema):
    """What a member has of one currency of points."""

    available: int
    pending: int
    held: int
    debt: int


class Decision(Schema):
    """What an event was worth. Sent again, the event gets the same answer."""

    model_config = ConfigDict(extra="allow")

    status: Literal["accepted", "duplicate"] | None = None
    event_id: int
    member: str | None = None
    programme_version: int
    transfers: list[Transfer]
    balances: dict[str, Balance]
    tier: dict[str, Any]
    capped: list[dict[str, Any]] = []


class Result(Schema):
    """What became of one event of a batch."""

    status: Literal["accepted", "duplicate", "waiting", "refused"]
    event_id: int | None = None
    decision: Decision | None = None
    problem: Problem | None = None


class Results(Schema):
    """What became of each event, in the order they were sent."""

    results: list[Result]


class HoldIn(Schema):
    """Points to set aside."""

    model_config = ConfigDict(extra="forbid")

    points: Points
    currency: StrictStr = Field("", max_length=64, description="Of points; the first spendable one when left out")
    order_id: StrictStr | None = Field(None, max_length=256)
    expires_in_seconds: Annotated[StrictInt, Field(ge=1, le=30 * 86_400)] | None = Field(
        None, description="Half an hour when left out"
    )


class CaptureIn(Schema):
    """How many of the held points are spent; the rest goes back."""

    model_config = ConfigDict(extra="forbid")

    points: Points | None = None
    order_id: StrictStr | None = Field(None, max_length=256)


class AdjustmentIn(Schema):
    """Points given, or with a minus taken, by hand."""

    model_config = ConfigDict(extra="forbid")

    points: Annotated[StrictInt, Field(ge=-(10**12), le=10**12)]
    currency: StrictStr = Field("", max_length=64)
    reason: StrictStr = Field(min_length=1, max_length=500, description="The customer reads it")


class HoldOut(Decision):
    """The hold and where the member stands with it."""

    hold: int | None = None


class CheckoutOut(Schema):
    """A checkout: `price` is the answer to its cart, `order` what to send once the order is placed."""

    checkout: str
    state: str = Field(description="reserved, committed, cancelled or expired")
    expires_at: datetime
    price: dict[str, Any]
    hold: int | None = None
    order_id: str | None = None
    order: dict[str, Any] | None = None
    returned: dict[str, Any] | None = None


class TransferOut(Schema):
    """One row of the ledger."""

    id: int
    currency: str
    kind: str
    from_: str = Field(alias="from")
    to: str
    points: int
    event_id: int
    rule: str | None
    base: int | None = Field(description="What counted, in minor units")
    times: str = Field(description="The tier's multiplier")
    programme_version: int
    effective_at: datetime
    recorded_at: datetime


class Transfers(Schema):
    """A page of the ledger, newest first; `next` is the cursor of the page after it, null at the end."""

    transfers: list[TransferOut]
    next: int | None


class Explanation(Schema):
    """One thing that happened to the member's points, in words."""

    id: int
    at: datetime
    currency: str
    kind: str
    points: int
    title: str
    why: str
    arithmetic: str
    notes: list[str]
    pending: bool
    order_id: str | None
    event_id: int
    rule: str | None
    programme_version: int
    transfers: list[int]


class Explanations(Schema):
    """A page of explanations, newest first."""

    explanations: list[Explanation]
    next: int | None


def problems(*statuses: int) -> dict[Any, Any]:
    """The problem responses of an operation."""
    return dict.fromkeys(statuses, Problem)


REFERENCES = "#/components/schemas/{model}"


def components(*models: type[Schema]) -> dict[str, Any]:
    """The schemas of these models and of all that they speak of, by name."""
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template=REFERENCES)
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found

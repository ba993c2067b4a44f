"""What goes in and comes out where points are spent on gifts or given away, and where members buy together."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import ConfigDict, Field, StrictStr

from regulars.api.schemas import Points


class GiftOut(Schema):
    """One gift. `why` says why the member named cannot have it now: `points` (then `missing` are missing), `tier`,
    `segment`, `joined_days`, `not_yet`, `over`, `sold_out`, `used_up`; null when they can."""

    key: str
    kind: str = Field(description="product or coupon")
    name: dict[str, str]
    description: dict[str, str]
    picture: str | None
    points: int
    currency: str
    product_id: str | None
    sku: str | None
    coupon: str | None
    left: int | None = Field(description="How many there are; null without limit")
    why: str | None
    missing: int


class Gifts(Schema):
    """The catalogue, in the order of the offers file."""

    gifts: list[GiftOut]


class GiftIn(Schema):
    """Which gift."""

    model_config = ConfigDict(extra="forbid")

    gift: StrictStr = Field(min_length=1, max_length=64)


class RedemptionOut(Schema):
    """One gift that a member took."""

    id: int
    gift: str
    kind: str
    state: str = Field(description="ordered, handed_over or cancelled")
    points: int
    currency: str
    product_id: str | None
    sku: str | None
    coupon: int | None
    hold: int
    ordered_at: datetime
    settled_at: datetime | None
    reason: str | None


class CancelIn(Schema):
    """Why it is not sent; the member reads it."""

    model_config = ConfigDict(extra="forbid")

    reason: StrictStr = Field(min_length=1, max_length=300)


class CharityOut(Schema):
    """One project and what it was given: `points`, `amount` of money as a decimal text, by how many `donors`."""

    key: str
    name: dict[str, str]
    description: dict[str, str]
    picture: str | None
    currency: str
    unit: int = Field(description="Points are given in multiples of this")
    at_least: int
    unit_amount: str | None = Field(description="Money the shop gives for a unit")
    goal: int | None
    open: bool
    points: int
    amount: str
    donors: int


class Charities(Schema):
    """The projects, in the order of the offers file."""

    charities: list[CharityOut]


class DonationIn(Schema):
    """Points to a project."""

    model_config = ConfigDict(extra="forbid")

    charity: StrictStr = Field(min_length=1, max_length=64)
    points: Points


class DonationOut(Schema):
    """A donation, and what the project has now."""

    id: int
    charity: str
    points: int
    currency: str
    amount: str
    at: datetime
    total: CharityOut | None


class OpenGroupIn(Schema):
    """Who opens a group, for which group buy."""

    model_config = ConfigDict(extra="forbid")

    member: StrictStr = Field(min_length=1, max_length=256)
    group_buy: StrictStr = Field(min_length=1, max_length=64)


class JoinIn(Schema):
    """Who joins."""

    model_config = ConfigDict(extra="forbid")

    member: StrictStr = Field(min_length=1, max_length=256)


class GroupOut(Schema):
    """A group: so many of `people` places are `taken`, so many `paid`. A cart says its id as `group`."""

    id: str
    group_buy: str
    state: str = Field(description="open, formed or failed")
    people: int
    taken: int
    paid: int
    opened_at: datetime
    deadline: datetime
    settled_at: datetime | None
    kept_until: datetime | None = Field(None, description="Of the place just taken: until when, without a checkout")

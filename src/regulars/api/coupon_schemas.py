"""What goes in and comes out of the routes of coupons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictInt, StrictStr

Text = Annotated[StrictStr, Field(pattern=r"^[^\x00]*$")]
"""A text as PostgreSQL can keep it."""


class GiveIn(Schema):
    """A coupon of the live offers for one member."""

    model_config = ConfigDict(extra="forbid")

    coupon: Text = Field(max_length=64, description="Its key in the offers file")
    valid_until: AwareDatetime | None = Field(None, description="Sooner than its definition says")
    reason: Text = Field("", max_length=500, description="For operators' eyes")


class ClaimIn(Schema):
    """From which batch."""

    model_config = ConfigDict(extra="forbid")

    batch: StrictInt


class CodeIn(Schema):
    """A code of a batch."""

    model_config = ConfigDict(extra="forbid")

    code: Text = Field(min_length=1, max_length=100)


class WithdrawIn(Schema):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=1, max_length=500)


class CouponOut(Schema):
    """A member's coupon; `name`, `gives` and `terms` in the language of `Accept-Language`."""

    id: int
    coupon: str
    name: str
    gives: str
    terms: list[str]
    state: Literal["open", "reserved", "used", "expired", "withdrawn"]
    code: str | None
    batch: int | None
    given_at: datetime
    valid_until: datetime | None
    used_at: datetime | None
    order_id: str | None


class CouponsOut(Schema):
    """A member's coupons, those that can be used and end first leading."""

    coupons: list[CouponOut]


class ClaimableOut(Schema):
    """A batch in the claim centre as one member sees it."""

    batch: int
    coupon: str
    name: str
    gives: str
    terms: list[str]
    left: int
    claimed: int = Field(description="How many of it the member has had")
    claim_until: datetime | None
    why_not: str | None = Field(description="null: it can be claimed")


class ClaimablesOut(Schema):
    """What there is to claim."""

    claimable: list[ClaimableOut]


class BatchIn(Schema):
    """A new batch. `generated`: `count` codes; `imported`: `codes`; `claimed`: `count` coupons in the claim centre;
    `given`: one to each of `members`."""

    model_config = ConfigDict(extra="forbid")

    coupon: Text = Field(max_length=64)
    kind: Literal["generated", "imported", "claimed", "given"]
    name: Text = Field("", max_length=200)
    count: StrictInt = Field(0, ge=0, description="Up to 5,000,000")
    prefix: Text = Field("", max_length=64)
    length: StrictInt = Field(0, ge=0, description="Random characters; chosen when left out")
    per_member: StrictInt = 1
    claim_from: AwareDatetime | None = None
    claim_until: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    codes: list[Text] = Field(default_factory=list)
    members: list[Text] = Field(default_factory=list, description="The shop's ids; up to 10,000")


class UnfitCode(Schema):
    """A code of the list that was not taken."""

    line: int = Field(description="Its place in the list, from 1")
    code: str
    why: Literal["bad", "twice", "exists"]


class BatchOut(Schema):
    """A batch and how far it is."""

    id: int
    coupon: str
    name: str
    kind: str
    state: Literal["making", "ready", "stopped"]
    wanted: int
    made: int
    prefix: str
    length: int
    per_member: int
    claim_from: datetime | None
    claim_until: datetime | None
    valid_until: datetime | None
    created_at: datetime
    not_taken: list[UnfitCode] | None = None
    coupons: dict[str, int] | None = Field(None, description="How many are in each state")


class BatchesOut(Schema):
    """A page of batches, newest first."""

    batches: list[BatchOut]
    next: int | None


class CodeOut(Schema):
    """A code: whose kind it is and whether it can be used now."""

    code: str
    coupon: str
    state: Literal["open", "reserved", "used", "expired", "withdrawn", "public"]
    usable: bool
    owned: bool = Field(description="It is in a member's wallet: only that member can use it")
    batch: int | None
    valid_until: datetime | None
    order_id: str | None

"""What goes out about invitations and the friends who came by them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

State = Literal["waiting", "late", "held", "counted", "refused", "returned"]
"""`waiting` for the friend's order; `late`: it did not come in time; `held` for review; `counted`; `refused`;
`returned`: taken back."""


class InviteOut(Schema):
    """A member's invitation. `link` is null when the shop has set no page of its own for invitations."""

    code: str
    link: str | None
    friends: dict[State, int] = Field(description="How many friends are in each state; states without any are missing")
    points: dict[str, int] = Field(description="Points that friends brought, by currency; without what was taken back")
    things: int = Field(description="Coupons and badges that friends brought")


class ReferralOut(Schema):
    """One friend. `reason` is why it is held, refused or was taken back: `self`, `already_customer`, `same_device`,
    `same_address`, `same_payment`, `many_at_once`, `same_network`, `order_returned`, `by_hand`, `joined_before`,
    `too_late`. `why` says it in the language of `Accept-Language`."""

    id: int
    friend: str | None = Field(description="What the shop calls the friend; null for a visitor")
    referrer: str | None = Field(description="What the shop calls the referrer")
    state: State
    reason: str | None
    why: str
    accepted_at: datetime
    until: datetime | None = Field(description="By when the friend must qualify; null without limit")
    order_id: str | None = Field(description="The order that made it count, or would have")
    points: dict[str, int] = Field(description="Points that this side got for it, by currency")


class ReferralsOut(Schema):
    """The friends a member brought, the newest first, and by whose invitation the member came."""

    referrals: list[ReferralOut]
    next: int | None
    invited_by: ReferralOut | None

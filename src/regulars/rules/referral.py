"""Members who bring friends: the section of a programme, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from regulars.rules.condition import Condition, Test
from regulars.rules.events import REFERRAL_COUNTED
from regulars.rules.rule import Cap, EarnRule, Gift

FRIENDS_PER_HOUR = 10
"""More friends of one member than this within an hour are looked at by a person: a link in a chat brings a handful, a
link in a group of fraud dozens."""
FRIENDS_PER_NETWORK = 3
"""More friends of one member than this from one network (as the shop's events say it) are looked at by a person: a
family shares one, a farm of accounts too."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Members who bring friends: what a friend must do to count, and what both sides get.

    when, where, within_days: the friend's qualifying event, at most so many local days after the day they accepted the
    invitation (0: at any time). referrer, friend: the gifts of the sides; ``at_most`` caps the referrer's.
    refuses: which likenesses of the two are refused. More friends of one referrer than ``friends_per_hour`` within an
    hour, or than ``friends_per_network`` from one network, are held for a person to look at; 0: never.
    returned: what happens when all of the qualifying order is returned.
    """

    when: str
    where: Condition = field(default_factory=Condition)
    within_days: int = 0
    referrer: tuple[Gift, ...] = ()
    friend: tuple[Gift, ...] = ()
    at_most: Cap | None = None
    refuses: tuple[Literal["self", "same_device", "same_address", "same_payment"], ...] = (
        "self",
        "same_device",
        "same_address",
        "same_payment",
    )
    friends_per_hour: int = FRIENDS_PER_HOUR
    friends_per_network: int = FRIENDS_PER_NETWORK
    returned: Literal["take_back", "keep"] = "take_back"

    @property
    def rules(self) -> tuple[EarnRule, ...]:
        """The rules that give what the sides get, when the referral has counted; no rule of a file can be called so.
        Where only points of another currency or none are given, ``gives`` is for the programme to fill in."""
        sides = (("referrer", self.referrer, self.at_most), ("friend", self.friend, None))
        return tuple(
            EarnRule(
                f"referral:{side}",
                REFERRAL_COUNTED,
                next((gift.key for gift in gifts if gift.kind == "points"), ""),
                where=Condition((Test("side", "equal", side),)),
                at_most=at_most,
                gifts=gifts,
            )
            for side, gifts, at_most in sides
            if gifts
        )

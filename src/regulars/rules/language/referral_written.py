"""The section ``referral`` as the file would say it."""

from __future__ import annotations

from typing import Any

from regulars.rules.language.plainly import condition, filled
from regulars.rules.language.referral import REFUSES
from regulars.rules.language.tasks_written import gifts, times
from regulars.rules.programme import FRIENDS_PER_HOUR, FRIENDS_PER_NETWORK, Referral


def referral(one: Referral) -> dict[str, Any]:
    """The section."""
    holds = {
        "friends_per_hour": one.friends_per_hour if one.friends_per_hour != FRIENDS_PER_HOUR else None,
        "friends_per_network": one.friends_per_network if one.friends_per_network != FRIENDS_PER_NETWORK else None,
    }
    counts = {"when": one.when, "where": condition(one.where.tests), "within_days": one.within_days or None}
    return filled(
        {
            "counts": filled(counts),
            "gives": filled({"referrer": gifts(one.referrer), "friend": gifts(one.friend)}),
            "at_most": None if one.at_most is None else times(one.at_most),
            "refuses": list(one.refuses) if one.refuses != REFUSES else None,
            "holds": filled(holds),
            "returned": one.returned if one.returned != "take_back" else None,
        }
    )

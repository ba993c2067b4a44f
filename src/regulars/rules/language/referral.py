"""The section ``referral``: what counts as a friend won, what both get, what is refused and what is looked at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.rules.events import LEDGER_NAMES, REFERRAL_COUNTED, REFUND_NAMES
from regulars.rules.language.earn import event_name, read_conditions
from regulars.rules.language.gifts import read_gifts, read_times
from regulars.rules.language.points import DAYS_MAX
from regulars.rules.language.reading import Path, Reader
from regulars.rules.programme import FRIENDS_PER_HOUR, FRIENDS_PER_NETWORK, Gift, Referral

SETTINGS = ("counts", "gives", "at_most", "refuses", "holds", "returned")
REFUSES = ("self", "same_device", "same_address", "same_payment")
HOLDS = ("friends_per_hour", "friends_per_network")
RETURNED = ("take_back", "keep")
FRIENDS_MAX = 10_000


def read_referral(
    reader: Reader, value: Any, path: Path, currencies: Sequence[str], tiers: Sequence[str]
) -> Referral | None:
    """The section; None when it is empty, or nothing can be made of it."""
    referral = reader.section(value, path, SETTINGS, needs=("counts", "gives"))
    if not referral or "counts" not in referral or "gives" not in referral:
        return None
    at = (*path, "counts")
    counts = reader.section(referral["counts"], at, ("when", "where", "within_days"), needs=("when",)) or {}
    when = event_name(reader, counts["when"], (*at, "when")) if "when" in counts else None
    if when in REFUND_NAMES or when in LEDGER_NAMES or when == REFERRAL_COUNTED:
        reader.say((*at, "when"), "moves points by itself; it cannot earn")
    asked = read_conditions(reader, counts, at, tiers, ("where",))
    for test in asked.of_member:
        reader.say((*at, "where", test.name), "is about the member: a referral asks about what the friend did")
    within = reader.whole(counts["within_days"], (*at, "within_days"), 1, DAYS_MAX) if "within_days" in counts else 0
    gifts = _gives(reader, referral["gives"], (*path, "gives"), currencies)
    refuses: tuple[str, ...] = REFUSES
    if "refuses" in referral:
        said = reader.items(referral["refuses"], (*path, "refuses"), least=0)
        words = [reader.choice(word, (*path, "refuses", place), REFUSES) for place, word in enumerate(said)]
        refuses = tuple(word for word in REFUSES if word in words)
    holds = _holds(reader, referral["holds"], (*path, "holds")) if "holds" in referral else {}
    returned = reader.choice(referral["returned"], (*path, "returned"), RETURNED) if "returned" in referral else None
    return Referral(
        when=when or "",
        where=asked,
        within_days=within or 0,
        referrer=gifts.get("referrer", ()),
        friend=gifts.get("friend", ()),
        at_most=read_times(reader, referral["at_most"], (*path, "at_most")) if "at_most" in referral else None,
        refuses=refuses,  # type: ignore[arg-type]
        friends_per_hour=holds.get("friends_per_hour", FRIENDS_PER_HOUR),
        friends_per_network=holds.get("friends_per_network", FRIENDS_PER_NETWORK),
        returned="keep" if returned == "keep" else "take_back",
    )


def _gives(reader: Reader, value: Any, path: Path, currencies: Sequence[str]) -> dict[str, tuple[Gift, ...]]:
    sides = reader.section(value, path, ("referrer", "friend")) or {}
    if isinstance(value, Mapping) and not value:
        reader.say(path, "needs `referrer`, `friend` or both")
    return {
        side: read_gifts(reader, sides[side], (*path, side), currencies)
        for side in ("referrer", "friend")
        if side in sides
    }


def _holds(reader: Reader, value: Any, path: Path) -> dict[str, int]:
    limits = reader.section(value, path, HOLDS) or {}
    found = {key: reader.whole(limits[key], (*path, key), 0, FRIENDS_MAX) for key in HOLDS if key in limits}
    return {key: limit for key, limit in found.items() if limit is not None}

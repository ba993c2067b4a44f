"""The section ``referral``: looked over for slips, run by a later step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.rules.language.earn import event_name
from regulars.rules.language.gifts import PER, read_gifts
from regulars.rules.language.points import DAYS_MAX
from regulars.rules.language.reading import Path, Reader, is_list
from regulars.rules.language.where import read_tests

SECTIONS = ("referral",)
REFUSES = ("self", "same_device", "same_address", "same_payment")


class Later:
    """Looks over the sections with the currencies and tiers that the rest of the file has."""

    def __init__(self, reader: Reader, currencies: Sequence[str], tiers: Sequence[str]) -> None:
        self.reader = reader
        self.currencies = currencies
        self.tiers = tiers

    def referral(self, value: Any, path: Path) -> None:
        """What counts as a friend won, what both get, and what is refused."""
        reader = self.reader
        referral = reader.section(value, path, ("counts", "gives", "at_most", "refuses"), needs=("counts", "gives"))
        if referral is None:
            return
        if "counts" in referral:
            at = (*path, "counts")
            counts = reader.section(referral["counts"], at, ("when", "where", "within_days"), needs=("when",)) or {}
            if "when" in counts:
                event_name(reader, counts["when"], (*at, "when"))
            if "where" in counts:
                read_tests(reader, counts["where"], (*at, "where"), self.tiers, every_member_name=True)
            if "within_days" in counts:
                reader.whole(counts["within_days"], (*at, "within_days"), 1, DAYS_MAX)
        if "gives" in referral:
            at = (*path, "gives")
            sides = reader.section(referral["gives"], at, ("referrer", "friend")) or {}
            for side in ("referrer", "friend"):
                if side in sides:
                    self._gifts(sides[side], (*at, side))
        if "at_most" in referral:
            self._times(referral["at_most"], (*path, "at_most"))
        if "refuses" in referral:
            for place, word in enumerate(reader.items(referral["refuses"], (*path, "refuses"), least=0)):
                reader.choice(word, (*path, "refuses", place), REFUSES)

    def _times(self, value: Any, path: Path) -> None:
        times = self.reader.section(value, path, ("times", "per"), needs=("times", "per")) or {}
        if "times" in times:
            self.reader.whole(times["times"], (*path, "times"), 1)
        if "per" in times:
            self.reader.choice(times["per"], (*path, "per"), PER)

    def _gifts(self, value: Any, path: Path) -> None:
        read_gifts(self.reader, value, path, self.currencies)


def is_filled(value: Any) -> bool:
    """Whether a section is there and says anything."""
    return (isinstance(value, Mapping) or is_list(value)) and len(value) > 0

"""Whether a member is one whom a rule is for: their tier, how long they have been here."""

from __future__ import annotations

from regulars.rules.condition import Test
from regulars.rules.values import text_test, value_test


def fits(test: Test, level: str, tenure_days: int) -> bool:
    """Whether a test of ``member.*`` holds for a member on ``level`` (its key, empty for none) who joined
    ``tenure_days`` ago."""
    if test.name == "member.tier":
        # below the first level the tier is called `none`, but none exists
        return text_test(test)(level or (None if test.op == "exists" else "none"))
    return value_test(test)(tenure_days)

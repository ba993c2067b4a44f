"""Every reason the pricing engine can give has words of its own, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import regulars.rules.pricing as pricing
from regulars.flow.pricing_words import applied_words, next_step_words, refusal_words
from regulars.rules.offers.deals import KINDS
from regulars.rules.pricing.breakdown import Applied, Breakdown, Missing, NextStep, NotApplied

_FOLDER = Path(pricing.__file__).parent
KIND = Applied("a", 1, "percent", 1)
EMPTY = Breakdown("CNY", 2, 0, 0, 0, 0, 0, (), (), (), (), (), None, True)


def reasons() -> set[str]:
    """The keys as the engine's own files write them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in _FOLDER.glob("*.py"))
    found = set(re.findall(r'NotApplied\([^"]*?"([a-z_]+)"', text)) | set(re.findall(r'closed="([a-z_]+)"', text))
    return (found | set(re.findall(r'Refused\([^)]*"([a-z_]+)"\)', text))) - {"points"}


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_reason_has_words(language: str) -> None:
    assert {"threshold", "better", "sold_out", "unknown_coupon", "goods"} <= reasons()
    with override(language):
        general = refusal_words(NotApplied("a", "no such reason"), EMPTY)
        for why in reasons() | {"tier", "segment", "channel", "at", "not_yet", "over", "joined_days", "condition"}:
            assert refusal_words(NotApplied("a", why), EMPTY) != general, why
        assert len({applied_words(Applied("a", 1, kind, 1)) for kind in KINDS}) == len(KINDS)


def test_what_is_missing_and_what_more_would_bring() -> None:
    missing = NotApplied("a", "threshold", Missing("net", 1200))
    assert refusal_words(missing, EMPTY) == "¥12.00 more is needed."
    assert refusal_words(NotApplied("a", "set_incomplete", Missing("quantity", 1)), EMPTY) == "1 more item is needed."
    step = NextStep("a", Missing("net", 1200), 4000)
    assert next_step_words(step, EMPTY) == "Add goods for ¥12.00 and save ¥40.00."
    with override("zh-hans"):
        assert next_step_words(step, EMPTY) == "再买 ¥12.00，可再省 ¥40.00。"


def test_words_change_with_the_language_whatever_was_said_before() -> None:
    one, missing = NotApplied("a", "tier"), NotApplied("a", "threshold", Missing("quantity", 3))
    said = []
    for language in ("en", "zh-hans", "zh-hant", "en"):
        with override(language):
            said.append((refusal_words(one, EMPTY), refusal_words(missing, EMPTY), applied_words(KIND)))
    assert said[0] == said[3]
    assert len(set(said)) == 3

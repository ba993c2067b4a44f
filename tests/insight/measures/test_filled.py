"""What was left open of a question, filled in: no period is told by a part of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.insight.measures.answering import filled
from regulars.insight.measures.catalogue import SPECS


@pytest.mark.parametrize(
    ("measure", "params", "first"),
    [
        ("purchase_frequency", {"from": "2026-02-17", "unit": "month"}, "2026-02-01"),
        ("purchase_frequency", {"from": "2026-02-18", "unit": "week"}, "2026-02-16"),
        ("purchase_frequency", {"from": "2026-02-18", "unit": "day"}, "2026-02-18"),
        ("retention", {"from": "2026-02-18"}, "2026-02-01"),
        ("retention", {}, "2024-11-01"),
        ("active_members", {"from": "2026-02-18"}, "2026-02-18"),
        ("repurchase_rate", {"from": "2026-02-18"}, "2026-02-18"),
        ("retention", {"from": "soon"}, "soon"),
    ],
)
def test_a_question_begins_with_a_whole_period(measure: str, params: dict[str, Any], first: str) -> None:
    assert filled(SPECS[measure], params, date(2026, 11, 22))["from"] == first

"""A strategy for each group that there can be."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.audience import strategies
from regulars.console.segments import words
from regulars.science import clusters, rfm
from regulars.science.measures.lifecycle import STATES


def test_every_group_has_its_words_and_its_strategy() -> None:
    assert set(strategies.RFM) == set(rfm.NAMES)
    assert set(strategies.LIFE_CYCLE) == set(STATES)
    pairs = {(feature, above) for feature in clusters.FEATURES for above in (True, False)}
    assert set(strategies.TRAITS) == set(words._TRAITS) == set(words._NAMES) == pairs
    assert set(words.FEATURES) == set(clusters.FEATURES)
    notes = [str(group.note) for table in (strategies.RFM, strategies.LIFE_CYCLE) for group in table.values()]
    assert len(set(notes)) == len(notes)


@pytest.mark.parametrize(
    ("definition", "begins"),
    [
        ({"model": "rfm", "group": "champions"}, "They buy without a discount"),
        ({"model": "clusters", "traits": [{"feature": "orders", "apart": 2.0}]}, "Reward the habit"),
        ({"measure": "life_cycle", "cell": {"state": "back"}}, "Thank them"),
        ({"model": "rfm", "cell": {"r": 5}}, ""),
        ({"all": []}, ""),
    ],
)
def test_a_note_where_nobody_wrote_one(definition: dict[str, Any], begins: str) -> None:
    found = strategies.default_note(definition)
    assert found.startswith(begins) and bool(found) == bool(begins)

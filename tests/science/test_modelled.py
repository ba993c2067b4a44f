"""The members of a model's group, found again by its definition."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from regulars.science import cluster_features, clusters, modelled
from tests.science.measures.tables import ENGINE, answer, day, orders, table
from tests.science.test_clusters import planted
from tests.science.test_rfm import TEN

END = day("1-31")


def lake(rows: str) -> Any:
    """As much of a lake as RFM looks at."""
    return SimpleNamespace(orders=orders(rows), connection=ENGINE)


def test_groups_and_cells_of_rfm():
    shop = lake(TEN)
    assert answer(modelled.members(shop, END, {"model": "rfm", "group": "loyal"})) == [(6,), (7,)]
    assert answer(modelled.members(shop, END, {"model": "rfm", "cell": {"r": 5, "fm": 3}})) == [(8,), (9,)]
    # in the last three days three members bought; whoever did not is still scored, with nothing
    seen = answer(modelled.members(shop, END, {"model": "rfm", "cell": {"m": 1}, "window_days": 3}))
    assert seen == [(member,) for member in range(7)]
    assert answer(modelled.members(lake(""), END, {"model": "rfm", "group": "loyal"})) == []


def test_a_kept_model_says_who_is_in_its_group(monkeypatch: pytest.MonkeyPatch):
    known, _kinds = planted(100)
    monkeypatch.setattr(cluster_features, "features", lambda *_tables: table(known))
    found = clusters.find(known)
    shop = SimpleNamespace(orders=None, order_lines=None, connection=ENGINE)
    for number in range(1, 5):
        expected = sorted(known["member"].filter(found.labels == number).to_list())
        kept = {"model": "clusters", "group": str(number), "fitted": found.model.as_json()}
        assert [row[0] for row in answer(modelled.members(shop, END, kept))] == expected
        fresh = {"model": "clusters", "group": str(number)}
        assert [row[0] for row in answer(modelled.members(shop, END, fresh))] == expected
    with pytest.raises(LookupError):
        modelled.members(shop, END, {"model": "clusters", "group": "9", "fitted": found.model.as_json()})


@pytest.mark.parametrize(
    "definition",
    [{}, {"model": "x"}, {"model": "rfm"}, {"model": "rfm", "group": "kings"}, {"model": "rfm", "cell": {"r": 7}},
     {"model": "rfm", "group": "loyal", "window_days": 0}, {"model": "rfm", "group": "loyal", "window_days": "x"},
     {"model": "clusters"}, {"model": "clusters", "group": "0"}],
)  # fmt: skip
def test_what_means_nothing_is_refused(definition: dict[str, Any]):
    with pytest.raises((ValueError, LookupError)):
        modelled.members(lake(TEN), END, definition)

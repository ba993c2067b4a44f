"""Making and changing segments, lists by upload, snapshots, files; and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from regulars.audience.segments import definition, writes
from regulars.audience.segments.definition import NotFit
from regulars.audience.segments.models import Membership, Segment
from tests.flow.stories import Customer

Shop = dict[str, Customer]
RICH = {"spent": {"at_least": Decimal("500.10")}}


def test_money_is_kept_to_the_last_digit(shop: Shop) -> None:
    writes.create("rich", " Rich ", "rule", RICH, strategy=" Be kind. ")
    row = Segment.objects.get()
    assert (row.name, row.strategy, row.definition) == ("Rich", "Be kind.", RICH)
    assert isinstance(row.definition["spent"]["at_least"], Decimal)
    assert definition.as_text(row.definition) == '{"spent":{"at_least":500.10}}'


REFUSED: list[tuple[Any, ...]] = [
    (("Rich!", "Rich", "rule", RICH), "A key is lower-case letters"),
    (("rich", " ", "rule", RICH), "needs a name"),
    (("rich", "x" * 201, "rule", RICH), "at most 200 characters"),
    (("rich", "Rich", "guess", RICH), "no such kind"),
    (("there", "Again", "rule", RICH), "already"),
    (("rich", "Rich", "rule", {"spend": 3}), "did you mean `spent`?"),
    (("rich", "Rich", "rule", {"segment": "nobody"}), "must be there"),
    (("rich", "Rich", "rule", {"tier": "bronze"}), "must be"),
    (("rich", "Rich", "cell", [1]), "does not fit this kind"),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED, ids=[row[1] for row in REFUSED])
def test_refused(shop: Shop, given: tuple[Any, ...], sentence: str) -> None:
    writes.create("there", "There", "rule", RICH)
    with pytest.raises((writes.Refused, NotFit), match=sentence):
        writes.create(*given)
    assert Segment.objects.count() == 1


@pytest.mark.django_db
def test_without_a_programme_amounts_have_no_currency() -> None:
    with pytest.raises(NotFit, match="no programme is in effect"):
        writes.create("rich", "Rich", "rule", RICH)


def test_no_segment_asks_for_itself(shop: Shop) -> None:
    one = writes.create("one", "One", "rule", RICH)
    writes.create("two", "Two", "rule", {"not": {"segment": "one"}})
    with pytest.raises(writes.Refused, match="one → two → one"):
        writes.change(one, definition={"segment": "two"})
    with pytest.raises(writes.Refused, match="These segments speak of it: two"):
        writes.archive(one)


def test_a_list(shop: Shop) -> None:
    segment = writes.create("list", "List", "list")
    found = writes.upload_list(segment, "\ufeffuser_id;name\nann;Ann\n\nnobody;x\nbo;Bo\nann;again\n")
    assert (found.lines, len(found.members), found.unknown_count, found.repeated_count) == (4, 2, 1, 1)
    assert [(one.line, one.shop_id) for one in (*found.unknown, *found.repeated)] == [(4, "nobody"), (6, "ann")]
    found = writes.upload_list(segment, "bo\ncy")
    members = set(Membership.objects.filter(segment="list").values_list("member_id", flat=True))
    assert members == {shop["bo"].member_id, shop["cy"].member_id}
    with pytest.raises(writes.Refused, match="No line of the file names a member"):
        writes.upload_list(segment, "nobody\n")
    assert Membership.objects.filter(segment="list").count() == 2
    rule = writes.create("rule", "Rule", "rule", RICH)
    with pytest.raises(writes.Refused, match="Only a list"):
        writes.upload_list(rule, "ann")


def test_a_snapshot_stays(shop: Shop) -> None:
    segment = writes.create("list", "List", "list")
    writes.upload_list(segment, "ann\nbo")
    taken = writes.take_snapshot(segment, " before the sale ")
    writes.upload_list(segment, "cy")
    taken.refresh_from_db()
    assert taken.members == sorted([shop["ann"].member_id, shop["bo"].member_id])
    assert (taken.members_count, taken.note) == (2, "before the sale")


FILE = """
currency: CNY
segments:
  - key: rich
    name: Rich
    who: {spent: {at_least: 500.10}}
  - key: idle
    who:
      all:
        - not: {segment: rich}
        - last_order: {before_days: 60}
"""


def test_a_file(shop: Shop) -> None:
    on = definition.ground()
    found, problems = definition.check_file(FILE, on)
    assert found is not None and problems == ()
    assert writes.apply(found) == {"rich": "new", "idle": "new"}
    assert writes.apply(found) == {"rich": "same", "idle": "same"}
    changed, _ = definition.check_file(FILE.replace("500.10", "600"), definition.ground())
    assert changed is not None
    assert writes.apply(changed) == {"rich": "changed", "idle": "same"}
    assert Segment.objects.get(key="rich").definition == {"spent": {"at_least": 600}}


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("CNY", "USD", 2, "must be CNY, the programme's currency"),
        ("500.10", "500.105", 6, "has more decimals than CNY has (2)"),
        ("before_days: 60", "for_days: 60", 11, "is not a known setting here; did you mean `before_days`?"),
        ("{segment: rich}", "{segment: riich}", 10, "must be idle or rich; did you mean `rich`?"),
    ],
)
def test_a_file_refused(shop: Shop, old: str, new: str, line: int, sentence: str) -> None:
    found, problems = definition.check_file(FILE.replace(old, new), definition.ground())
    assert found is None
    assert [(one.line, sentence in one.message) for one in problems] == [(line, True)]

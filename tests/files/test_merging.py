"""Two people edit one file: what they did goes together where they touched different things."""

from __future__ import annotations

import pytest

from regulars.files.merging import merge
from regulars.files.yaml_whole import plain

BASE = """\
# our programme
programme: tea
points:
  points:
    name: {en: points}
    worth: {points: 100, amount: 1.00}   # a cent each
tiers:
  measure: spending
  levels:
    - key: gold
      from: 100
      name: {en: Gold}
    - key: platinum
      from: 500
      name: {en: Platinum}
earn:
  - key: purchase
    when: Order Completed
    rate: {points: 1, per: 1.00}
  - key: review
    when: Product Reviewed
    points: 20
"""
RATE = ("rate: {points: 1,", "rate: {points: 2,")
REVIEW = ("points: 20", "points: 30")
NEW_RULE = ("    points: 20\n", "    points: 20\n  - key: share\n    when: Product Shared\n    points: 2\n")
OTHER_RULE = ("    points: 20\n", "    points: 20\n  - key: survey\n    when: Survey Answered\n    points: 5\n")
GOLD = ("from: 100", "from: 150")
PLATINUM = ("from: 500", "from: 600")
COMMENT = ("# our programme", "# our programme, since 2026")
WORTH = ("amount: 1.00}   # a cent each", "amount: 2.00}   # two cents each")
NO_REVIEW = ("  - key: review\n    when: Product Reviewed\n    points: 20\n", "")
Edit = tuple[str, str]


def edited(*edits: Edit) -> str:
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(RATE, REVIEW), (GOLD, PLATINUM), (GOLD, RATE), (COMMENT, WORTH), (NEW_RULE, RATE), (NO_REVIEW, GOLD),
     (NEW_RULE, OTHER_RULE), (RATE, NO_REVIEW)],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_different_things_go_together(mine: Edit, theirs: Edit, turned: bool) -> None:
    first, second = (theirs, mine) if turned else (mine, theirs)
    merged = merge(BASE, edited(first), edited(second))
    assert merged.text is not None
    for old, new in (mine, theirs):
        assert new in merged.text or new.replace(old, "") in merged.text
    data = plain(merged.text)
    if {mine, theirs} == {NEW_RULE, OTHER_RULE}:
        assert {rule["key"] for rule in data["earn"]} == {"purchase", "review", "share", "survey"}
    else:
        both = edited(mine, theirs)
        assert data == plain(both)
        assert merged.text.count("#") == both.count("#")


@pytest.mark.parametrize(
    ("mine", "theirs", "place"),
    [
        (RATE, ("rate: {points: 1,", "rate: {points: 3,"), "earn.purchase"),
        (GOLD, ("name: {en: Gold}", "name: {en: Golden}"), "tiers.levels.gold"),
        (REVIEW, NO_REVIEW, "earn.review"),
        (WORTH, ("amount: 1.00}", "amount: 3.00}"), "points.points"),
    ],
)
def test_the_same_thing_is_told_and_nothing_is_put_together(mine: Edit, theirs: Edit, place: str) -> None:
    merged = merge(BASE, edited(mine), edited(theirs))
    assert merged.text is None
    assert merged.clashes == (place,)


def test_the_same_edit_twice_is_one() -> None:
    assert merge(BASE, edited(RATE), edited(RATE)).text == edited(RATE)


def test_comments_in_one_place_are_not_chosen_between() -> None:
    mine, theirs = edited(COMMENT), edited(("# our programme", "# theirs"))
    assert merge(BASE, mine, theirs).text is None


def test_a_file_that_cannot_be_read_is_merged_by_its_lines() -> None:
    broken = edited(("when: Product Reviewed", "when: [Product Reviewed"))
    merged = merge(BASE, broken, edited(GOLD))
    assert merged.text is not None
    assert "from: 150" in merged.text and "[Product" in merged.text

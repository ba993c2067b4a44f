# ruff: noqa: E501 (rows stay in one line)
"""What changed between two programmes, as an operator reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.programmes.diff import Change, diff
from regulars.programmes.file import check
from regulars.rules.language import read, write
from regulars.rules.programme import Programme

TEXT = (Path(__file__).parents[2] / "programmes" / "live-commerce.yaml").read_text(encoding="utf-8")


def programme(*changes: tuple[str, str]) -> Programme:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    checked = check(text)
    assert checked.errors == ()
    assert checked.programme is not None
    return checked.programme


REVIEW = "  - key: review\n    when: Product Reviewed\n    points: 20\n    at_most: {times: 3, per: day}\n"
SHARE = "  - key: share\n    when: Product Shared\n    points: 2\n    at_most: {times: 5, per: day}\n"
CASES = [
    ("nothing", [], []),
    ("a comment", [("# spendable", "# to spend")], []),
    ("1.00 written as 1", [("per: 1.00}", "per: 1}")], []),
    ("a number of points", [("    points: 20\n", "    points: 25\n")], ["earn.review.points: 20 → 25"]),
    ("a rate", [("rate: {points: 1, per: 1.00}", "rate: {points: 3, per: 2.50}")],
     ["earn.purchase.rate: {points: 1, per: 1} → {points: 3, per: 2.50}"]),
    ("a threshold", [("from: 2000\n", "from: 1999.90\n")], ["tiers.levels.gold.from: 2000 → 1999.90"]),
    ("a cap that is new", [("    points: 500\n\ntasks", "    points: 500\n    at_most: {times: 1, per: year}\n\ntasks")],
     ["+ earn.useful-suggestion.at_most: {times: 1, per: year}"]),
    ("a cap that is gone", [("    at_most: {points: 500, per: month}\n", "")],
     ["- earn.tea-month.at_most: {points: 500, per: month}"]),
    ("a rule that is gone", [(REVIEW, "")],
     ["- earn.review: {when: Product Reviewed, points: 20, at_most: {times: 3, per: day}}"]),
    ("a rule that is new", [(REVIEW, REVIEW + "  - key: visit\n    when: Visited\n    points: 1\n")],
     ["+ earn.visit: {when: Visited, points: 1}"]),
    ("a rule that moved", [(SHARE, ""), (REVIEW, SHARE + REVIEW)], []),
    ("a rule with another key", [("key: share", "key: tell-a-friend")],
     ["- earn.share: {when: Product Shared, points: 2, at_most: {times: 5, per: day}}",
      "+ earn.tell-a-friend: {when: Product Shared, points: 2, at_most: {times: 5, per: day}}"]),
    ("a condition", [("total: {at_least: 100}", "total: {at_least: 80}")],
     ["earn.tea-month.where: {line.category: [tea, coffee], total: {at_least: 100}}"
      " → {line.category: [tea, coffee], total: {at_least: 80}}"]),
    ("a name in one language", [("zh-Hans: 熟客俱乐部", "zh-Hans: 熟客会")],
     ["name: {en: Regulars Club, zh-Hans: 熟客俱乐部, zh-Hant: 熟客俱樂部}"
      " → {en: Regulars Club, zh-Hans: 熟客会, zh-Hant: 熟客俱樂部}"]),
    ("a referral's gift and cap", [("referrer: {points: 300}", "referrer: {points: 200}"), ("times: 20, per: month", "times: 5, per: week")],
     ["referral.gives.referrer: {points: 300} → {points: 200}",
      "referral.at_most: {times: 20, per: month} → {times: 5, per: week}"]),
    ("what a referral says besides", [("refuses: [self, same_device, same_address, same_payment]", "refuses: [self]\n  holds: {friends_per_hour: 5}\n  returned: keep")],
     ["+ referral.refuses: [self]", "+ referral.holds: {friends_per_hour: 5}", "+ referral.returned: keep"]),
    ("several, in the order of the file", [
        ("    points: 20\n", "    points: 25\n"), ("rolling_days: 365", "rolling_days: 180"), ("from: 500\n", "from: 300\n"),
    ], ["tiers.window: {rolling_days: 365} → {rolling_days: 180}", "tiers.levels.member.from: 500 → 300",
        "earn.review.points: 20 → 25"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_changes(changes: list[tuple[str, str]], told: list[str]) -> None:
    assert [str(change) for change in diff(programme(), programme(*changes))] == told


def test_the_way_back_is_the_mirror() -> None:
    old, new = programme(), programme(("points: 20\n", "points: 25\n"), (SHARE, ""))
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [Change(turned[c.kind], c.path_text, c.after, c.before) for c in diff(new, old)] == diff(old, new)


def test_a_ladder_that_is_new_is_one_change() -> None:
    data = write(programme())
    ladder = data.pop("tiers")
    data["earn"] = [{key: value for key, value in rule.items() if key != "times"} for rule in data["earn"]]
    for section in ("tasks", "calendar"):
        data[section] = [one for one in data[section] if "for" not in one]
    without, problems = read(data)
    assert problems == []
    assert without is not None
    with_it, _ = read({**data, "tiers": ladder})
    assert with_it is not None
    (change,) = diff(without, with_it)
    assert (change.kind, change.path_text, change.before) == ("added", "tiers", "")
    assert change.after.startswith("{measure: spending, window: {rolling_days: 365}")

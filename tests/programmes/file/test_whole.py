# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Files as a whole: what is no programme, what is only warned of, what ships, and how texts are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from regulars.programmes.file import NotReadableError, check, load
from tests.programmes.file.example import PROGRAMMES, TEXT

WHOLE = [
    ("an empty file", "", "line 1: the file is empty"),
    ("nothing but comments", "# soon\n\n", "line 1: the file is empty"),
    ("a list at the top", "- points\n- tiers\n", "line 1: the file must be settings (`name: value`), not a list"),
    ("one word", "\npoints\n", "line 2: the file must be settings (`name: value`), not one value"),
    ("a control character", "programme: a\nname: \x01\n", "line 2: the file has a character that YAML does not allow"),
    ("half a character", "programme: \ud800\n", "line 1: the file has a character that YAML does not allow"),
    ("brackets without end", "[" * 5_000, "line 1: the file is nested too deeply"),
    ("a merge key", "a: {b: 1}\n<<: {c: 2}\n", "line 2: << is a merge key; write the settings out"),
    ("a key that is a list", "? [a, b]\n: 1\n", "line 1: the file has a setting whose name is not a plain word"),
    ("far too long", "#" * 1_000_001, "line 1: the file is longer than 1000000 characters"),
    ("an unknown alias", "a: *b\n", "line 1: a uses an anchor (& or *); write the value out"),
    ("a percent sign", "a: %b\n", "line 1: the file is not valid YAML: found character '%' that cannot start any token"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), [w[1:] for w in WHOLE], ids=[w[0] for w in WHOLE])
def test_a_file_that_is_no_programme(text: str, problem: str) -> None:
    checked = check(text)
    assert problem in list(map(str, checked.problems))
    assert checked.programme is None


def test_several_slips_come_in_the_order_of_their_lines() -> None:
    text = TEXT.replace("earns_times: 1.2", "earns_times: -1").replace("currency: CNY", "currency: XXX")
    text = text.replace("points: 500\n\ntasks", "points: none\n\ntasks")
    assert [(problem.line, problem.path_text) for problem in check(text).problems] == [
        (8, "currency"),
        (35, "tiers.levels[1].earns_times"),
        (80, "earn[6].points"),
    ]


def test_a_problem_knows_its_column() -> None:
    (problem,) = check(TEXT.replace("at_end_of: month}", "at_end_of: moon}")).problems
    assert (problem.line, problem.column) == (15, 33)


WARNINGS = [
    ("an event with a slip of the pen", "when: Product Shared", "when: Product Sharde",
     "line 75: earn[5].when is an event of your own; did you mean `Product Shared`?"),
    ("a rate on what is no order", "    points: 2\n", "    rate: {points: 1, per: 1.00}\n",
     "line 76: earn[5].rate earns only when the event carries an order; for others write `points`"),
    ("lines of what is no order", "where: {photos: {at_least: 1}}", "where: {line.category: tea}",
     "line 70: earn[4].when has no lines to pick unless the event carries an order"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS])
def test_a_warning_does_not_refuse_the_programme(old: str, new: str, problem: str) -> None:
    checked = check(TEXT.replace(old, new, 1))
    assert [(str(p), p.severity) for p in checked.problems] == [(problem, "warning")]
    assert checked.programme is not None
    assert checked.errors == ()


@pytest.mark.parametrize("event", ["Suggestion Adopted", "Stamp Collected", "签到", "Order Picked Up"])
def test_a_shop_may_send_its_own_events(event: str) -> None:
    checked = check(TEXT.replace("when: Product Shared", f"when: {event}", 1))
    assert checked.problems == ()


@pytest.mark.parametrize("name", sorted(path.name for path in PROGRAMMES.glob("*.yaml")))
def test_the_programmes_that_ship_are_sound(name: str) -> None:
    checked = check((PROGRAMMES / name).read_text(encoding="utf-8"))
    assert checked.problems == ()
    assert checked.programme is not None
    for text in (checked.programme.name, *(currency.name for currency in checked.programme.points)):
        assert set(text) == {"en", "zh-Hans", "zh-Hant"}


def test_the_example_is_read_whole() -> None:
    live = check(TEXT).programme
    assert live is not None
    assert live.referral is not None
    assert [rule.key for rule in live.referral.rules] == ["referral:referrer", "referral:friend"]
    given = {rule.key: rule.gifts for rule in live.rules if rule.gifts}
    assert [given[rule.key] for rule in live.referral.rules] == [live.referral.referrer, live.referral.friend]


def test_numbers_are_read_from_their_text() -> None:
    data = load(
        "a: 0.1\nb: 1.10\nc: 1e3\nd: 08\ne: 0x1F\nf: 1_000\ng: '5'\nh: yes\ni: 12345678901234567890.000000000001\n"
    ).data
    assert data == {
        "a": Decimal("0.1"), "b": Decimal("1.10"), "c": Decimal("1000"), "d": 8, "e": 31, "f": "1_000", "g": "5",
        "h": "yes", "i": Decimal("12345678901234567890.000000000001"),
    }  # fmt: skip
    assert str(data["b"]) == "1.10"
    assert not any(isinstance(value, float) for value in data.values())


def test_days_texts_and_empty_values() -> None:
    text = "a: 2026-12-01\nb: '2026-12-01'\nc:\nd: ~\ne: true\n1: x\ntrue: y\nf: |\n  two\n  lines\n"
    data = load(text).data
    assert data == {
        "a": date(2026, 12, 1), "b": "2026-12-01", "c": None, "d": None, "e": True, "1": "x", "true": "y",
        "f": "two\nlines\n",
    }  # fmt: skip


PLACES = [
    (("currency",), 8),
    (("tiers", "levels", 2, "from"), 38),
    (("tiers", "levels", 2), 37),
    (("tiers", "levels", 2, "nothing here"), 37),
    (("nothing", "here"), 6),
    (("earn", 1, "where", "line.category", 1), 56),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_the_line_of_a_setting(path: tuple[str | int, ...], line: int) -> None:
    assert load(TEXT).line_of(path) == line


def test_the_document_keeps_its_comments() -> None:
    assert "# 100 points pay 1.00" in load(TEXT).text


def test_load_refuses_what_cannot_be_read() -> None:
    with pytest.raises(NotReadableError, match="line 2: a is written twice; the first is on line 1"):
        load("a: 1\na: 2\n")

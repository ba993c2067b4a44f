"""Editing an entry keeps every other line and every comment; what is read back is what was asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.files.yaml_edit import CannotEditError, add, change, remove
from regulars.files.yaml_lines import entry_lines, flow
from regulars.files.yaml_text import read_yaml
from regulars.rules.offers import read, write
from tests.rules.pricing.random_shop import shops

FILE = """\
# The shop's offers.
currency: CNY          # in yuan
offers:
  # the flash sale
  - key: flash           # never reuse
    kind: price
    price: 39.90         # below cost
    # two hours only
    valid:
      from: "2026-12-08T20:00"   # prime time
      until: "2026-12-08T22:00"

  # for members
  - key: gold
    kind: percent
    off_percent: 20
# the end of offers
coupons: []
"""


def say(**changes: Any) -> dict[str, Any]:
    """The first entry with these settings; None takes one away."""
    now = {**read_yaml(FILE).data["offers"][0], **changes}
    return {key: value for key, value in now.items() if value is not None}


CHANGES = [
    # what is asked of the first entry, the lines that go, the lines that come
    ({"price": Decimal("29.90")}, ["    price: 39.90         # below cost"], ["    price: 29.90         # below cost"]),
    ({"price": 5}, ["    price: 39.90         # below cost"], ["    price: 5             # below cost"]),
    ({"price": None}, ["    price: 39.90         # below cost"], []),
    ({"stock": 100}, [], ["    stock: 100"]),
    ({"kind": "amount"}, ["    kind: price"], ["    kind: amount"]),
    ({"key": "flush"}, ["  - key: flash           # never reuse"], ["  - key: flush           # never reuse"]),
    (
        {"valid": {"from": "2026-12-08T20:00", "until": "2026-12-09T22:00"}},
        ['      until: "2026-12-08T22:00"'],
        ['      until: "2026-12-09T22:00"'],
    ),
    ({"valid": {"from": "2026-12-08T20:00"}}, ['      until: "2026-12-08T22:00"'], []),
    (
        {"valid": {"until": "2026-12-08T22:00"}},
        ['      from: "2026-12-08T20:00"   # prime time'],
        [],
    ),
    (
        {"goods": {"category": ["tea"]}, "name": {"en": "Now: or never", "zh-Hans": "限时"}},
        [],
        ["    goods: {category: [tea]}", '    name: {en: "Now: or never", zh-Hans: 限时}'],
    ),
]


@pytest.mark.parametrize(("asked", "gone", "come"), CHANGES)
def test_a_change_touches_only_its_lines(asked: dict[str, Any], gone: list[str], come: list[str]) -> None:
    text = change(FILE, "offers", 0, say(**asked))
    before, after = FILE.splitlines(), text.splitlines()
    assert [line for line in before if line not in after] == gone
    assert [line for line in after if line not in before] == come
    assert read_yaml(text).data["offers"][0] == say(**asked)


def test_an_entry_is_added_after_the_last_one_in_the_manner_of_the_list() -> None:
    text = add(FILE, "offers", {"key": "new", "kind": "gift", "gift": {"product_id": "bag"}})
    lines = text.splitlines()
    at = lines.index("  - key: new")
    assert lines[at - 2 : at + 4] == [
        "    off_percent: 20",
        "",
        "  - key: new",
        "    kind: gift",
        "    gift: {product_id: bag}",
        "# the end of offers",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1\n", ["a: 1", "", "offers:", "  - key: x"]),
        ("a: 1\noffers: []  # none yet\nb: 2\n", ["a: 1", "offers:  # none yet", "  - key: x", "b: 2"]),
        ("offers:\nb: 2", ["offers:", "  - key: x", "b: 2"]),
        ("offers:\n- key: y\n", ["offers:", "- key: y", "- key: x"]),
        ("offers:\n  - {key: y}  # first\n", ["offers:", "  - {key: y}  # first", "  - key: x"]),
    ],
)
def test_a_list_is_begun_or_gone_on_with(text: str, lines: list[str]) -> None:
    assert add(text, "offers", {"key": "x"}).splitlines() == lines


def test_what_is_removed_leaves_the_comments_around_it() -> None:
    lines = remove(FILE, "offers", 1).splitlines()
    assert "  # for members" in lines
    assert "# the end of offers" in lines
    assert read_yaml("\n".join(lines)).data["offers"] == [say()]
    once = remove("offers:   # all\n  - key: a\nb: 1\n", "offers", 0)
    assert once == "offers: []  # all\nb: 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("offers: [{key: a, off: 1}, {key: b, off: 2}]  # short\n", "short"),
        ("offers:\n  - {key: a, off: 1}  # one\n  - {key: b, off: 2}  # two\n", "one two"),
        ("offers:\n  -\n    key: a  # one\n    off: 1\n  -\n    key: b  # two\n    off: 2\n", "two"),
    ],
)
def test_other_layouts_are_edited_too_and_keep_their_comments(text: str, expected: str) -> None:
    said = change(text, "offers", 0, {"key": "a", "off": 3})
    assert read_yaml(said).data["offers"] == [{"key": "a", "off": 3}, {"key": "b", "off": 2}]
    for comment in expected.split():
        assert f"# {comment}" in said


@pytest.mark.parametrize("text", ["a: [", "offers: &x []\n", "- 1\n", ""])
def test_a_text_with_problems_of_its_own_is_left_alone(text: str) -> None:
    with pytest.raises(CannotEditError):
        add(text, "offers", {"key": "x"})


texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["yes", "null", "1_000", "0x1f", "2026-01-02", "12:30", "- a", "a: b", "#x", "'", "满 199 减 30", "~", ".5"]
    ),
)
values = st.recursive(
    st.one_of(texts, st.integers(-999, 10**9), st.booleans(), st.dates(), st.decimals(-99, 99, places=2)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)),
    max_leaves=8,
)


@given(values)
@settings(max_examples=80, deadline=None)
def test_a_value_reads_back_as_it_was(value: Any) -> None:
    assert read_yaml(f"a: {flow(value)}").data == {"a": value}


def commented(data: list[dict[str, Any]], draw: Any) -> str:
    """Entries as somebody might have laid them out, with comments here and there."""
    lines = ["# top", "offers:   # all of them"]
    for number, item in enumerate(data):
        if draw(st.booleans()):
            lines += ["", f"  # about {number}"]
        for place, line in enumerate(entry_lines(item, "  - ")):
            if place and draw(st.integers(0, 4)) == 0:
                lines.append(f"    # note {number}.{place}")
            lines.append(line + (f"   # beside {number}.{place}" if draw(st.integers(0, 3)) == 0 else ""))
    return "\n".join([*lines, "# the end", "last: 1", ""])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_is_asked_is_said_and_nothing_else_moves(data: st.DataObject) -> None:
    offers = write(read(data.draw(shops()))[0])["offers"]  # type: ignore[arg-type]
    if not offers:
        return
    text = commented(offers, data.draw)
    place = data.draw(st.integers(0, len(offers) - 1))
    other = data.draw(st.sampled_from(write(read(data.draw(shops()))[0])["offers"] or offers))  # type: ignore[arg-type]
    kept = data.draw(st.sets(st.sampled_from(sorted(offers[place]))))
    wanted = {**{key: value for key, value in offers[place].items() if key in kept}, **other, "key": "edited"}
    said = change(text, "offers", place, wanted)
    assert read_yaml(said).data == {"offers": [*offers[:place], wanted, *offers[place + 1 :]], "last": 1}
    whole = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in said.splitlines() if line.lstrip().startswith("#")] == whole
    before, after = text.splitlines(), said.splitlines()
    first = next(n for n, line in enumerate(before) if line.startswith(f"  - key: {offers[place]['key']}"))
    assert after[:first] == before[:first]
    following = [n for n, line in enumerate(before) if line.startswith("  - key:") and n > first]
    tail = before[following[0] :] if following else ["# the end", "last: 1"]
    assert after[len(after) - len(tail) :] == tail

"""Laws: nothing a file holds makes the check raise, and the schema and the language agree."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programmes.file import check, load
from regulars.programmes.schema import programme_schema, structural_problems
from regulars.rules.language import read
from tests.programmes.file.example import TEXT

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.integers(), st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(["", "none", "tier", "points", "2026-12-01", "Order Completed", "month", "茶"]), st.dates(),
    st.lists(st.integers(0, 3), max_size=2), st.dictionaries(st.sampled_from(["key", "from", "points", "per", "x"]),
    st.integers(-1, 3) | st.just("year"), max_size=3),
)  # fmt: skip


def every_path(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in items for inner in every_path(item, (*path, key)))]


DATA = load(TEXT).data
PATHS = [path for path in every_path(DATA) if path]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_whatever_one_setting_holds_the_check_answers(data: st.DataObject) -> None:
    path, action = data.draw(st.sampled_from(PATHS)), data.draw(st.sampled_from(["replace", "remove", "rename"]))
    changed = load(TEXT).data
    inside = changed
    for part in path[:-1]:
        inside = inside[part]
    old = inside[path[-1]] if action == "replace" else inside.pop(path[-1])
    if action == "replace":
        inside[path[-1]] = data.draw(JUNK)
    elif action == "rename" and isinstance(inside, dict):
        inside[data.draw(st.sampled_from(["x", "key", "points", "from", "茶", ""]))] = old

    programme, problems = read(changed)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (programme is None) == bool(errors)
    if not errors:
        assert list(structural_problems(changed)) == [], "the language takes what the schema refuses"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.text("abc:-{}[]#&*!|>'\"%@`, \n\t0.茶", max_size=8))
def test_whatever_the_text_holds_the_check_answers(start: int, length: int, put: str) -> None:
    text = TEXT[:start] + put + TEXT[start + length :]
    checked = check(text)
    assert (checked.programme is None) == bool(checked.errors)
    assert all(1 <= problem.line <= text.count("\n") + 2 for problem in checked.problems)
    assert len(set(checked.problems)) == len(checked.problems)


def test_the_schema_describes_every_setting_for_editors() -> None:
    def bare(node: Any, path: str) -> list[str]:
        if isinstance(node, list):
            return [found for item in node for found in bare(item, path)]
        if not isinstance(node, dict):
            return []
        found = []
        for key, item in node.get("properties", {}).items():
            target = programme_schema()["$defs"][item["$ref"].split("/")[-1]] if "$ref" in item else {}
            if not {"title", "description"} <= set({**target, **item}):
                found.append(f"{path}.{key}")
        return found + [more for key, item in node.items() for more in bare(item, f"{path}.{key}")]

    assert bare(programme_schema(), "") == []

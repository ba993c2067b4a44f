"""A file that shall say something else keeps every line and comment of what stays the same."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_whole import plain, rewritten

GROCERY = (Path(__file__).resolve().parents[2] / "programmes" / "grocery.yaml").read_text(encoding="utf-8")
Change = Callable[[dict[str, Any]], None]


def threshold(data: dict[str, Any]) -> None:
    data["tiers"]["levels"][1]["from"] = 1500


def a_level_between(data: dict[str, Any]) -> None:
    data["tiers"]["levels"].insert(2, {"key": "rose", "from": 2000, "name": {"en": "Rose"}})


def a_level_goes(data: dict[str, Any]) -> None:
    del data["tiers"]["levels"][0]


def rules_change_places(data: dict[str, Any]) -> None:
    data["earn"][0], data["earn"][1] = data["earn"][1], data["earn"][0]


def a_rule_more(data: dict[str, Any]) -> None:
    data["earn"].append({"key": "welcome", "when": "Signed Up", "points": 5})


def a_setting_more(data: dict[str, Any]) -> None:
    data["points"]["growth"]["pending"] = {"days": 3}


def a_section_goes(data: dict[str, Any]) -> None:
    del data["tiers"]


def all_rules_go(data: dict[str, Any]) -> None:
    data["earn"] = []


@pytest.mark.parametrize(
    ("change", "lines_more", "comments_less"),
    [
        (threshold, 0, 0),
        (a_level_between, 3, 0),
        (a_level_goes, -4, 0),
        (rules_change_places, 0, 0),
        (a_rule_more, 3, 0),
        (a_setting_more, 1, 0),
    ],
)
def test_only_what_changes_changes(change: Change, lines_more: int, comments_less: int) -> None:
    data = deepcopy(plain(GROCERY))
    change(data)
    text = rewritten(GROCERY, data)
    assert plain(text) == data
    assert len(text.splitlines()) - len(GROCERY.splitlines()) == lines_more
    assert GROCERY.count("#") - text.count("#") == comments_less


@pytest.mark.parametrize("change", [a_section_goes, all_rules_go])
def test_whatever_goes_the_file_says_what_was_asked(change: Change) -> None:
    data = deepcopy(plain(GROCERY))
    change(data)
    text = rewritten(GROCERY, data)
    assert plain(text) == data
    assert text.startswith(GROCERY.splitlines()[0])


def test_the_same_settings_change_no_letter() -> None:
    assert rewritten(GROCERY, plain(GROCERY)) == GROCERY


def test_a_file_in_braces_is_written_all_the_same() -> None:
    assert plain(rewritten("{programme: a, earn: [{key: x, points: 1}]}\n", {"programme": "b", "earn": []})) == {
        "programme": "b",
        "earn": [],
    }


def test_a_file_that_cannot_be_read_is_not_edited() -> None:
    with pytest.raises(CannotEditError):
        rewritten("programme: [", {"programme": "a"})

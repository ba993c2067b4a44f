"""Lists of codes as shops have them."""

from __future__ import annotations

import pytest

from regulars.flow.coupons.lists import Unfit, of_items, of_text

LISTS = [
    # what is sent, the codes with their lines, what is not taken
    ("a line each", "TEA1\nTEA2\n", {"TEA1": 1, "TEA2": 2}, []),
    ("from Windows, with a mark of its encoding", "\ufeffTEA1\r\nTEA2\r\n", {"TEA1": 1, "TEA2": 2}, []),
    ("a table with a heading", "code,worth\nTEA1,5\nTEA2,5", {"TEA1": 2, "TEA2": 3}, []),
    ("a Chinese heading, quoted, semicolons", '"优惠码";x\n"TEA1";5', {"TEA1": 2}, []),
    ("small letters and hyphens", "tea-1-a\n te a2b ", {"TEA1A": 1, "TEA2B": 2}, []),
    ("empty lines between", "\n\nTEA1\n\n,5\nTEA2", {"TEA1": 3, "TEA2": 6}, []),
    ("twice, written differently", "TEA-1\nTEA2\ntea1", {"TEA1": 1, "TEA2": 2}, [Unfit(3, "tea1", "twice", 1)]),
    ("too short, too long", f"ABC\n{'A' * 65}\nABCD", {"ABCD": 3}, [Unfit(1, "ABC", "bad"), Unfit(2, "A" * 65, "bad")]),
    ("other letters", "茶茶茶茶\nTEA/1\nTEA1\x00", {}, [Unfit(1, "茶茶茶茶", "bad"), Unfit(2, "TEA/1", "bad"),
                                                        Unfit(3, "TEA1\x00", "bad")]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "lines", "unfit"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_is_read_and_told_of_by_line(what: str, text: str, lines: dict[str, int], unfit: list[Unfit]) -> None:
    found = of_text(text)
    assert (found.lines, found.unfit) == (lines, unfit)


def test_items_have_places() -> None:
    assert of_items(["tea1", "x", "TEA1"]).unfit == [Unfit(2, "x", "bad"), Unfit(3, "TEA1", "twice", 1)]

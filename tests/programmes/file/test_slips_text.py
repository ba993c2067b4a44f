# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Slips of the text itself and of its head: the line and the words they get."""

from __future__ import annotations

import pytest

from tests.programmes.file.example import Bad, is_told_once_with_its_line

SLIPS = [
    Bad(
        "a tab",
        "  measure: spending ",
        "\tmeasure: spending ",
        "line 24: the file has a tab; indent with spaces",
    ),
    Bad(
        "a setting written twice",
        "currency: CNY\n",
        "currency: CNY\ncurrency: USD\n",
        "line 9: currency is written twice; the first is on line 8",
    ),
    Bad(
        "an anchor",
        "currency: CNY",
        "currency: &money CNY",
        "line 8: currency uses an anchor (& or *); write the value out",
    ),
    Bad(
        "an alias",
        "time_zone: Asia/Shanghai",
        "time_zone: *zone",
        "line 9: time_zone uses an anchor (& or *); write the value out",
    ),
    Bad(
        "a tag",
        "currency: CNY",
        "currency: !!str CNY",
        "line 8: currency uses a tag (!); write the value only",
    ),
    Bad(
        "a bracket left open",
        "pending: {until: Order Delivered, at_most_days: 15}",
        "pending: {until: Order Delivered, at_most_days: 15",
        "line 14: the file has a bracket that is not closed, or a comma is missing",
    ),
    Bad(
        "a quote left open",
        "currency: CNY",
        "currency: \"CNY",
        "line 8: the file has a quote that is not closed",
    ),
    Bad(
        "a line that is not indented",
        "      from: 2000\n",
        "     from: 2000\n",
        "line 33: the file is not indented like the lines it belongs to",
    ),
    Bad(
        "a second document",
        "points:\n  points: ",
        "---\npoints:\n  points: ",
        "line 11: the file holds a second document (---); keep one",
    ),
    Bad(
        "no space after the colon",
        "currency: CNY",
        "currency:CNY",
        "line 9: the file has no colon after the name of a setting",
    ),
    Bad(
        "no currency",
        "currency: CNY\n",
        "",
        "line 6: the file needs `currency`",
    ),
    Bad(
        "a section with a slip of the pen",
        "earn:\n",
        "earns:\n",
        "line 48: earns is not a known setting here; did you mean `earn`?",
    ),
    Bad(
        "a setting nobody knows",
        "currency: CNY",
        "currency: CNY\ncolour: red",
        "line 9: colour is not a known setting here; known are programme, name, currency, time_zone, points, tiers, benefits, earn, tasks, referral or calendar",
    ),
    Bad(
        "a key with capitals",
        "programme: live-commerce",
        "programme: Live Commerce",
        "line 6: programme must be lower-case letters, digits and dashes, such as tea-month",
    ),
    Bad(
        "a name without English",
        "name: {en: Regulars Club, ",
        "name: {",
        "line 7: name needs `en`",
    ),
    Bad(
        "a name in an unknown language",
        "zh-Hans: 熟客俱乐部",
        "zh: 熟客俱乐部",
        "line 7: name.zh is not a known setting here; known are en, zh-Hans or zh-Hant",
    ),
    Bad(
        "an unknown currency",
        "currency: CNY",
        "currency: RMB",
        "line 8: currency is no currency of ISO 4217, such as CNY or USD",
    ),
    Bad(
        "a currency in small letters",
        "currency: CNY",
        "currency: cny",
        "line 8: currency must be in capitals: CNY",
    ),
    Bad(
        "an unknown time zone",
        "Asia/Shanghai",
        "Asia/Shangai",
        "line 9: time_zone is no time zone; did you mean `Asia/Shanghai`?",
    ),
    Bad(
        "no time zone at all",
        "time_zone: Asia/Shanghai",
        "time_zone: here",
        "line 9: time_zone is no time zone, such as Asia/Shanghai or America/New_York",
    ),
    Bad(
        "levels that are no list",
        "  levels:\n    - key: member\n      from: 500\n",
        "  levels:\n      key: member\n      from: 500\n",
        "line 32: the file is not indented like the lines it belongs to",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    is_told_once_with_its_line(old, new, problems)

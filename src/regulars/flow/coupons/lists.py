"""A list of codes as a shop has it, a code a line or the first column of a table: read, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.coupons.reads import normal

CODES_MAX = 200_000
"""Codes of one import."""
_HEADS = frozenset(
    ("code", "codes", "coupon", "couponcode", "vouchercode", "voucher", "券码", "优惠码", "券碼", "優惠碼")
)
_SEPARATORS = re.compile(r"[,;\t]")
_GOOD = re.compile(r"[A-Z0-9_]{4,64}")


@dataclass(frozen=True, slots=True)
class Unfit:
    """A line that was not taken. why: ``twice`` (in line ``first`` before), ``bad``, ``exists``."""

    line: int
    code: str
    why: str
    first: int = 0


@dataclass(slots=True)
class CodeList:
    """The good codes with the line of each, and the lines that were not taken."""

    lines: dict[str, int] = field(default_factory=dict)
    unfit: list[Unfit] = field(default_factory=list)


def of_text(text: str) -> CodeList:
    """The codes of a text: lines, or the first column of CSV (commas, semicolons or tabs). A heading on the first line
    is passed over."""
    numbered = []
    for line, row in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        cell = _SEPARATORS.split(row, maxsplit=1)[0].strip().strip('"')
        if cell and not (line == 1 and normal(cell).lower() in _HEADS):
            numbered.append((line, cell))
    return _read(numbered)


def of_items(items: Iterable[str]) -> CodeList:
    """The codes of a list; "lines" are places in it, from 1."""
    return _read(enumerate(items, 1))


def _read(numbered: Iterable[tuple[int, str]]) -> CodeList:
    found = CodeList()
    for line, raw in numbered:
        code = normal(raw)
        # ``normal`` cuts what is too long to be a code; here that would make another code of it.
        if normal(raw[:-1]) == code or not _GOOD.fullmatch(code):
            found.unfit.append(Unfit(line, raw[:80], "bad"))
        elif code in found.lines:
            found.unfit.append(Unfit(line, raw, "twice", found.lines[code]))
        else:
            found.lines[code] = line
    return found

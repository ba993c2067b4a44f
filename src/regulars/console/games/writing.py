"""A filled-in form as the file of a game."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from regulars.files.yaml_lines import flow
from regulars.rules.games import CONTEST, QUIZ, RAIN, WHEEL
from regulars.rules.programme import Programme

Filled = Mapping[str, Any]


def written(kind: str, filled: Filled, rows: Sequence[Filled], programme: Programme) -> str:
    """The file. Texts are quoted, so that nothing in them is taken for YAML."""
    lines = [
        f"game: {filled['key']}",
        f"kind: {kind}",
        f"name: {_names(filled, 'name')}",
        *([f"description: {_names(filled, 'says')}"] if filled.get("says_en") else []),
        f"currency: {programme.currency}",
        f"time_zone: {programme.time_zone}",
        f"from: {_quoted(filled['begins'])}",
        f"until: {_quoted(filled['ends'])}",
    ]
    if filled.get("tiers"):
        lines.append(f"for: {{member.tier: [{', '.join(filled['tiers'])}]}}")
    lines += {WHEEL: _wheel, RAIN: _rain, QUIZ: _quiz, CONTEST: _contest}[kind](filled, rows)
    return "\n".join(lines) + "\n"


def _wheel(filled: Filled, rows: Sequence[Filled]) -> list[str]:
    lines = []
    if filled.get("cost"):
        lines.append(f"cost: {{points: {filled['cost']}{_of(filled)}}}")
        if filled.get("free_per_day"):
            lines.append(f"free_per_day: {filled['free_per_day']}")
    limits = _said(filled, ("per_day", "ever"))
    if limits:
        lines.append(f"at_most: {{{limits}}}")
    if filled.get("budget"):
        lines.append(f"budget: {filled['budget']:f}")
    lines += ["prizes:", *(f"  - {_prize(row, 'chance')}" for row in rows)]
    if filled.get("consolation_en"):
        row = {name.removeprefix("consolation_"): value for name, value in filled.items() if "consolation_" in name}
        gives = _gives(row | {"gives": row["gives"] or "points"})
        lines.append(f"consolation: {{key: consolation, name: {_names(filled, 'consolation')}, gives: {gives}}}")
    return lines


def _rain(filled: Filled, rows: Sequence[Filled]) -> list[str]:
    moments = [_quoted(line.strip()) for line in filled["moments"].splitlines() if line.strip()]
    return [
        "rain:",
        *(
            f"  {name}: {filled[name]}"
            for name in ("points", "currency", "packets", "least", "minutes")
            if filled.get(name)
        ),
        "  at:",
        *(f"    - {moment}" for moment in moments),
    ]


def _quiz(filled: Filled, rows: Sequence[Filled]) -> list[str]:
    lines = [f"at_most: {{per_day: {filled['per_day']}}}"] if filled.get("per_day") else []
    lines += [
        "quiz:",
        *(f"  {name}: {filled[name]}" for name in ("asks", "seconds", "currency", "points_in_all") if filled.get(name)),
    ]
    lines.append("  questions:")
    for number, row in enumerate(rows, 1):
        lines += [
            f"    - key: q{number}",
            f"      ask: {_names(row, 'ask')}",
            "      answers:",
            *(f"        - {_answer(line)}" for line in row["answers"].splitlines() if line.strip()),
            f"      right: {row['right']}",
            f"      points: {row['points']}",
        ]
    return lines


def _contest(filled: Filled, rows: Sequence[Filled]) -> list[str]:
    lines = ["contest:", f"  counts: {_quoted(filled['counts'])}"]
    if filled.get("where"):
        lines.append(f"  where: {flow(filled['where'])}")
    if filled.get("sums"):
        lines.append(f"  sums: {_quoted(filled['sums'])}")
    if filled.get("per_day"):
        lines.append(f"  per_day: {filled['per_day']}")
    return [*lines, f"  ties: {filled['ties']}", "prizes:", *(f"  - {_prize(row, 'places')}" for row in rows)]


def _prize(row: Filled, chance: str) -> str:
    gives = _gives(row)
    worth = f", worth: {row['worth']:f}" if row.get("worth") else ""
    stock = f", stock: {row['stock']}" if row.get("stock") else ""
    share = row["chance"].strip()
    said = share if share.isdigit() and chance == "places" else _quoted(share)
    return f"{{key: {row['key']}, name: {_names(row, 'name')}, {chance}: {said}{stock}{worth}, gives: {gives}}}"


def _gives(row: Filled) -> str:
    return {
        "points": f"{{points: {row['value']}{_of(row)}}}",
        "coupon": f"{{coupon: {_quoted(row['value'])}}}",
        "gift": "{gift: true}",
    }[row["gives"]]


def _of(filled: Filled) -> str:
    """The kind of points, where one was chosen."""
    return f", currency: {filled['currency']}" if filled.get("currency") else ""


def _answer(line: str) -> str:
    parts = [part.strip() for part in line.split("|")]
    return _texts(dict(zip(("en", "zh-Hans", "zh-Hant"), parts, strict=False)))


def _names(filled: Filled, stem: str) -> str:
    ends = {"en": "en", "zh-Hans": "hans", "zh-Hant": "hant"}
    return _texts({language: filled.get(f"{stem}_{end}") or "" for language, end in ends.items()})


def _texts(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{language}: {_quoted(text)}" for language, text in texts.items() if text) + "}"


def _said(filled: Filled, names: Sequence[str]) -> str:
    return ", ".join(f"{name}: {filled[name]}" for name in names if filled.get(name))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

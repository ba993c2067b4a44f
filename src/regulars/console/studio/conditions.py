"""Conditions as rows: a name, how it is compared, and with what; all rows must hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.typed import as_lines, from_lines, number
from regulars.programmes.condition_words import name_words
from regulars.rules.language.where import MEMBER, MONEY, OPERATORS

EQUAL = "equal"
OPS: tuple[tuple[str, Any], ...] = (
    (EQUAL, _("is (one of)")),
    ("none_of", _("is none of")),
    ("at_least", _("is at least")),
    ("at_most", _("is at most")),
    ("above", _("is above")),
    ("below", _("is below")),
    ("contains", _("contains")),
    ("exists", _("is given (yes or no)")),
)
KNOWN = (
    *("total", "subtotal", "discount", "shipping", "coupon", "channel", "source", "photos", "rating", "seconds"),
    *("line.category", "line.brand", "line.product_id", "line.sku", "line.price", "line.quantity"),
    *MEMBER,
)
_TEXTS = frozenset(
    ("coupon", "channel", "source", "line.category", "line.brand", "line.name", "line.product_id", "line.sku")
)
_COMPARED = frozenset(("at_least", "at_most", "above", "below"))
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YES, _NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否"}


class ConditionForm(forms.Form):
    """One row; an empty name leaves it out."""

    name = forms.CharField(
        label=_("What"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "condition-names", "spellcheck": "false", "autocomplete": "off"}),
    )
    op = forms.ChoiceField(label=_("How"), choices=OPS, required=False)
    value = forms.CharField(label=_("With what"), required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        """A row with a name needs a value that goes with how it is compared."""
        data = super().clean() or {}
        if data.get("name") and not data.get("value"):
            self.add_error("value", forms.ValidationError(_("Say what to compare with.")))
        elif data.get("name") and data.get("op") in _COMPARED and not _NUMBER.fullmatch(data["value"].strip()):
            self.add_error("value", forms.ValidationError(_("This needs a number.")))
        return data


ConditionSet = forms.formset_factory(ConditionForm, extra=1, can_delete=True, max_num=30)


def rows_of(settings: Mapping[str, Any]) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The rows of ``where`` and ``for``, and what of them no row can show."""
    rows: list[dict[str, str]] = []
    rest: dict[str, Any] = {}
    for part in ("where", "for"):
        tests = settings.get(part)
        if tests is None:
            continue
        if not isinstance(tests, Mapping):
            rest[part] = tests
            continue
        for name, wanted in tests.items():
            pairs = wanted.items() if isinstance(wanted, Mapping) else [(EQUAL, wanted)]
            for op, value in pairs:
                if op in (EQUAL, *OPERATORS) and not isinstance(value, Mapping):
                    rows.append({"name": str(name), "op": op, "value": _text(value)})
                else:
                    rest.setdefault(part, {}).setdefault(name, {})[op] = value
    return rows, rest


def conditions_of(
    rows: Sequence[Mapping[str, Any]],
    rest: Mapping[str, Any],
    before: Mapping[str, Any],
    parts: Sequence[str] = ("where", "for"),
) -> dict[str, Any]:
    """``where`` and ``for`` as the rows say them, or the one of them that there is. What was in either stays in it;
    else ``for`` asks of the member."""
    out: dict[str, Any] = {part: dict(tests) for part, tests in rest.items()}
    asked = before.get("for")
    for row in rows:
        name = str(row.get("name", "")).strip()
        if not name:
            continue
        member = name.startswith("member.") and name not in (before.get("where") or {})
        part = "for" if member or (isinstance(asked, Mapping) and name in asked) else "where"
        part = part if part in parts else parts[0]
        tests = out.setdefault(part, {})
        op, value = row["op"], _value(name, row["op"], row["value"])
        if op == EQUAL and name not in tests:
            tests[name] = value
        else:
            held = tests.setdefault(name, {})
            if isinstance(held, dict):
                held["none_of" if op == EQUAL else op] = value
    return out


_SIGNS = {EQUAL: "=", "none_of": "!=", "at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
_SIGN_OPS = {sign: op for op, sign in _SIGNS.items()} | {"≥": "at_least", "≤": "at_most", "≠": "none_of", "＝": EQUAL}
_LINE = re.compile(r"\s*(\S.*?)\s*(>=|<=|!=|≥|≤|≠|=|＝|>|<|\scontains\s|\sexists\s)\s*(\S.*?)\s*")


def text_of(tests: Mapping[str, Any]) -> str | None:
    """Conditions as lines, such as ``total >= 20``; None where no line can say them."""
    rows, rest = rows_of({"where": tests})
    if rest or any("\n" in row["value"] for row in rows):
        return None
    return "\n".join(f"{row['name']} {_SIGNS.get(row['op'], row['op'])} {row['value']}" for row in rows)


def tests_from(text: str) -> dict[str, Any]:
    """The conditions that lines say. Raises ValueError with the line that is none."""
    rows = []
    for line in filter(str.strip, text.splitlines()):
        found = _LINE.fullmatch(line)
        op = "" if found is None else _SIGN_OPS.get(found[2].strip(), found[2].strip())
        if found is None or (op in _COMPARED and not _NUMBER.fullmatch(found[3])):
            raise ValueError(line.strip())
        rows.append({"name": found[1], "op": op, "value": found[3]})
    tests: dict[str, Any] = conditions_of(rows, {}, {}, ("where",)).get("where", {})
    return tests


def known_names() -> list[tuple[str, str]]:
    """Names to choose from, in words."""
    return [(name, name_words(name)) for name in KNOWN]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_lines([str(item) for item in value]).strip() if isinstance(value, (list, tuple)) else str(value)


def _value(name: str, op: str, text: str) -> Any:
    """What somebody typed, as the file says it."""
    if op == "exists":
        return text.strip().lower() in _YES
    words = from_lines(text)
    values = [_scalar(name, op, word) for word in words]
    if op in (EQUAL, "none_of") and len(values) != 1:
        return values
    return values[0] if values else ""


def _scalar(name: str, op: str, word: str) -> int | Decimal | str | bool:
    if _NUMBER.fullmatch(word) and (op in _COMPARED or name in MONEY or name not in _TEXTS):
        return number(word)
    if name not in _TEXTS and word.lower() in ("true", "false"):
        return word.lower() == "true"
    return word

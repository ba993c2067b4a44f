"""Published JSON Schemas of the settings languages, and structural problems found with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from regulars.rules.language.reading import DIGITS_MAX, Path, listed, nearest

_KINDS = {
    "object": "a section of settings",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


@cache
def schema(package: str, name: str) -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) ``name`` of a package, as editors get it. Do not change what it returns."""
    return json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


@cache
def _validator(package: str, name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(package, name))


def structural_problems(package: str, name: str, data: Any) -> Iterator[tuple[Path, str | None]]:
    """(path, phrase) of everything the schema ``name`` of a package refuses.

    The phrase is None for what the language's own reader says better, because it knows the reason: bounds, patterns
    and settings that exclude each other.
    """
    errors = list(_validator(package, name).iter_errors(_as_json(data)))
    chosen = {tuple(error.absolute_path) for error in errors if error.validator == "enum"}
    for error in errors:
        if error.validator != "type" or tuple(error.absolute_path) not in chosen:
            yield from _in_plain_words(error)


def _as_json(value: Any) -> Any:
    """The data as JSON would hold it: days are text, numbers without a fraction are whole."""
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, Decimal) and abs(value.adjusted()) <= DIGITS_MAX and value == value.to_integral_value():
        return int(value)  # 1.0 is a whole number in JSON Schema and in our files
    return value.isoformat() if isinstance(value, date) else value


def _in_plain_words(error: ValidationError) -> Iterator[tuple[Path, str | None]]:
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "type":
            kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            yield path, f"must be {listed(_KINDS[kind] for kind in kinds)}"
        case "required":
            known = error.schema.get("properties", {})
            meant = {nearest(key, known) for key in error.instance if key not in known}
            for key in error.validator_value:
                if key not in error.instance and key not in meant:
                    yield path, f"needs `{key}`"
        case "additionalProperties":
            known = list(error.schema.get("properties", {}))
            for key in error.instance:
                if key not in known:
                    yield (*path, key), unknown_setting(key, known)
        case "enum":
            guess = nearest(error.instance, error.validator_value) if isinstance(error.instance, str) else None
            more = f"; did you mean `{guess}`?" if guess and len(error.validator_value) > 1 else ""
            yield path, f"must be {listed(error.validator_value)}{more}"
        case _:
            yield path, None


def unknown_setting(key: str, known: list[str]) -> str:
    """The phrase for a setting nobody knows, with the one that was probably meant."""
    guess = nearest(key, known)
    if guess:
        return f"is not a known setting here; did you mean `{guess}`?"
    return f"is not a known setting here; known are {listed(known)}"

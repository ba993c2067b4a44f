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

from regulars.files.phrase import Phrase, phrase
from regulars.rules.language.reading import DIGITS_MAX, Listed, Path, listed, nearest

_KINDS = {
    "object": phrase("must be a section of settings"),
    "array": phrase("must be a list"),
    "string": phrase("must be text"),
    "integer": phrase("must be a whole number"),
    "number": phrase("must be a number"),
    "boolean": phrase("must be true or false"),
}


@cache
def schema(package: str, name: str) -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) ``name`` of a package, as editors get it. Do not change what it returns."""
    return json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


@cache
def _validator(package: str, name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(package, name))


def structural_problems(package: str, name: str, data: Any) -> Iterator[tuple[Path, Phrase | None]]:
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


def _in_plain_words(error: ValidationError) -> Iterator[tuple[Path, Phrase | None]]:
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "type":
            kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            yield path, _KINDS[kinds[0]] if len(kinds) == 1 else phrase("must be {kinds}", kinds=_kinds(kinds))
        case "required":
            known = error.schema.get("properties", {})
            meant = {nearest(key, known) for key in error.instance if key not in known}
            for key in error.validator_value:
                if key not in error.instance and key not in meant:
                    yield path, phrase("needs `{key}`", key=key)
        case "additionalProperties":
            known = list(error.schema.get("properties", {}))
            for key in error.instance:
                if key not in known:
                    yield (*path, key), unknown_setting(key, known)
        case "enum":
            guess = nearest(error.instance, error.validator_value) if isinstance(error.instance, str) else None
            words = listed(error.validator_value)
            if guess and len(error.validator_value) > 1:
                yield path, phrase("must be {words}; did you mean `{guess}`?", words=words, guess=guess)
            else:
                yield path, phrase("must be {words}", words=words)
        case _:
            yield path, None


def _kinds(names: list[str]) -> Listed:
    """``text or a list``: what the phrases of these kinds say after "must be"."""
    return listed(_KINDS[name].template.removeprefix("must be ") for name in names)


def unknown_setting(key: str, known: list[str]) -> Phrase:
    """The phrase for a setting nobody knows, with the one that was probably meant."""
    guess = nearest(key, known)
    if guess:
        return phrase("is not a known setting here; did you mean `{guess}`?", guess=guess)
    return phrase("is not a known setting here; known are {known}", known=listed(known))

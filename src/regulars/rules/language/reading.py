"""The small questions every section of a programme asks: is it a number, a known word, a section with known
settings?

A ``Reader`` collects problems instead of raising, so that one look at a file finds all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Literal

Path = tuple[str | int, ...]

KEY = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
KEY_LENGTH_MAX = 60
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
DIGITS_MAX = 30
"""Numbers longer than this, or further than this from the decimal point, are no amounts a shop means."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at ``path``, as a phrase that follows the path: "must be above 2000 (the level before)".

    severity: an ``error`` refuses the programme, a ``warning`` does not.
    template, values: the phrase before its values were filled in (``str.format``), for a translation.
    """

    path: Path
    message: str
    severity: Literal["error", "warning"] = "error"
    template: str = field(default="", compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


class Listed(str):
    """``a, b or c``, which still knows its ``words``: another language joins them its own way."""

    words: tuple[str, ...]

    def __new__(cls, words: Iterable[str]) -> Listed:
        """Join the words."""
        words = tuple(words)
        text = super().__new__(cls, words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}")
        text.words = words
        return text


def listed(words: Iterable[str]) -> Listed:
    """``a, b or c``."""
    return Listed(words)


def plain(number: Any) -> str:
    """A number as its file wrote it, never in scientific notation."""
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def is_number(value: Any) -> bool:
    """Whether ``value`` is an exact number; a bool is not."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_list(value: Any) -> bool:
    """Whether ``value`` is a list of things; a text is not."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, Listed) else str(value) for name, value in values.items()}


class Reader:
    """Collects problems while the sections are read. Every question gives None (or empty) when it has
    complained."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def say(self, path: Path, template: str, **values: Any) -> None:
        """Note an error at ``path``. Literal templates are collected for translation, with what ``warn`` is given."""
        texts = _texts(values)
        self.problems.append(Problem(path, template.format(**texts), "error", template, texts))

    def warn(self, path: Path, template: str, **values: Any) -> None:
        """Note something that is allowed and probably not meant."""
        texts = _texts(values)
        self.problems.append(Problem(path, template.format(**texts), "warning", template, texts))

    def section(
        self, value: Any, path: Path, known: Iterable[str], needs: Iterable[str] = ()
    ) -> Mapping[str, Any] | None:
        """A mapping whose settings are all ``known`` and that has all it ``needs``; None if it is no
        mapping."""
        if not isinstance(value, Mapping):
            self.say(path, "must be a section of settings")
            return None
        known = list(known)
        meant = set()
        for key in value:
            if key not in known:
                meant.add(self.unknown((*path, key if isinstance(key, int) else str(key)), str(key), known))
        for key in needs:
            if key not in value and key not in meant:
                self.say(path, "needs `{key}`", key=key)
        return value

    def unknown(self, path: Path, key: str, known: Iterable[str]) -> str | None:
        """Complain of a setting that nobody knows; gives the one that was probably meant."""
        known = list(known)
        guess = nearest(key, known)
        if guess:
            self.say(path, "is not a known setting here; did you mean `{guess}`?", guess=guess)
        elif known:
            self.say(path, "is not a known setting here; known are {known}", known=listed(known))
        else:
            self.say(path, "is not a known setting: nothing is known here")
        return guess

    def items(self, value: Any, path: Path, least: int = 1, most: int = 500) -> Sequence[Any]:
        """A list of ``least`` to ``most`` things."""
        if not is_list(value):
            self.say(path, "must be a list")
            return ()
        if len(value) < least:
            self.say(path, "must not be empty")
        elif len(value) > most:
            self.say(path, "must have at most {most} entries", most=most)
        return value

    def text(self, value: Any, path: Path, most: int = 200) -> str | None:
        """A text that is not empty."""
        if not isinstance(value, str):
            self.say(
                path,
                "must be text; put it in quotes"
                if is_number(value) or isinstance(value, (bool, date))
                else "must be text",
            )
            return None
        if not value.strip():
            self.say(path, "must not be empty")
            return None
        if len(value) > most:
            self.say(path, "must have at most {most} characters", most=most)
            return None
        return value

    def key(self, value: Any, path: Path) -> str | None:
        """A key: lower-case letters and digits, with dashes or underscores between."""
        text = self.text(value, path)
        if text is None:
            return None
        if not KEY.fullmatch(text) or len(text) > KEY_LENGTH_MAX:
            self.say(path, "must be lower-case letters, digits and dashes, such as tea-month")
            return None
        return text

    def name(self, value: Any, path: Path, most: int = 200) -> dict[str, str]:
        """A text in several languages, each of at most ``most`` characters; or one bare text, taken as ``en``."""
        if not isinstance(value, Mapping):
            text = self.text(value, path, most)
            return {} if text is None else {"en": text}
        self.section(value, path, LANGUAGES, needs=("en",))
        texts = {
            language: self.text(value[language], (*path, language), most) for language in LANGUAGES if language in value
        }
        return {language: text for language, text in texts.items() if text is not None}

    def choice(self, value: Any, path: Path, words: Sequence[str]) -> str | None:
        """One of a few words."""
        if isinstance(value, str) and value in words:
            return value
        guess = nearest(value, words) if isinstance(value, str) and len(words) > 1 else None
        if guess:
            self.say(path, "must be {words}; did you mean `{guess}`?", words=listed(words), guess=guess)
        else:
            self.say(path, "must be {words}", words=listed(words))
        return None

    def flag(self, value: Any, path: Path) -> bool | None:
        """true or false."""
        if isinstance(value, bool):
            return value
        self.say(path, "must be true or false")
        return None

    def number(self, value: Any, path: Path) -> int | Decimal | None:
        """An exact number of a sane length."""
        if not is_number(value):
            self.say(path, "must be a number")
            return None
        if isinstance(value, int):
            sane = abs(value) < 10**DIGITS_MAX
        else:
            sane = (
                value.is_finite()
                and (not value or (abs(value.adjusted()) < DIGITS_MAX and len(value.as_tuple().digits) <= DIGITS_MAX))
                and abs(int(value.as_tuple().exponent)) <= DIGITS_MAX
            )
        if not sane:
            self.say(path, "is too long a number")
            return None
        return value

    def whole(self, value: Any, path: Path, least: int = 0, most: int = 10**9) -> int | None:
        """A whole number from ``least`` to ``most``."""
        if not is_number(value):
            self.say(path, "must be a whole number")
            return None
        number = self.number(value, path)
        if number is None:
            return None
        if number != int(number):
            self.say(path, "must be a whole number")
            return None
        if number < least:
            self.say(path, "must be at least {least}", least=least)
            return None
        if number > most:
            self.say(path, "must be at most {most}", most=most)
            return None
        return int(number)

    def money(
        self, value: Any, path: Path, currency: str, digits: int, least: int = 0, most: int = 10**13
    ) -> int | None:
        """An amount in the major unit, as exact minor units; ``least`` and ``most`` are in minor units."""
        number = self.number(value, path)
        if number is None:
            return None
        minor = Fraction(number) * 10**digits
        if minor.denominator != 1 and not currency:
            return None  # the currency is unknown and has been complained of: its decimals are too
        if minor.denominator != 1:
            self.say(path, "has more decimals than {currency} has ({digits})", currency=currency, digits=digits)
            return None
        if minor < least:
            self.say(path, "must be above 0" if least else "must be at least 0")
            return None
        if minor > most:
            self.say(path, "must be at most {most}", most=most // 10**digits)
            return None
        return minor.numerator

    def day(self, value: Any, path: Path) -> int | None:
        """A local day, as days since 1970-01-01. Accepts a date or its text ``2026-12-01``."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.say(path, "is no day of the calendar")
                return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.say(path, "must be a day such as 2026-12-01")
            return None
        return value.toordinal() - date(1970, 1, 1).toordinal()

    def fraction(self, value: Any, path: Path) -> Fraction | None:
        """A multiplier such as 1.25, small enough for the step's integers."""
        number = self.number(value, path)
        if number is None:
            return None
        times = Fraction(number)
        if times <= 0:
            self.say(path, "must be above 0")
        elif times > 1_000:
            self.say(path, "must be at most 1000")
        elif times.numerator > 1_000 or times.denominator > 1_000:
            self.say(path, "must be a simple number such as 1.2 or 1.25")
        else:
            return times
        return None

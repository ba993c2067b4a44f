"""Definitions as they are kept and as files say them, read with what the programme says of money and tiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
from django.utils import timezone

from regulars.audience.segments.models import Segment
from regulars.files import checking
from regulars.files.checking import LocatedProblem, path_text
from regulars.files.phrase import Phrase, phrase
from regulars.files.problem_words import sentence
from regulars.inquiries.models import LakeState
from regulars.programmes.reads import NoProgramme, current
from regulars.rules import segments as language
from regulars.rules.language.reading import Path, Problem
from regulars.rules.segments import Segments, Who

_EPOCH = date(1970, 1, 1).toordinal()
_encode = msgspec.json.Encoder(decimal_format="number").encode


class NotFit(ValueError):
    """A definition that cannot be used. ``problems``: what is wrong and where; the message says all, a line each."""

    def __init__(self, problems: Collection[LocatedProblem]) -> None:
        super().__init__("\n".join(sentence(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Ground:
    """What definitions are read with: the programme's currency and its decimals, the keys of its tiers, the keys of the
    segments that are not archived, and the lake's last whole day (None without a lake), days since 1970-01-01."""

    currency: str
    digits: int
    tiers: tuple[str, ...]
    known: frozenset[str]
    today: int | None


def ground(now: datetime | None = None) -> Ground:
    """What definitions are read with now. Raises NotFit while no programme is in effect: amounts have no currency."""
    try:
        _, programme = current(now or timezone.now())
    except NoProgramme:
        told = phrase("cannot be read yet: no programme is in effect, which says the currency; publish one first")
        raise NotFit([LocatedProblem(1, 1, "", told)]) from None
    state = LakeState.objects.first()
    tiers = tuple(level.key for level in programme.tiers.levels) if programme.tiers else ()
    live = Segment.objects.filter(archived_at=None).values_list("key", flat=True)
    today = None if state is None else state.until.toordinal() - _EPOCH
    return Ground(programme.currency, programme.minor_digits, tiers, frozenset(live), today)


def read(data: Any, on: Ground) -> tuple[Who | None, list[LocatedProblem]]:
    """What a definition means, None when any problem is an error, and all problems. Never raises for what it holds."""
    who, problems = language.read_who(data, on.currency, on.digits, on.tiers, on.known, on.today)
    return who, [_located(problem) for problem in problems]


def meaning(data: Any, on: Ground) -> Who:
    """What a definition means. Raises NotFit."""
    who, problems = read(data, on)
    if who is None:
        raise NotFit([problem for problem in problems if problem.severity == "error"])
    return who


def check_file(text: str, on: Ground | None = None) -> tuple[Segments | None, tuple[LocatedProblem, ...]]:
    """Check a file of segments, by line; without a ground, what only the programme knows is not looked at. Never raises
    for what the text holds."""
    if on is None:
        found = checking.check(text, partial(language.read), _nothing)
    else:
        found = checking.check(text, partial(_read_on, on=on), _nothing)
    return found.meaning, found.problems


def as_text(definition: Any) -> str:
    """A definition as JSON, to the last digit: for a parameter of an inquiry."""
    return _encode(definition).decode()


def _read_on(data: Mapping[str, Any], on: Ground) -> tuple[Segments | None, list[Problem]]:
    found, problems = language.read(data, on.tiers, on.known, on.today)
    if found is None or found.currency == on.currency:
        return found, problems
    template = "must be {currency}, the programme's currency"
    values = {"currency": on.currency}
    return None, [*problems, Problem(("currency",), template.format(**values), "error", template, values)]


def _nothing(data: Any) -> Iterator[tuple[Path, Phrase | None]]:
    return iter(())


def _located(problem: Problem) -> LocatedProblem:
    return LocatedProblem(1, 1, path_text(problem.path), Phrase(problem.template, problem.values), problem.severity)

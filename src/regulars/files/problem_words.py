"""The problems of a file of settings in the reader's language. The command line tells them in English as they are."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, pgettext

from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase
from regulars.rules.language.reading import Listed


def words(problem: LocatedProblem | Phrase) -> str:
    """What is wrong, without where: the phrase and the values in it in the active language."""
    told = problem.phrase if isinstance(problem, LocatedProblem) else problem
    return gettext(told.template).format(**_values(told.values))


def sentence(problem: LocatedProblem | Phrase) -> str:
    """The whole problem in one line, with its place where it has one."""
    if isinstance(problem, Phrase):
        return words(problem)
    return gettext("line %(line)s: %(place)s %(problem)s") % {
        "line": problem.line,
        "place": problem.path_text or gettext("the file"),
        "problem": words(problem),
    }


def _values(values: Mapping[str, str]) -> dict[str, str]:
    kinds = _kinds()
    return {
        name: _either([kinds.get(word, word) if name == "kinds" else word for word in value.words])
        if isinstance(value, Listed)
        else value
        for name, value in values.items()
    }


def _either(choices: list[str]) -> str:
    if len(choices) == 1:
        return choices[0]
    return gettext("%(these)s or %(last)s") % {
        "these": pgettext("between the items of a list", ", ").join(choices[:-1]),
        "last": choices[-1],
    }


def _kinds() -> dict[str, str]:
    return {
        "a section of settings": pgettext("kind of value in a file", "a section of settings"),
        "a list": pgettext("kind of value in a file", "a list"),
        "text": pgettext("kind of value in a file", "text"),
        "a whole number": pgettext("kind of value in a file", "a whole number"),
        "a number": pgettext("kind of value in a file", "a number"),
        "true or false": pgettext("kind of value in a file", "true or false"),
    }

"""``{% load problems %}``: what is wrong with a programme file, in the reader's language."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from regulars.files import problem_words
from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase

register = template.Library()


@register.filter
def what_is_wrong(problem: LocatedProblem | Phrase) -> SafeString:
    """The phrase without its place; settings between backticks look like what one types."""
    return _typed(problem_words.words(problem))


@register.filter
def as_sentence(problem: LocatedProblem | Phrase) -> SafeString:
    """The whole problem, with its place where it has one."""
    return _typed(problem_words.sentence(problem))


@register.filter
def typed(text: str) -> SafeString:
    """A text whose words between backticks are what one types."""
    return _typed(text)


def _typed(text: str) -> SafeString:
    return mark_safe(re.sub(r"`([^`]+)`", r'<code class="k-mono">\1</code>', conditional_escape(text)))  # noqa: S308

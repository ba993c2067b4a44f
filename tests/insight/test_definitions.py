"""Every measure is explained in every language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from regulars.insight.measures.definitions import DEFINITIONS
from regulars.science import measures


def test_every_measure_has_a_definition_and_nothing_else_has():
    assert set(DEFINITIONS) == {measure.__name__ for measure in measures.MEASURES}


@pytest.mark.parametrize("measure", DEFINITIONS)
def test_it_is_said_in_three_languages(measure):
    said = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with override(language):
            words = DEFINITIONS[measure]
            said[language] = [str(text) for text in (words.title, words.says, words.computed, words.watch)]
    for english, hans, hant in zip(*said.values(), strict=True):
        assert english and hans != english and hant != english

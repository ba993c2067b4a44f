"""The guide to segments says what is so: its examples pass, and every word of the language has its place."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from regulars.audience.segments.definition import check_file
from regulars.rules.segments.leaves import LEAVES, LINE, STANDING
from regulars.rules.segments.whole import NODES, SEGMENT
from regulars.rules.segments.windows import BOUNDS, WINDOW

GUIDE = (Path(__file__).parents[3] / "docs" / "segments.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_good_file(example: str) -> None:
    text = example if "currency:" in example else f"currency: CNY\nsegments:\n  - key: one\n{indent(example, '    ')}"
    found, problems = check_file(text)
    assert problems == ()
    assert found is not None and found.segments


@pytest.mark.parametrize("word", [*LEAVES, *STANDING, *NODES, *SEGMENT, *BOUNDS, *WINDOW, *LINE, "traits", "where"])
def test_every_word_is_spoken_of(word: str) -> None:
    assert re.search(rf"`[^`]*\b{re.escape(word)}\b[^`]*`|^ *(?:- )?{re.escape(word)}:", GUIDE, flags=re.MULTILINE), (
        word
    )

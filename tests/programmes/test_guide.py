"""The guide to the programme language says what is so: its examples pass, every setting is spoken of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from regulars.files.yaml_text import read_yaml
from regulars.programmes.file import check
from regulars.rules.language import read
from regulars.rules.language.calendar import KINDS
from regulars.rules.language.calendar import SETTINGS as OF_DAYS
from regulars.rules.language.gifts import THINGS
from regulars.rules.language.referral import HOLDS, REFUSES, RETURNED
from regulars.rules.language.referral import SETTINGS as OF_REFERRAL
from regulars.rules.language.tasks import SETTINGS

GUIDE = (Path(__file__).parents[2] / "docs" / "programme-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
WHOLE = """
programme: guide
name: {en: Guide}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {name: {en: points}}
  growth: {name: {en: growth}, spendable: false}
tiers:
  measure: spending
  levels:
    - {key: gold, from: 1, name: {en: Gold}, benefits: [free_delivery, points_rebate]}
    - {key: platinum, from: 2, name: {en: Platinum}}
earn:
  - {key: bare, when: Order Completed, points: 1}
"""


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(example: str) -> None:
    data: dict[str, Any] = read_yaml(WHOLE).data
    part = read_yaml(example).data
    if "where" in part or "for" in part:
        part = {"earn": [{"key": "bare", "when": "Order Completed", "points": 1, **part}]}
    programme, problems = read({**data, **part})
    assert problems == []
    assert programme is not None


WORDS = {
    *(*SETTINGS, *OF_DAYS, *KINDS, *THINGS, "reaches", "every", "then"),
    *(*OF_REFERRAL, *REFUSES, *HOLDS, *RETURNED, "referrer", "friend"),
}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_setting_is_spoken_of(word: str) -> None:
    assert re.search(rf"`[^`]*\b{word}\b[^`]*`|^ *(?:- )?{word}:", GUIDE, flags=re.MULTILINE), word


def test_the_smallest_programme_is_one() -> None:
    assert check(WHOLE).problems == ()

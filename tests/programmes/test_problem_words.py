"""Problems of a programme file in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from regulars.files.phrase import phrase
from regulars.files.problem_words import sentence, words
from regulars.programmes.file import check

FILE = (Path(__file__).resolve().parents[2] / "programmes" / "grocery.yaml").read_text(encoding="utf-8")

CASES = [
    # what is replaced, by what, in English, in Simplified Chinese, in Traditional Chinese
    (
        "from: 1000",
        "from: 100",
        "must be above 200 (the level before)",
        "必须高于 200（上一级）",
        "必須高於 200（上一級）",
    ),
    (
        "measure: spending",
        "measure: spendings",
        "must be spending, orders or growth; did you mean `spending`?",
        "必须是 spending、orders 或 growth；是否应为 `spending`？",
        "必須是 spending、orders 或 growth；是否應為 `spending`？",
    ),
    ("benefits: [points_rebate]", "benefits: 3", "must be a list", "必须是列表", "必須是清單"),
    ("spendable: false", "spendable: no way", "must be true or false", "必须是 true 或 false", "必須是 true 或 false"),
    ("programme: grocery\n", "", "needs `programme`", "缺少 `programme`", "缺少 `programme`"),
    (
        "points: 20\n",
        "points: 20\n    points: 30\n",
        re.compile(r"is written twice; the first is on line \d+"),
        re.compile(r"重复定义，第一次在第 \d+ 行"),
        re.compile(r"重複定義，第一次在第 \d+ 行"),
    ),
]


@pytest.mark.parametrize(("old", "new", "en", "zh_hans", "zh_hant"), CASES)
def test_a_problem_is_told_in_the_readers_language(
    old: str,
    new: str,
    en: str | re.Pattern[str],
    zh_hans: str | re.Pattern[str],
    zh_hant: str | re.Pattern[str],
) -> None:
    [problem] = check(FILE.replace(old, new, 1)).problems
    for language, told in (("en", en), ("zh-hans", zh_hans), ("zh-hant", zh_hant)):
        with translation.override(language):
            said = words(problem)
            assert told.fullmatch(said) if isinstance(told, re.Pattern) else said == told
    assert problem.message == words(problem), "the command line says it in English"


def test_a_whole_sentence_names_the_line_and_the_place() -> None:
    [problem] = check(FILE.replace("from: 1000", "from: 100", 1)).problems
    with translation.override("zh-hans"):
        assert sentence(problem) == f"第 {problem.line} 行：tiers.levels[1].from 必须高于 200（上一级）"
        assert sentence(phrase("needs `{key}`", key="tiers")) == "缺少 `tiers`"

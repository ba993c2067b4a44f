"""Problems of an offers file in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from regulars.files.problem_words import sentence, words
from regulars.offers.file import check
from tests.offers.test_file import SLIPS, TEXT

CASES = [
    # what is replaced, by what, in English, in Simplified Chinese, in Traditional Chinese
    (
        "where: {channel: live}",
        "where: {at.hours: 20}",
        "is no value that a cart has; there are at.weekday, at.day, at.month, at.hour or at.date",
        "不是购物车中的取值；可用的有 at.weekday、at.day、at.month、at.hour 或 at.date",
        "不是購物車中的取值；可用的有 at.weekday、at.day、at.month、at.hour 或 at.date",
    ),
    (
        "{from: 500, off: 80}",
        "{from: 200, off: 80}",
        "must be above the step before",
        "必须高于上一档",
        "必須高於上一檔",
    ),
    ("policy:", "policies:", "is not a known setting here; did you mean `policy`?",
     "不是此处可用的设置；是否应为 `policy`？", "不是此處可用的設定；是否應為 `policy`？"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "en", "zh_hans", "zh_hant"), CASES)
def test_a_problem_is_told_in_the_readers_language(old: str, new: str, en: str, zh_hans: str, zh_hant: str) -> None:
    assert old in TEXT
    problem = check(TEXT.replace(old, new, 1)).problems[0]
    told = []
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            told.append(words(problem))
    assert told == [en, zh_hans, zh_hant]
    with translation.override("zh-hans"):
        assert str(problem) == f"line {problem.line}: {problem.path_text} {en}", "the command line says it in English"
        assert sentence(problem) == f"第 {problem.line} 行：{problem.path_text} {zh_hans}"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_no_slip_is_left_in_english(old: str, new: str, problems: list[str], language: str) -> None:
    with translation.override(language):
        for problem in check(TEXT.replace(old, new, 1)).problems:
            assert words(problem) != problem.message

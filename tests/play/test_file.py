"""What is wrong with a game's file, line by line, in plain words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.play.file import check

HEAD = """game: g
kind: KIND
name: {en: A game}
currency: CNY
time_zone: Asia/Shanghai
from: 2026-06-01
until: 2026-07-01
"""
PRIZE = "  - {key: a, name: {en: A}, chance: 1/2, gives: {points: 1}}\n"
WHEEL = HEAD.replace("KIND", "wheel") + "prizes:\n" + PRIZE
RAIN = (
    HEAD.replace("KIND", "rain")
    + 'rain: {points: 100, packets: 10, least: 2, at: ["2026-06-10T20:00", "2026-06-11T20:00"], minutes: 5}\n'
)
QUIZ = (
    HEAD.replace("KIND", "quiz")
    + """quiz:
  questions:
    - {key: q, ask: {en: "Why?"}, answers: [{en: So}, {en: Not so}], right: 1, points: 5}
"""
)
CONTEST = (
    HEAD.replace("KIND", "contest")
    + "contest: {counts: Product Shared}\nprizes:\n  - {key: a, name: {en: A}, places: 1-3, gives: {points: 5}}\n"
)

WRONG = [
    ("no kind", HEAD.replace("kind: KIND\n", ""), "line 1: the file needs `kind`"),
    (
        "an unknown kind",
        WHEEL.replace("wheel", "whel"),
        "line 2: kind must be wheel, rain, quiz or contest; did you mean `wheel`?",
    ),
    ("no prizes", HEAD.replace("KIND", "wheel"), "line 1: the file needs `prizes`"),
    (
        "above 100%",
        WHEEL + PRIZE.replace("key: a", "key: b").replace("1/2", "50.1%"),
        "line 8: prizes have chances of 100.1% together; they must not be above 100%",
    ),
    (
        "no chance",
        WHEEL.replace("1/2", "often"),
        "line 9: prizes[0].chance must be a chance such as 1/1000, 0.1% or 0.001",
    ),
    ("chance zero", WHEEL.replace("1/2", "0%"), "line 9: prizes[0].chance must be above 0 and at most 1 (100%)"),
    (
        "chance by zero",
        WHEEL.replace("1/2", "1/0"),
        "line 9: prizes[0].chance must be a chance such as 1/1000, 0.1% or 0.001",
    ),
    (
        "two keys alike",
        WHEEL + PRIZE.replace("1/2", "1/3"),
        "line 10: prizes[1].key is the key of another prize already",
    ),
    (
        "two things given",
        WHEEL.replace("{points: 1}", "{points: 1, gift: true}"),
        "line 9: prizes[0].gives needs one of points, coupon or gift",
    ),
    ("never over", WHEEL.replace("2026-07-01", "2028-07-01"), "line 7: until must be at most 400 days after `from`"),
    (
        "over before it begins",
        WHEEL.replace("2026-07-01", "2026-05-01"),
        "line 7: until must be after 2026-06-01 (`from`)",
    ),
    ("another kind's setting", WHEEL + "quiz: {}\n", "line 10: quiz is not a known setting here"),
    (
        "too few points",
        RAIN.replace("points: 100", "points: 19"),
        "line 8: rain.points must be at least 20: 10 packets of 2 each",
    ),
    (
        "rain afterwards",
        RAIN.replace("06-11T20:00", "07-11T20:00"),
        "line 8: rain.at[1] must begin and end between `from` and `until`",
    ),
    (
        "two rains at once",
        RAIN.replace("06-11T20:00", "06-10T20:04"),
        "line 8: rain.at[1] must come after the one before has ended",
    ),
    (
        "no such answer",
        QUIZ.replace("right: 1", "right: 3"),
        "line 10: quiz.questions[0].right must be the number of an answer, from 1 to 2",
    ),
    ("one answer", QUIZ.replace(", {en: Not so}", ""), "line 10: quiz.questions[0].answers must be at least two"),
    (
        "more asked than there are",
        QUIZ.replace("quiz:\n", "quiz:\n  asks: 2\n"),
        "line 9: quiz.asks must be at most 1: so many questions there are",
    ),
    (
        "places twice",
        CONTEST + "  - {key: b, name: {en: B}, places: 3, gives: {points: 5}}\n",
        "line 11: prizes[1].places must come after place 3 (the prize before)",
    ),
    (
        "shared with a budget",
        CONTEST.replace("Shared}", "Shared, ties: share}") + "budget: 100\n",
        "line 8: contest.ties share does not go with a budget or a stock: nobody knows how many will share",
    ),
    (
        "spending of shares",
        CONTEST.replace("Shared}", "Shared, sums: spending}"),
        "line 8: contest.sums spending is summed of `counts: Order Completed` only",
    ),
    ("a tab", WHEEL.replace("  - {", "\t- {"), "line 9: the file has a tab; indent with spaces"),
]


@pytest.mark.parametrize("text", [WHEEL, RAIN, QUIZ, CONTEST], ids=["wheel", "rain", "quiz", "contest"])
def test_each_kind_is_fine(text: str) -> None:
    found = check(text)
    assert found.problems == ()
    assert found.game is not None


@pytest.mark.parametrize(("name", "text", "told"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_said_in_words(name: str, text: str, told: str) -> None:
    found = check(text)
    assert found.game is None
    assert any(str(problem).startswith(told) for problem in found.problems), [
        str(problem) for problem in found.problems
    ]


@pytest.mark.parametrize(
    ("text", "chance"), [("1/1000", "1/1000"), ("0.1%", "1/1000"), ("12.5 %", "1/8"), ("0.001", "1/1000"), ("1", "1")]
)
def test_chances_are_exact(text: str, chance: str) -> None:
    game = check(WHEEL.replace("1/2", text)).game
    assert game is not None
    assert game.prizes[0].chance == Fraction(chance)


def test_a_quiz_is_played_once_unless_it_says_more() -> None:
    once, daily = check(QUIZ).game, check(QUIZ + "at_most: {per_day: 1}\n").game
    assert once is not None and daily is not None
    assert (once.ever, daily.ever, daily.per_day) == (1, None, 1)


def test_a_cost_free_game_with_free_plays_is_warned_of() -> None:
    found = check(WHEEL + "free_per_day: 1\n")
    assert found.game is not None
    assert [problem.severity for problem in found.problems] == ["warning"]

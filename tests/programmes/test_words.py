# ruff: noqa: E501 (one case a line)
"""A programme in words says all of it, and what a later version changes; whichever words its things are called by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.flow.errands.names import Names
from regulars.programmes.file import check
from regulars.programmes.task_words import Called
from regulars.programmes.words import in_words
from regulars.programmes.words_diff import words_diff
from regulars.rules.programme import Programme
from tests.flow.task_club import CLUB

HOUSE = Path(__file__).parents[2] / "programmes"
LANGUAGES = ("en", "zh-hans", "zh-hant")


def programme(text: str) -> Programme:
    """The programme of a file."""
    found = check(text).programme
    assert found is not None, check(text).problems
    return found


def said(one: Programme, called: Called) -> list[str]:
    """Everything the words say, piece by piece."""
    sections = in_words(one, called=called)
    return [
        piece for section in sections for piece in (*section.sentences, *(cell for row in section.rows for cell in row))
    ]


class Keys(Called):
    """Calls everything by its key, so that it can be found again."""

    def rule(self, rule: Any) -> str:
        return f"<{rule.key}>"

    def coupon(self, key: str) -> str:
        return f"<coupon {key}>"

    def badge(self, key: str) -> str:
        return f"<badge {key}>"

    def benefit(self, key: str) -> str:
        return f"<benefit {key}>"


def assert_all_is_said(one: Programme) -> None:
    """Every rule, every gift, every level, every benefit and every currency of points is spoken of."""
    for language in LANGUAGES:
        with translation.override(language):
            sections = in_words(one, called=Keys())
            pieces = said(one, Keys())
            text = "\n".join(pieces)
            assert all(len(row) == len(section.head) for section in sections for row in section.rows)
        for rule in one.rules:
            # what a referral gives is said in the sentences of its own section
            if (rule.when and rule.when != "Referral Counted") or rule.goal is not None:
                assert f"<{rule.key}>" in pieces
            for gift in rule.gifts:
                assert gift.kind == "points" or f"<{gift.kind} {gift.key}>" in text
        for occasion in one.calendar:
            assert f"<{occasion.key}>" in pieces
        for level in one.tiers.levels if one.tiers else ():
            assert level.name.get(language, level.name["en"]) in pieces or language != "en"
            assert all(f"<benefit {key}>" in text for key in level.benefits)
        keys = {section.key for section in sections}
        assert {f"points-{currency.key}" for currency in one.points} <= keys


@pytest.mark.parametrize("name", ["grocery.yaml", "live-commerce.yaml"])
def test_the_houses_programmes_are_said_whole(name: str) -> None:
    assert_all_is_said(programme((HOUSE / name).read_text(encoding="utf-8")))


def test_a_club_with_everything_is_said_whole() -> None:
    assert_all_is_said(programme(CLUB))


EVENTS = st.sampled_from(["Order Completed", "Product Reviewed", "Checked In", "Seen By Me"])
GIVES = st.sampled_from(
    ["{points: 5}", "{badge: b}", "{coupon: c}", "{points: 7, badge: [b, d], coupon: c}"],
)
FOR = st.sampled_from(["", "for: {member.tier: gold}, ", "for: {member.joined_days: {at_least: 3}}, "])
GOALS = st.sampled_from(
    [
        "",
        "count: 3, ",
        "count: {reaches: 2, per: week, every: true}, ",
        "sum: {of: seconds, reaches: 1.5, per: day}, ",
        "sum: {of: net, reaches: 50.00}, ",
        "streak: {points: [1, 2], per: day}, ",
        "streak: {points: [0, 9], per: month, then: stop}, ",
    ]
)
TASKS = st.builds(lambda event, goal, who, gives: (event, goal, who, gives), EVENTS, GOALS, FOR, GIVES)
DAYS = st.sampled_from(
    [
        "when: birthday, gives: {points: 3}",
        "when: {day_of_month: 31}, earns_times: 1.5",
        "when: {holiday: {country: CN, name: Mid-Autumn Festival}}, gives: {coupon: moon}",
        "when: {dates: [2027-02-01, 2027-03-01]}, gives: {badge: b}, earns_times: 3",
    ]
)
RATES = st.sampled_from(["points: 5", "rate: {points: 1, per: 2.00}", "rate: {points: 3, per: 1.00}, times: tier"])


@settings(max_examples=60, deadline=None)
@given(earn=st.lists(RATES, min_size=1, max_size=3), tasks=st.lists(TASKS, max_size=4), days=st.lists(DAYS, max_size=3))
def test_whatever_the_programme_every_rule_is_spoken_of(
    earn: list[str], tasks: list[tuple[str, ...]], days: list[str]
) -> None:
    head = CLUB.partition("\nearn:\n")[0]
    lines = [head, "earn:"]
    lines += [f"  - {{key: earn-{n}, when: Order Completed, {rate}}}" for n, rate in enumerate(earn)]
    if tasks:
        lines.append("tasks:")
    for n, (event, goal, who, gives) in enumerate(tasks):
        lines.append(f"  - {{key: task-{n}, when: {event}, {goal}{who}gives: {gives}}}")
    if days:
        lines.append("calendar:")
    lines += [f"  - {{key: day-{n}, {day}}}" for n, day in enumerate(days)]
    one = programme("\n".join(lines) + "\n")
    assert_all_is_said(one)
    for language in LANGUAGES:
        with translation.override(language):
            pieces = in_words(one, called=Plain(one))
            assert not words_diff(pieces, in_words(one, called=Plain(one)))


class Plain(Names):
    """Customers' names, without asking the offers of coupons."""

    def coupon(self, key: str) -> str:
        return key


DIFFERENCES = [
    ("a streak that gives more", ("[5, 5, 10]", "[5, 5, 20]"), ["Tasks: check-in: Gives: 5, 5, 20 points, then from the first again; for all of it the badge three-days (until then: 5, 5, 10 points, then from the first again; for all of it the badge three-days)"]),
    ("a task that goes", ("  - {key: newcomers, for: {member.joined_days: {at_most: 7}}, when: Product Shared, gives: {points: 5}}\n", ""), ["Tasks: -newcomers"]),
    ("points worth less", ("worth: {points: 100,", "worth: {points: 200,"), ["points: 200 points pay ¥1.00.", "points: -100 points pay ¥1.00."]),
    ("a level that asks more", ("from: 1000", "from: 1500"), ["Tiers: Diamond: Starts at: ¥1,500.00 (until then: ¥1,000.00)"]),
    ("no calendar any more", (CLUB[CLUB.index("calendar:"):], ""), ["Calendar: -Of several multipliers on one day the largest counts, together with the tier's.", "Calendar: -birthday", "Calendar: -member-day"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), [pytest.param(*case[1:], id=case[0]) for case in DIFFERENCES])
def test_what_a_later_version_changes(change: tuple[str, str], told: list[str]) -> None:
    assert change[0] in CLUB
    found = words_diff(in_words(programme(CLUB)), in_words(programme(CLUB.replace(*change))))
    lines = [f"{one.title}: {line}" for one in found for line in one.new]
    assert lines + [f"{one.title}: -{line}" for one in found for line in one.gone] == told

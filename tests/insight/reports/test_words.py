"""What a report says: numbers worked by hand, three languages, nothing left in English."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from regulars.cli import _demo_shop
from regulars.insight.reports import document, words
from regulars.insight.reports.actions import (
    DEBTS,
    IDLE_POINTS,
    NEXT_TIER,
    OF_ROLE,
    RETURNS,
    SECOND,
    SILENT,
    UNHAPPY,
    Action,
)
from regulars.insight.reports.figures import Counts
from regulars.insight.reports.periods import earlier, last_whole
from regulars.programmes.reads import current

THEN = Counts(
    date(2026, 11, 2), orders=100, buyers=50, revenue_minor=200_000, returning_minor=150_000, returned_minor=5_000,
    returned_orders=4, joined=7, members=400, active=100, earned=1_900, spent=500, owed=8_000, nps=10.0, nps_answers=20,
    csat=0.75, csat_answers=40,
)  # fmt: skip
NOW = Counts(
    date(2026, 11, 9), orders=120, buyers=60, revenue_minor=300_000, returning_minor=240_000, returned_minor=9_000,
    returned_orders=6, joined=4, members=404, active=101, earned=2_900, spent=900, owed=10_000, nps=-5.0,
    nps_answers=20, csat=0.5, csat_answers=30,
)  # fmt: skip
ALL = [Action(key, 1_234, 56_789) for key in (SILENT, SECOND, NEXT_TIER, IDLE_POINTS, UNHAPPY, RETURNS, DEBTS)]
SYNCED = datetime(2026, 11, 16, 6, tzinfo=UTC)
ROLES, LANGUAGES = tuple(OF_ROLE), ("en", "zh-hans", "zh-hant")


def test_the_headline_says_how_much_and_why() -> None:
    # 200,000 to 300,000 is half more; buyers made 41,667 of it, orders a buyer nothing, an order 58,333
    said = words.headline("weekly", "admin", [THEN, NOW], [], "USD")
    assert said == "Revenue rose by 50.0% to $3,000, mostly because orders were larger."
    assert dict(words.reasons(THEN, NOW)) == {"average": 55_000, "buyers": 45_000, "frequency": 0}


@pytest.mark.parametrize(
    ("role", "then", "now", "said"),
    [
        ("admin", NOW, THEN, "Revenue fell by 33.3% to $2,000, mostly because orders were smaller."),
        ("admin", NOW, NOW, "Revenue held at $3,000, as the week before."),
        ("analyst", THEN, Counts(NOW.first), "Nobody ordered."),
        ("admin", Counts(THEN.first), NOW, "120 orders brought $3,000."),
        ("service", THEN, Counts(NOW.first), "Nothing came back, and nobody complained."),
        ("service", THEN, NOW, "Something of 6 orders came back; nobody complained."),
    ],
)
def test_headlines(role: str, then: Counts, now: Counts, said: str) -> None:
    assert words.headline("weekly", role, [then, now], [], "USD") == said


def test_the_marketers_headline_counts_members_and_money() -> None:
    said = words.headline("weekly", "marketer", [THEN, NOW], ALL[:2], "USD")
    assert said == "Up to 2,468 members are worth a word from you now; up to $1,135.78 are at stake."


def test_numbers_stand_against_the_period_before() -> None:
    tiles = {tile.label: (tile.value, tile.change) for tile in words.tiles("weekly", "analyst", [THEN, NOW], "USD")}
    assert tiles["Revenue"] == ("$3,000", "+50.0%, was $2,000")
    assert tiles["Average order"] == ("$25", "+25.0%, was $20")
    assert tiles["From returning members"] == ("80.0%", "was 75.0%")
    assert tiles["Active in the club"] == ("25.0%", "was 25.0%")
    assert tiles["Would recommend (NPS)"] == ("−5", "was +10")
    assert tiles["Points owed"] == ("10,000", "+25.0%, was 8,000")


def test_a_number_that_nobody_gave_is_left_out() -> None:
    labels = {tile.label for tile in words.tiles("weekly", "service", [Counts(NOW.first)], "USD")}
    assert not labels & {"Would recommend (NPS)", "Content (CSAT)"}


def test_what_changed_and_few_answers_are_said() -> None:
    said = words.changes("weekly", "admin", [THEN, NOW], "USD")
    assert said == [
        "Where the change of revenue comes from: what an order brings +$550, members who bought +$450, "
        "orders a buyer ±$0.",
        "New members: 4; 7 the week before.",
        "Members earned 2,900 points and spent 900; 10,000 are owed to them now.",
        "Given back for returns: $90; $50 the week before.",
        "Only 20 answers to the recommendation question: a few points up or down mean nothing.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_in_every_language_is_whole(language: str) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    for kind in ("weekly", "monthly"):
        for role in ROLES:
            todo = [one for one in ALL if one.key in OF_ROLE[role]]
            page = document.page(
                kind, role, language, [THEN, NOW], todo, programme, date(2026, 11, 15), "demo", SYNCED, "https://x.test"
            )
            assert "%(" not in page.html + page.text
            assert page.images
            assert page.html.count("<svg") == len(page.images) == page.mail_html.count("cid:chart-")
            assert f"{1_234:,}" in page.text
            if language != "en":
                left = set(re.findall(r"[A-Za-z]{3,}", page.text)) - {"https", "test", "NPS", "CSAT"}
                assert not left, f"{kind} {role}: {left}"


@pytest.mark.django_db
def test_a_link_stands_in_page_mail_and_text() -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    second = Action(SECOND, 12, 3_400, {"all": [{"orders": {"at_least": 1, "at_most": 1}}]})
    page = document.page(
        "weekly", "marketer", "en", [THEN, NOW], [second, ALL[0]], programme, date(2026, 11, 15), "", SYNCED,
        "https://x.test",
    )  # fmt: skip
    for part in (page.html, page.mail_html, page.text):
        assert part.count("https://x.test" + reverse("admin:segments_new") + "?name=Win") == 1
        assert part.count("See who fits now") == 1


@pytest.mark.parametrize(
    ("language", "kind", "words_"),
    [
        ("en", "demo", "Simulated data"),
        ("zh-hans", "demo", "模拟数据"),
        ("zh-hant", "demo", "模擬資料"),
        ("en", "synthetic", "Synthetic data, seeded"),
        ("zh-hans", "synthetic", "合成数据"),
        ("zh-hant", "synthetic", "合成資料"),
    ],
)
def test_simulated_figures_are_called_so(language: str, kind: str, words_: str) -> None:
    with translation.override(language):
        assert words.simulated(kind).startswith(words_)
        assert words.simulated("") == ""


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        ("weekly", date(2026, 11, 22), date(2026, 11, 9), date(2026, 11, 15)),  # a Sunday: its own week is not over
        ("weekly", date(2026, 11, 23), date(2026, 11, 16), date(2026, 11, 22)),
        ("monthly", date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        ("monthly", date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_whole_period(kind: str, today: date, first: date, last: date) -> None:
    assert last_whole(kind, today) == (first, last)


def test_earlier_periods() -> None:
    assert earlier("monthly", date(2026, 1, 1), 1) == date(2025, 12, 1)
    assert earlier("weekly", date(2026, 1, 5), 2) == date(2025, 12, 22)

"""Every number of the year is explained: each entry, the balances, the tier, and what she asked herself why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

import pytest
from django.utils import translation

from regulars.events.models import Event
from regulars.flow import history
from regulars.flow.explain.balance import balance
from regulars.flow.explain.entry import entry
from regulars.flow.explain.missing import event_of_order, missing
from regulars.flow.explain.story import Line, Section, Story
from regulars.flow.explain.tier import tier
from regulars.points.models import Transfer
from regulars.programmes import reads as programmes
from tests.scenarios.shop import Customer, at
from tests.scenarios.year import END

pytestmark = pytest.mark.django_db
NOW = at(END)
TAKES_AWAY = {"capture", "expire", "claw_back"}


def number(text: str) -> int:
    """``−1,000 points`` is -1000."""
    found = re.match(r"[+−]?[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", "").replace("−", "-"))


def told(story: Story | None) -> Story:
    assert story is not None
    return story


def split(section: Section) -> tuple[list[Line], Line]:
    """The lines of a section, and what they add up to."""
    *lines, total = section.lines
    assert total.is_sum
    return lines, total


def entries(mei: Customer) -> list[history.Entry]:
    return history.entries(mei.member_id, limit=1_000, now=NOW)


def stories(mei: Customer) -> Iterator[Story]:
    """All that can be asked about her."""
    for one in entries(mei):
        yield told(entry(mei.member_id, one.id))
    for key in ("points", "growth"):
        yield told(balance(mei.member_id, key, NOW))
    yield told(tier(mei.member_id, NOW))
    for event_id in Event.objects.filter(member_id=mei.member_id, fact=False).values_list("id", flat=True):
        yield told(missing(mei.member_id, event_id))


def test_every_entry_adds_up(mei: Customer) -> None:
    found = entries(mei)
    for one in found:
        sections = told(entry(mei.member_id, one.id)).sections[:-1]
        assert sections, one.title
        for section in sections:
            lines, total = split(section)
            if one.kind in TAKES_AWAY:
                assert sum(number(line.value) for line in lines) == number(total.value), one.title
            else:
                assert number(lines[-1].value) == number(total.value), one.title
        assert sum(abs(number(split(section)[1].value)) for section in sections) == abs(one.points), one.title
    # nothing of the ledger is left out, and the entries are the balances
    explained = {number for one in found for number in one.transfer_ids}
    for row in Transfer.objects.filter(member_id=mei.member_id):
        story = told(entry(mei.member_id, row.pk))
        assert row.pk in explained or {*story.data["transfers"]} & explained
    assert sum(one.points for one in found if one.currency == "points") == 1_750 + 100
    assert sum(one.points for one in found if one.currency == "growth") == 5_290


def test_every_rate_is_the_one_of_the_programme(mei: Customer) -> None:
    """What an order earned is worked out once more from what the explanation says of it: money, rate, multiplier."""
    rules = {rule.key: rule for rule in programmes.current()[1].rules}
    orders = 0
    for one in entries(mei):
        for part in told(entry(mei.member_id, one.id)).data["parts"]:
            rule = rules.get(part["rule"] or "")
            if one.kind == "earn" and rule is not None and rule.rate is not None:
                assert part["base"] * rule.rate * Fraction(part["times"]) // 1 == part["points"], one.title
                orders += 1
    assert orders == 2 * 8


def arithmetic(mei: Customer, order_id: str) -> list[str]:
    [one] = [one for one in entries(mei) if one.order_id == order_id and (one.kind, one.currency) == ("earn", "points")]
    return [f"{label}: {figure}" for part in one.parts for label, figure in part.steps]


def test_multipliers_are_called_by_their_names(mei: Customer) -> None:
    assert arithmetic(mei, "A2") == ["Goods, after discounts: ¥300.00", "1 point per ¥1: 300", "2× for Member day: 600"]
    assert arithmetic(mei, "A6") == [
        "Goods, after discounts: ¥100.00",
        "1 point per ¥1: 100",
        "1.5× as Platinum: 150",
        "2× for Member day: 300",
    ]
    # the ledger keeps the product alone: as a diamond 2 would be the tier's. Asked about the order, it is known.
    assert arithmetic(mei, "A3")[-1] == "2× for your tier and the day: 2,400"
    asked = event_of_order(mei.member_id, "A3")
    assert asked is not None
    assert "2× for Birthday" in notes(mei, asked)["purchase"][0]


def test_where_spent_and_lapsed_points_had_come_from(mei: Customer) -> None:
    def lines(kind: str, points: int) -> dict[str, list[int]]:
        [one] = [one for one in entries(mei) if (one.kind, one.points) == (kind, points)]
        found: dict[str, list[int]] = {}
        for line in split(told(entry(mei.member_id, one.id)).sections[0])[0]:
            found.setdefault(line.label, []).append(number(line.value))
        return found

    # the first 1,000 of the 1,045 of March: check-ins 85, the order 600, two reviews 300, and 15 of the third's 50
    checkout = lines("capture", -1_000)
    assert {what: sum(points) for what, points in checkout.items()} == {
        "Check-in": -85,
        "Order A1": -600,
        "Review": -315,
    }
    assert checkout["Review"] == [-250, -50, -15]
    # 35 and 10 of March, then April's 600, 100 and 2,400, and of A4's 468 what was missing: 255
    assert lines("capture", -3_400) == {
        "Review": [-35],
        "Live room": [-10],
        "Order A2": [-600],
        "Happy birthday": [-100],
        "Order A3": [-2_400],
        "Order A4": [-255],
    }
    assert lines("expire", -1_913) == {
        "Earned": [4_560],
        "Taken back after a refund": [-960],
        "Paid what was owed": [-1_687],
    }
    assert lines("claw_back", -960) == {"It had earned": [-4_560], "What stays has earned": [3_600]}


def test_balances_and_tier_add_up(mei: Customer) -> None:
    points = told(balance(mei.member_id, "points", NOW))
    assert points.data["adds_up"]
    assert points.data["moved"] == {"earned": 11_523, "spent": -4_400, "expired": -1_913, "taken_back": -3_360}
    assert [lot["remaining"] for lot in points.data["lots"]] == [100, 300, 1_050, 100, 300]
    growth = told(balance(mei.member_id, "growth", NOW))
    assert growth.data["adds_up"]
    assert growth.data["moved"] == {"earned": 7_290, "taken_back": -2_000}
    standing = told(tier(mei.member_id, NOW))
    assert standing.data["adds_up"]
    # since 23 July 2023: A6 100, A7 700, A8 100
    assert (standing.data["level"], standing.data["value"]) == ("member", "900.00")
    assert [day["value"] for day in standing.data["days"]] == ["100.00", "700.00", "100.00"]
    assert [(change["to"], change["reason"]) for change in standing.data["changes"]] == [
        ("member", "reviewed"),
        ("platinum", "reached"),
        ("gold", "reached"),
        ("member", "reached"),
    ]


def test_what_an_event_gave_and_what_became_of_it_add_up(mei: Customer) -> None:
    lots = [lot for key in ("points", "growth") for lot in told(balance(mei.member_id, key, NOW)).data["lots"]]
    for event_id in Event.objects.filter(member_id=mei.member_id, fact=False).values_list("id", flat=True):
        story = told(missing(mei.member_id, event_id))
        gave = next((section for section in story.sections if section.title == "What it earned"), None)
        if gave is None:
            continue
        moved = [number(value) for line in gave.lines if line.label != "Not available yet" for value in signed(line)]
        kept = [lot["remaining"] for lot in lots if lot["event_id"] == event_id]
        assert sum(moved) == sum(kept), story.title


def signed(line: Line) -> list[str]:
    return [part for part in line.value.split(", ") if part[:1] in "+−"]


def notes(mei: Customer, event_id: int, rule: str | None = None) -> dict[str, tuple[str, ...]]:
    """What is said of each rule that speaks of such events."""
    story = told(missing(mei.member_id, event_id, rule))
    return {line.key: line.notes for section in story.sections for line in section.lines if line.key}


WHY_NOT = [
    ("Checked In", 2, "check-in", "It was done before on that day; it counts once a day."),
    ("Product Reviewed", 3, "review", "At most 3 times a day: 3 were used before."),
    ("Product Reviewed", 3, "review-with-photos", "At most 3 times a day: 3 were used before."),
    ("Live Room Watched", 0, "watch-live", "It counted, but the task is not done yet: 200 of 300."),
    ("Survey Answered", 0, "diamond-tasting", "It asks that the member's tier is Diamond; the tier was Platinum then."),
    ("Order Completed", 0, "tea-month", "It began on 1 December 2026; this happened on 28 March 2023."),
    ("Order Completed", 1, "tea-month", "It counts products of which the product's category is one of tea, coffee; here"
     " it was home."),
    ("Order Completed", 3, "purchase", "¥10.00 of it was paid with points; that part earns nothing."),
    ("Profile Completed", 0, "settle-in", "The task is not done yet. Still missing: an order is completed, a product is"
     " reviewed."),
]  # fmt: skip


def test_why_did_i_not_get_it(mei: Customer) -> None:
    for name, place, rule, reason in WHY_NOT:
        assert notes(mei, mei.events(name)[place], rule)[rule][-1] == reason


def texts(found: Iterable[Story]) -> Iterator[str]:
    """All that is read, but for the lines that say what an event and a rule are called in the log and the file."""
    for story in found:
        yield story.title
        yield story.answer
        for section in story.sections:
            yield section.title
            yield section.note
            for line in section.lines[2 if section.title in SOURCE else 0 :]:
                yield from (line.label, line.value, *line.notes)


SOURCE = {"Where it comes from", "来源", "來源"}
SIMPLIFIED = set("积获签达订单买级员当时间费过发门补会问题续评价还类资总额暂无务满优")


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_nothing_of_it_is_left_in_english(mei: Customer, language: str) -> None:
    programme = programmes.current()[1]
    # the keys of gifts and orders, and the shop's own goods, are nobody's words
    keys = {
        *(gift.key for gift in programme.gifts),
        *(f"{letter}{place}" for letter in "AX" for place in range(10)),
        *("home_tray", "tea", "coffee", "home", "camera"),
    }
    known = re.compile("|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True)))
    with translation.override(language):
        told = set(texts(stories(mei)))
    assert {text for text in told if re.search("[A-Za-z]{2}|%", known.sub("", text))} == set()
    if language == "zh-hant":
        assert {text for text in told if SIMPLIFIED & set(text)} == set()


def test_numbers_are_the_same_in_every_language(mei: Customer) -> None:
    figures = []
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            figures.append([story.data.get("points", story.data.get("available")) for story in stories(mei)])
    assert figures[0] == figures[1] == figures[2]

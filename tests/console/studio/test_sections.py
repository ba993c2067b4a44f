"""Every section of a programme has a form, and form and file are one: what nobody changed changes no letter, what
somebody changed changes nothing else, and no comment is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms

from regulars.console.studio.sections import KINDS, beginning, entry, home
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.known import benefit_keys, known
from regulars.console.studio.templates import TEMPLATES
from regulars.files.yaml_whole import plain, rewritten
from regulars.programmes.file import check
from regulars.rules.language.whole import TOP

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"
LIVE = (PROGRAMMES / "live-commerce.yaml").read_text(encoding="utf-8")
EVERYTHING = """\
programme: all-of-it   # its key
name: All of it        # one language
currency: CNY
time_zone: Asia/Shanghai

points:
  points: {name: {en: points}, spendable: true, refund: {paid_points: original_lot}}   # to spend
  growth:                # to grow
    name: {en: growth}
    spendable: false

tiers:
  measure: spending
  levels:
    - key: silver        # the first
      from: 10
      name: {en: Silver}
      gives: {points: 100, coupon: [silver-10], badge: silver}   # a welcome
      benefits: [lounge]
    - {key: gold, from: 20, name: {en: Gold}, gives: {growth: 5}}   # in one line

benefits:
  # to be used
  lounge:
    name: {en: Lounge, zh-Hans: 休息室}   # in the shop
    how: Show the card.                     # in English
    at_most: {times: 2, per: month}         # not more
  parking: {at_most: 3}

earn:
  - key: purchase
    when: Order Completed
    rate: {points: 1, per: 1.00}     # the main one
  - key: first-review
    when: Product Reviewed
    gives: {points: 50, growth: 10, coupon: thank-you, badge: reviewer}   # several
    at_most: {times: 1, per: ever}
    valid: {from: "2026-12-01"}      # as text

tasks:
  # what everybody can do
  - key: tell-us                     # once
    when: Survey Answered
    where: {survey: tasting}
    for: {member.tier: [gold]}       # who
    gives: {points: 300}
    times: 2
  - key: three-reviews
    when: Product Reviewed
    count: 3                         # short
    gives: {points: 50, badge: [critic, friend]}
    times: 5
  - key: five-reviews
    when: Product Reviewed
    count: {reaches: 5, per: month, every: false}
    gives: {points: 50}
    times: {times: 2, per: year}     # the long way
  - key: every-hundred
    when: Order Completed
    sum: {of: net, reaches: 100.00, every: true}   # money
    gives: {coupon: five-off}
  - key: check-in
    when: Checked In
    streak:
      points: [5, 5, 10]             # three days
      per: day
      gives: growth
    gives: {badge: three-days}
    valid: {from: 2026-12-01, until: 2027-01-01}
  - key: settle-in
    steps:                           # in any order
      - Profile Completed
      - {when: Order Completed, where: {total: {at_least: 20.00}, line.category: [tea, coffee]}}   # of tea
      - when: Product Reviewed
    within_days: 30
    in_order: false
    gives: {points: 200}             # at the end

referral:
  counts: {when: Order Completed, where: {total: {at_least: 50}}, within_days: 30}   # a friend
  gives:
    referrer: {points: 300}          # thank you
    friend: {coupon: welcome-20}
  at_most: {times: 20, per: month}
  refuses: [same_device, self]       # two signs

calendar:
  - key: birthday                    # solar or lunar
    when: birthday
    gives: {points: 100, coupon: birthday-30}
    earns_times: 2
  - key: mid-autumn
    when: {holiday: {country: CN, name: mid-autumn festival, dates: [2030-09-12]}}   # the moon
    for: {member.tier: [gold]}
    gives: {coupon: mooncake-50}
  - key: member-day
    when: {day_of_month: 8}
    earns_times: 2                   # double
  - key: fair
    when: {date: 2026-12-12}         # one day
    earns_times: 1.5
  - key: fairs
    when: {dates: ["2026-12-12", 2027-12-12]}
    earns_times: 1.5
"""
FILES = {"everything": EVERYTHING, "live-commerce": LIVE}


def entries_of(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "general", ""
    for section in TOP[4:]:
        if section in home.IN_LIST:
            yield from ((section, home.key_of(item, place)) for place, item in enumerate(home.items_of(data, section)))
        elif section == "benefits":
            yield from ((section, key) for key in benefit_keys(data))
        elif section in home.BY_NAME:
            yield from ((section, key) for key in data[section])
        elif section in data:
            yield section, ""


ENTRIES = [(name, *one) for name, text in FILES.items() for one in entries_of(plain(text))]


def filled(data: dict[str, Any], section: str, key: str, posted: Any = None, begun: Any = None) -> Entry:
    found = entry(data, section, key, begun)
    assert found is not None
    found.fill(posted, data, known(data, [("welcome-20", "Welcome")]))
    return found


def posted_of(found: Entry) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    bounds = list(found.form)
    for rows in found.rows:
        bounds += [*rows.set.management_form, *(field for row in rows.set for field in row)]
    out: dict[str, Any] = {}
    for bound in bounds:
        shown = (
            bound.field.widget.format_value(bound.value())
            if not isinstance(bound.field, forms.BooleanField)
            else bound.value()
        )
        if isinstance(bound.field.widget, forms.CheckboxSelectMultiple):
            out[bound.html_name] = list(bound.value() or [])
        elif isinstance(bound.field.widget, forms.Select):
            out[bound.html_name] = bound.value() if bound.value() is not None else bound.field.choices[0][0]
        elif shown not in (None, False):
            out[bound.html_name] = shown
    return out


def comments(text: str) -> list[str]:
    """Every comment of a file."""
    return sorted(re.findall(r"(?:^|(?<=\s))#.*$", text, re.MULTILINE))


def as_one(value: Any) -> Any:
    """Lists of one as the one."""
    if isinstance(value, dict):
        return {name: as_one(item) for name, item in value.items()}
    return as_one(value[0]) if isinstance(value, list) and len(value) == 1 else value


def as_query(values: dict[str, Any]) -> Any:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return query


def changes(found: Entry) -> Iterator[tuple[str, Any]]:
    """A valid change of each field."""
    for name, shown in found.form.fields.items():
        if shown.disabled:
            continue
        if isinstance(shown, forms.BooleanField):
            yield name, "" if found.form[name].value() else "on"
        elif isinstance(shown, forms.MultipleChoiceField):
            yield name, [key for key, _said in shown.choices][:1]
        elif isinstance(shown, forms.ChoiceField):
            yield name, next((key for key, _said in reversed(shown.choices) if key != found.form[name].value()), "")
        elif isinstance(shown, (forms.IntegerField, forms.DecimalField)):
            yield name, 7
        elif isinstance(shown, forms.DateField):
            yield name, "2026-12-24"
        elif "Days" in type(shown).__name__:
            yield name, "2026-12-24, 2027-12-24"
        elif "Numbers" in type(shown).__name__:
            yield name, "1, 1, 2"
        else:
            yield name, "changed-here"


def test_every_section_of_the_language_has_a_form() -> None:
    assert set(KINDS) == {"general", *TOP} - {"programme", "name", "currency", "time_zone"}


def test_the_example_is_sound_but_for_what_runs_later() -> None:
    assert check(EVERYTHING).programme is not None, check(EVERYTHING).errors


@pytest.mark.parametrize(("name", "section", "key"), ENTRIES)
def test_a_form_that_nobody_changed_changes_no_letter(name: str, section: str, key: str) -> None:
    text, data = FILES[name], plain(FILES[name])
    posted = posted_of(filled(data, section, key))
    found = filled(data, section, key, as_query(posted))
    assert found.is_valid(), (found.form.errors, [rows.set.errors for rows in found.rows])
    assert found.rest == {}
    wanted, _key = found.into(data)
    assert rewritten(text, wanted) == text


def changed() -> list[tuple[str, str, str, str, Any]]:
    """Every third field of the file that has everything: which one a run takes never changes."""
    every = [
        ("everything", section, key, field, value)
        for section, key in entries_of(plain(EVERYTHING))
        for field, value in changes(filled(plain(EVERYTHING), section, key))
    ]
    return every[::3]


def test_whatever_field_changes_every_comment_stays() -> None:
    """The file says the new thing in the field's own section, and keeps all comments."""
    seen = 0
    for name, section, key, field, value in changed():
        text, data = FILES[name], plain(FILES[name])
        found = filled(data, section, key, as_query(posted_of(filled(data, section, key)) | {field: value}))
        if not found.is_valid():  # such as two currencies at once
            continue
        wanted, _key = found.into(data)
        said = rewritten(text, wanted)
        # What stands beside a setting goes with it, when it goes.
        lost = len(comments(text)) - len(comments(said))
        assert lost <= (1 if value == "" else 0), (name, section, key, field)
        assert set(comments(said)) <= set(comments(text))
        touched = {section_ for section_ in wanted if wanted[section_] != data.get(section_)}
        own = {"general": {"programme", "name", "currency", "time_zone"}, "benefits": {"benefits", "tiers"}}
        assert touched <= own.get(section, {section}), (name, section, key, field)
        seen += 1
    assert seen > 80


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_a_template_is_a_sound_entry_and_goes_without_a_trace(template: Any) -> None:
    data = plain(EVERYTHING)
    begun = {**template.settings, "key": "fresh"}
    posted = posted_of(filled(data, template.section, "", begun=begun))
    found = filled(data, template.section, "", as_query(posted), begun)
    assert found.is_valid(), found.form.errors
    wanted, key = found.into(data)
    text = rewritten(EVERYTHING, wanted)
    assert check(text).programme is not None, check(text).errors
    assert as_one(home.found(plain(text), template.section, key)) == as_one(begun)
    assert comments(text) == comments(EVERYTHING)
    assert rewritten(text, home.without(plain(text), template.section, key)) == EVERYTHING


@pytest.mark.parametrize("section", home.IN_LIST)
def test_entries_change_places_with_their_comments(section: str) -> None:
    data = plain(EVERYTHING)
    first = home.key_of(data[section][0], 0)
    down = rewritten(EVERYTHING, home.moved(data, section, first, 1))
    assert home.key_of(plain(down)[section][1], 1) == first
    assert comments(down) == comments(EVERYTHING)
    assert home.moved(plain(down), section, first, -1) == data
    assert home.moved(data, section, first, -1) == data


NEW = {
    ("tasks", "event"): (
        {"key": "new", "when": "Signed Up", "gift_points_points": 5},
        {"when": "Signed Up", "gives": {"points": 5}},
    ),
    ("tasks", "count"): (
        {"key": "new", "when": "Signed Up", "reaches": 3, "per": "week", "every": "on", "gift_badge": "three"},
        {"when": "Signed Up", "count": {"reaches": 3, "per": "week", "every": True}, "gives": {"badge": "three"}},
    ),
    ("tasks", "sum"): (
        {
            "key": "new",
            "when": "Live Room Watched",
            "of": "seconds",
            "reaches": "300",
            "per": "day",
            "gift_coupon": "a, b",
        },
        {
            "when": "Live Room Watched",
            "sum": {"of": "seconds", "reaches": 300, "per": "day"},
            "gives": {"coupon": ["a", "b"]},
        },
    ),
    ("tasks", "streak"): (
        {
            "key": "new",
            "when": "Checked In",
            "points": "5, 5, 10",
            "per": "day",
            "then": "stop",
            "cap_times": 2,
            "cap_per": "month",
        },
        {
            "when": "Checked In",
            "streak": {"per": "day", "points": [5, 5, 10], "then": "stop"},
            "at_most": {"times": 2, "per": "month"},
        },
    ),
    ("tasks", "steps"): (
        {
            "key": "new",
            "within_days": 9,
            "in_order": "on",
            "gift_points_points": 5,
            "step-TOTAL_FORMS": 2,
            "step-0-when": "Order Completed",
            "step-0-where": "total >= 20\nline.category = tea, coffee",
            "step-0-ORDER": 2,
            "step-1-when": "Signed Up",
            "step-1-ORDER": 1,
            "where-TOTAL_FORMS": 1,
            "where-0-name": "member.tier",
            "where-0-op": "equal",
            "where-0-value": "gold",
        },
        {
            "for": {"member.tier": "gold"},
            "steps": [
                "Signed Up",
                {"when": "Order Completed", "where": {"total": {"at_least": 20}, "line.category": ["tea", "coffee"]}},
            ],
            "within_days": 9,
            "in_order": True,
            "gives": {"points": 5},
        },
    ),
    ("calendar", "birthday"): ({"key": "new", "earns_times": "2"}, {"when": "birthday", "earns_times": 2}),
    ("calendar", "holiday"): (
        {"key": "new", "country": "CN", "holiday": "National Day", "dates": "2028-10-02", "gift_points_growth": 1},
        {
            "when": {"holiday": {"country": "CN", "name": "National Day", "dates": [date(2028, 10, 2)]}},
            "gives": {"growth": 1},
        },
    ),
    ("calendar", "day_of_month"): (
        {"key": "new", "day": 8, "earns_times": "1.5"},
        {"when": {"day_of_month": 8}, "earns_times": Decimal("1.5")},
    ),
    ("calendar", "dates"): (
        {"key": "new", "dates": "2026-12-12 2027-12-12", "earns_times": 2},
        {"when": {"dates": [date(2026, 12, 12), date(2027, 12, 12)]}, "earns_times": 2},
    ),
    ("benefits", ""): (
        {
            "key": "late_checkout",
            "name_en": "Late",
            "how_hant": "說一聲",
            "how_en": "Ask.",
            "cap_times": 2,
            "cap_per": "year",
            "levels": ["gold"],
        },
        {"name": {"en": "Late"}, "how": {"en": "Ask.", "zh-Hant": "說一聲"}, "at_most": {"times": 2, "per": "year"}},
    ),
}


@pytest.mark.parametrize(("section", "kind"), NEW)
def test_a_new_entry_of_each_kind(section: str, kind: str) -> None:
    posted, expected = NEW[section, kind]
    data = plain(EVERYTHING)
    management = {f"{p}-{part}": 0 for p in ("where", "step") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    found = filled(data, section, "", as_query(management | posted), beginning(section, kind))
    assert found.is_valid(), (found.form.errors, [rows.set.errors for rows in found.rows])
    wanted, key = found.into(data)
    text = rewritten(EVERYTHING, wanted)
    assert check(text).errors == ()
    said = home.found(plain(text), section, key)
    assert {name: value for name, value in said.items() if name != "key"} == expected
    assert comments(text) == comments(EVERYTHING)
    if section == "benefits":
        assert home.who_has(plain(text), key) == ["gold"]


def test_invitations_begin_refusing_all_signs() -> None:
    data = home.without(plain(EVERYTHING), "referral", "")
    begun = rewritten(EVERYTHING, data)
    assert filled(data, "referral", "").form["refuses"].value() == [
        "self",
        "same_device",
        "same_address",
        "same_payment",
    ]
    posted = {"when": "Order Completed", "referrer_points_points": 30, "refuses": ["self"], "where-TOTAL_FORMS": 0,
              "where-INITIAL_FORMS": 0}  # fmt: skip
    found = filled(data, "referral", "", as_query(posted))
    assert found.is_valid(), found.form.errors
    wanted, _key = found.into(data)
    assert wanted["referral"] == {
        "counts": {"when": "Order Completed"},
        "gives": {"referrer": {"points": 30}},
        "refuses": ["self"],
    }
    assert list(plain(rewritten(begun, wanted)))[-2:] == ["referral", "calendar"]


def _invitations(holds: str) -> str:
    """The file with a referral section of its own, in which nothing is said of what is refused."""
    without = rewritten(EVERYTHING, home.without(plain(EVERYTHING), "referral", ""))
    own = f"referral:\n  counts: {{when: Order Completed}}   # a friend\n  gives: {{friend: {{points: 5}}}}\n{holds}\n"
    return without.replace("calendar:", f"{own}calendar:", 1)


@pytest.mark.parametrize("holds", ["", "  holds: {friends_per_hour: 0}   # all night\n  returned: keep"])
def test_what_is_not_said_of_refusing_is_shown_as_what_happens_and_stays_unsaid(holds: str) -> None:
    text = _invitations(holds)
    data = plain(text)
    shown = filled(data, "referral", "")
    assert shown.form["refuses"].value() == ["self", "same_device", "same_address", "same_payment"]
    assert shown.form["returned"].value() == ("keep" if holds else None)
    assert shown.rest == {}
    posted = {"when": "Order Completed", "friend_points_points": 5, "where-TOTAL_FORMS": 0, "where-INITIAL_FORMS": 0}
    hour = {"an_hour": 0, "returned": "keep"} if holds else {}
    same = filled(data, "referral", "", as_query({**posted, **hour, "refuses": shown.form["refuses"].value()}))
    assert same.is_valid(), same.form.errors
    assert rewritten(text, same.into(data)[0]) == text
    none = filled(data, "referral", "", as_query({**posted, **hour, "a_network": 7}))
    assert none.is_valid(), none.form.errors
    said = none.into(data)[0]["referral"]
    assert said["refuses"] == []
    assert said["holds"] == ({"friends_per_hour": 0} if holds else {}) | {"friends_per_network": 7}
    assert check(rewritten(text, none.into(data)[0])).errors == ()


def test_a_benefit_that_goes_leaves_its_levels() -> None:
    wanted = home.without(plain(EVERYTHING), "benefits", "lounge")
    assert home.who_has(wanted, "lounge") == []
    assert wanted["benefits"] == {"parking": {"at_most": 3}}


@pytest.mark.parametrize(
    ("section", "key", "changed", "field"),
    [
        ("tasks", "check-in", {"points": "5, x"}, "points"),
        ("calendar", "fair", {"dates": "12.12.2026"}, "dates"),
        ("earn", "first-review", {"gives": "growth"}, "gives"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_at_the_field(section: str, key: str, changed: dict[str, Any], field: str) -> None:
    data = plain(EVERYTHING)
    found = filled(data, section, key, as_query(posted_of(filled(data, section, key)) | changed))
    assert not found.is_valid()
    assert field in found.form.errors

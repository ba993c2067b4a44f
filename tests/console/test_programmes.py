"""Reading programme versions, and publishing one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from regulars.programmes.models import Version

NEW = "admin:programmes_version_add"


@pytest.fixture
def marketer(as_role: Callable[[str], Client], programme: None) -> Client:
    """A marketer at the shop with a programme."""
    return as_role("marketer")


def current_text() -> str:
    """The file in force."""
    return Version.objects.latest("pk").text


def test_a_version_reads_in_plain_words(marketer: Client) -> None:
    page = marketer.get(reverse("admin:programmes_version_change", args=[Version.objects.get().pk])).content.decode()
    for said in (
        "100 points pay ¥1.00.",
        "They pay at most 50% of one order.",
        "Pending until the order is delivered, 15 days at most.",
        "They expire 1 year after they were earned, at the end of that month.",
        "1 point for every ¥1.00 after discounts, before delivery and tax, times the tier&#x27;s factor",
        "the product&#x27;s category is one of tea, coffee; the order&#x27;s total is at least ¥100.00; "
        "from 1 Dec 2026; until the end of 31 Dec 2026",
        "500 points a month",
        "3 times a day",
    ):
        assert said in page, said


def test_and_in_chinese(marketer: Client) -> None:
    address = reverse("admin:programmes_version_change", args=[Version.objects.get().pk])
    page = marketer.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    for said in (
        "100 积分可抵 ¥1.00。",
        "每笔订单最多抵扣 50%。",
        "订单送达后入账，最迟 15 天。",
        "商品类目为 tea、coffee 之一",
    ):
        assert said in page, said


def test_problems_come_with_their_lines(marketer: Client) -> None:
    text = current_text().replace("from: 2000", "from: 300")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "from: 300" in row)
    answer = marketer.post(reverse(NEW), {"text": text, "check": ""})
    assert [(p.line, p.path_text) for p in answer.context["checked"].problems] == [(line, "tiers.levels[1].from")]
    page = answer.content.decode()
    assert f"line {line}" in page
    assert f'<code data-line="{line}" class="k-bad">' in page
    assert 'name="apply"' not in page
    assert Version.objects.count() == 1


def test_check_shows_the_difference_and_publishes_nothing(marketer: Client) -> None:
    answer = marketer.post(
        reverse(NEW), {"text": current_text().replace("earns_times: 1.2", "earns_times: 1.3"), "check": ""}
    )
    assert [str(change) for change in answer.context["changes"]] == ["tiers.levels.gold.earns_times: 1.2 → 1.3"]
    assert 'name="apply"' in answer.content.decode()
    assert Version.objects.count() == 1


def test_applied_it_is_the_newest_with_note_and_name(marketer: Client) -> None:
    text = current_text().replace("earns_times: 1.2", "earns_times: 1.3")
    answer = marketer.post(reverse(NEW), {"text": text, "note": "Spring", "apply": ""})
    newest = Version.objects.latest("pk")
    assert answer["Location"] == reverse("admin:programmes_version_change", args=[newest.pk])
    assert newest.text == text
    assert (newest.note, newest.applied_by and newest.applied_by.username) == ("Spring", "marketer-person")
    page = marketer.get(answer["Location"])
    assert [str(change) for change in page.context["changes"]] == ["tiers.levels.gold.earns_times: 1.2 → 1.3"]


def test_a_browsers_line_ends_change_nothing(marketer: Client) -> None:
    same = current_text().replace("\n", "\r\n")
    answer = marketer.post(reverse(NEW), {"text": same, "apply": ""}, follow=True)
    assert "nothing changed" in answer.content.decode()
    assert Version.objects.count() == 1


def test_the_time_of_effect_is_the_programmes_own(marketer: Client) -> None:
    text = current_text().replace("earns_times: 1.2", "earns_times: 1.3")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    marketer.post(reverse(NEW), {"text": text, "effective_at": f"{tomorrow:%Y-%m-%dT%H:%M}", "apply": ""})
    # Nine in the morning in Shanghai is one at night UTC.
    assert Version.objects.latest("pk").effective_at == tomorrow - timedelta(hours=8)
    states = marketer.get(reverse("admin:programmes_version_changelist")).content.decode()
    assert "coming" in states
    assert "in force" in states


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"effective_at": "2020-01-01T00:00"}, "cannot take effect in the past"),
        ({"effective_at": "soon"}, "is no time"),
        ({"text": "{}"}, "line 1"),
        ({"text": "a: [", "apply": ""}, "line 1"),
        ({"text": "   "}, "Paste a programme or choose its file."),
        ({"file": SimpleUploadedFile("p.yaml", b"\xff\xfe")}, "not text in UTF-8"),
        ({"file": SimpleUploadedFile("p.yaml", b" " * 1_000_001)}, "too large"),
    ],
)
def test_what_is_refused(changes: dict[str, object], said: str, marketer: Client) -> None:
    text = current_text().replace("earns_times: 1.2", "earns_times: 1.3")
    answer = marketer.post(reverse(NEW), {"text": text, "apply": "", **changes})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Version.objects.count() == 1


def test_a_file_is_uploaded(marketer: Client) -> None:
    text = current_text().replace("earns_times: 1.2", "earns_times: 1.3")
    marketer.post(reverse(NEW), {"file": SimpleUploadedFile("p.yaml", text.encode()), "apply": ""})
    assert Version.objects.latest("pk").text == text


def test_the_file_comes_down_as_it_went_up(marketer: Client) -> None:
    version = Version.objects.get()
    answer = marketer.get(reverse("admin:programmes_version_file", args=[version.pk]))
    assert answer.content.decode() == version.text
    assert "attachment" in answer["Content-Disposition"]


def test_any_two_versions_can_be_compared(marketer: Client) -> None:
    first = Version.objects.get()
    for times in ("1.3", "1.4"):
        marketer.post(
            reverse(NEW), {"text": first.text.replace("earns_times: 1.2", f"earns_times: {times}"), "apply": ""}
        )
    newest = Version.objects.latest("pk")
    page = marketer.get(reverse("admin:programmes_version_change", args=[newest.pk]), {"against": str(first.pk)})
    assert [str(change) for change in page.context["changes"]] == ["tiers.levels.gold.earns_times: 1.2 → 1.4"]

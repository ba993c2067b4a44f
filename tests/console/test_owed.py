"""The page of the points owed and the pages of why, as people of the console see them."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.insight.owed import counted, kept
from regulars.insight.owed.report import MONTH_COLUMNS, POSITION_COLUMNS, owed
from tests.flow.stories import Customer

PAGE = "admin:points_balance_changelist"
GUESS: dict[str, Any] = {
    "state": "estimated", "open_points": 1_000, "members": 50, "members_min": 30, "spent_points": 400,
    "known_days": 300, "life_days": 380, "points": 600, "low": 500, "high": 700, "draws": 400, "seed": 1, "percent": 95,
    "curve": [[0, 1.0], [7, 0.9]],
    "tests": [{"on": "2026-01-01", "months": 6, "open_points": 90, "points": 40, "low": 30, "high": 50, "actual": 45}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The kept estimate is that of the test."""
    monkeypatch.setattr(kept, "settings", type("S", (), {"CONFIG": type("C", (), {"data_dir": tmp_path})}))
    assert settings.CONFIG.data_dir != tmp_path


def test_it_shows_what_is_owed_and_that_it_ties(as_role: Callable[[str], Client], club: dict[str, Customer]) -> None:
    report = owed()
    points = next(one for one in report.currencies if one.key == "points")
    page = as_role("analyst").get(reverse(PAGE)).content.decode()
    assert f"{points.position.owed:,}" in page
    assert f"{points.position.debt:,}" in page and points.position.debt
    assert "Ties to the ledger: yes" in page
    assert "No estimate has been made yet." in page
    growth = as_role_page(as_role, "growth")
    assert "It pays for nothing." in growth


def as_role_page(as_role: Callable[[str], Client], currency: str) -> str:
    """The page of another currency, seen by somebody else."""
    return as_role("marketer").get(reverse(PAGE), {"currency": currency}).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_an_estimate_with_its_back_test(language: str, admin: Client, club: dict[str, Customer]) -> None:
    kept.keep({"at": "2026-11-20T03:50:00+00:00", "currencies": {"points": GUESS}})
    admin.cookies["regulars_language"] = language
    page = admin.get(reverse(PAGE)).content.decode()
    assert "600" in page and "60.0%" in page
    words = {"en": "Kaplan and Meier, 1958", "zh-hans": "在区间内", "zh-hant": "在區間內"}
    assert words[language] in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("too-little-history", "Too little history for an estimate"),
        ("sliding", "no number is given"),
        ("never-lapses", "never lapse"),
        ("nothing-open", "nothing to estimate"),
        ("not-spendable", "cannot be spent"),
    ],
)
def test_why_there_is_no_estimate(state: str, words: str, admin: Client, club: dict[str, Customer]) -> None:
    kept.keep({"at": "2026-11-20T03:50:00+00:00", "currencies": {"points": {**GUESS, "state": state}}})
    page = admin.get(reverse(PAGE)).content.decode()
    assert words in page
    assert "Kaplan" not in page


def test_the_files_are_the_numbers_of_the_page(admin: Client, club: dict[str, Customer]) -> None:
    report = owed()
    for what, columns, rows in (
        ("months", MONTH_COLUMNS, list(report.month_rows())),
        ("now", POSITION_COLUMNS, list(report.position_rows())),
    ):
        answer = admin.get(reverse("admin:points_owed_csv", args=[what]))
        found = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
        assert found == [list(columns), *[[str(value) for value in row] for row in rows]]
    assert admin.get(reverse("admin:points_owed_csv", args=["nonsense"])).status_code == 404


def test_without_a_programme_it_says_so(admin: Client) -> None:
    assert "No programme has been applied yet" in admin.get(reverse(PAGE)).content.decode()


def test_why_pages_of_a_member(admin: Client, club: dict[str, Customer]) -> None:
    member = club["gold"].member_id
    address = reverse("admin:member_explain", args=[member])
    assert "What ever came and went" in admin.get(address).content.decode()
    assert "What each level asks" in admin.get(address, {"what": "tier"}).content.decode()
    choose = admin.get(address, {"what": "missing"}).content.decode()
    assert "About which event?" in choose
    from regulars.events.models import Event

    order = Event.objects.filter(member_id=member, name="Order Completed").latest("pk")
    assert "What it earned" in admin.get(address, {"what": "missing", "event": order.pk}).content.decode()
    for wrong in ({"what": "x"}, {"what": "missing", "event": "1e9"}, {"what": "missing", "event": 10**12},
                  {"what": "entry"}, {"currency": "x"}):  # fmt: skip
        assert admin.get(address, wrong).status_code == 404, wrong
    assert (
        f"{address}?what=missing" in admin.get(reverse("admin:members_member_change", args=[member])).content.decode()
    )


def test_who_may_not_see_members_asks_nothing(as_role: Callable[[str], Client], club: dict[str, Customer]) -> None:
    address = reverse("admin:member_explain", args=[club["gold"].member_id])
    assert as_role("nobody").get(address).status_code == 403


def test_a_kept_count_is_shown_until_somebody_counts_again(
    as_role: Callable[[str], Client], club: dict[str, Customer]
) -> None:
    client = as_role("analyst")
    counted.count()
    before = next(one for one in owed().currencies if one.key == "points").position.owed
    club["gold"].orders_for(0.01, ("Oolong", "tea", "500.00"))
    after = next(one for one in owed().currencies if one.key == "points").position.owed
    assert after > before
    assert f"{before:,}" in client.get(reverse(PAGE)).content.decode()
    assert client.post(reverse("admin:points_owed_count")).status_code == 302
    page = client.get(reverse(PAGE)).content.decode()
    assert f"{after:,}" in page and "Ties to the ledger: yes" in page


def test_a_kept_count_says_all_that_was_counted(club: dict[str, Customer]) -> None:
    found = counted.count()
    kept_count = counted.last(found.at + timedelta(minutes=5))
    assert kept_count == found
    assert counted.last(found.at + counted.FRESH) is None, "too old to be shown"


def test_a_long_ledger_is_counted_by_a_worker(
    as_role: Callable[[str], Client], club: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "LONG", 0)
    client, page = as_role("analyst"), reverse(PAGE)
    jobs = ProcrastinateJob.objects.filter(task_name="insight.count_what_is_owed", status="todo")
    first = client.get(page).content.decode()
    assert "It is being counted" in first and "Ties to the ledger" not in first
    client.get(page)
    assert jobs.count() == 1
    waits = re.search(r'hx-get="([^"]+)"', first)
    assert waits
    asked = html.unescape(waits[1])
    assert client.get(asked).status_code == 204
    made = counted.count()
    assert client.get(asked).headers["HX-Redirect"] == page
    shown = client.get(page).content.decode()
    assert "Ties to the ledger: yes" in shown and "It is being counted" not in shown
    # asked for again, the last one stays until there is another; an old one is shown, too
    again = client.post(reverse("admin:points_owed_count")).headers["Location"]
    assert "It is being counted" in client.get(again).content.decode()
    with monkeypatch.context() as patch:
        patch.setattr(counted, "FRESH", timedelta(0))
        old = client.get(page).content.decode()
    assert "Ties to the ledger: yes" in old and "It is being counted" in old
    rows = client.get(reverse("admin:points_owed_csv", args=["now"])).content.decode()
    assert rows.count("\r\n") > 3
    later = counted.count()
    assert later.at != made.at
    assert "It is being counted" not in client.get(again).content.decode()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 0}', '{"version": 1}'])
def test_a_kept_count_that_cannot_be_read_is_none(text: str, tmp_path: Path, club: dict[str, Customer]) -> None:
    (tmp_path / counted.FILE).write_text(text)
    assert counted.last(datetime.now(UTC)) is None

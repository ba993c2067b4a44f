"""Reports in the console: who sees them, reading and downloading, subscribing, and how many questions a page asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from regulars.insight.reports.asking import ask
from regulars.insight.reports.models import Delivery, Report, Subscription
from tests.flow.stories import publish_live_commerce

pytestmark = pytest.mark.django_db
LIST = "admin:reports_report_changelist"


@pytest.fixture(autouse=True)
def _club(db: None) -> None:
    publish_live_commerce()


def read(kind: str = "weekly", role: str = "admin", language: str = "en") -> str:
    return reverse("admin:reports_read", args=[kind, role, language])


def made(pdf: bytes | None = b"%PDF-1.7") -> Report:
    report = ask("weekly", "admin", "en")
    Report.objects.filter(pk=report.pk).update(
        state=Report.MADE, html="<h1>Your week</h1>", headline="All well.", pdf=pdf, made_at=timezone.now()
    )
    report.refresh_from_db()
    return report


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("marketer", 200), ("service", 200), ("analyst", 200), ("nobody", 403)]
)
def test_every_role_reads_reports(role: str, status: int, as_role: Callable[[str], Client]) -> None:
    client = as_role(role)
    assert client.get(reverse(LIST)).status_code == status
    assert client.get(read()).status_code == status


def test_the_list_asks_the_same_however_much_was_sent(as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    user = User.objects.get(username="marketer-person")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(LIST)).status_code == 200
        return len(asked)

    questions()
    before = questions()
    for role in ("admin", "marketer", "service"):
        one = Subscription.objects.create(
            user=user, kind="weekly", role=role, language="en", since=timezone.now().date()
        )
        Delivery.objects.create(subscription=one, first="2026-11-09", owed_at=timezone.now(), state="sent")
    assert questions() == before <= 16


def test_a_report_is_asked_for_once_and_shown_when_it_is_made(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    assert 'hx-trigger="load delay:1500ms"' in client.get(read()).content.decode()
    client.get(read())
    assert Report.objects.count() == 1
    report = made()
    page = client.get(read())
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert reverse("admin:reports_sheet", args=[report.pk]) in page.content.decode()
    sheet = client.get(reverse("admin:reports_sheet", args=[report.pk]))
    assert sheet.content == b"<h1>Your week</h1>"
    assert "script-src" not in sheet.headers["Content-Security-Policy"]
    assert sheet.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert sheet.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_files_are_called_what_they_are(as_role: Callable[[str], Client]) -> None:
    client, report = as_role("admin"), made()
    for ending, kind in (("html", "text/html; charset=utf-8"), ("pdf", "application/pdf")):
        answer = client.get(reverse("admin:reports_file", args=[report.pk, ending]))
        assert answer.headers["Content-Type"] == kind
        assert f'report-weekly-admin-{report.first}-en.{ending}"' in answer.headers["Content-Disposition"]
    made(pdf=None)
    assert client.get(reverse("admin:reports_file", args=[report.pk, "pdf"])).status_code == 404


def test_what_failed_is_told_and_the_last_good_one_stays(as_role: Callable[[str], Client]) -> None:
    client, report = as_role("admin"), made()
    assert client.post(reverse("admin:reports_anew", args=["weekly", "admin", "en"])).status_code == 302
    Report.objects.filter(pk=report.pk).update(state=Report.FAILED, said="the lake is damaged")
    page = client.get(reverse("admin:reports_sheet", args=[report.pk]))
    assert page.status_code == 200


def test_subscribing_sending_now_and_ending(as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    wanted = {"kind": "weekly", "role": "marketer", "language": "zh-hans", "hour": "7"}
    client.post(reverse("admin:reports_subscribe"), wanted)
    assert not Subscription.objects.exists()  # there is no address to send to
    User.objects.filter(username="marketer-person").update(email="m@shop.test")
    client.post(reverse("admin:reports_subscribe"), wanted)
    client.post(reverse("admin:reports_subscribe"), wanted | {"hour": "9"})
    one = Subscription.objects.get()
    assert (one.language, one.hour, one.ended_at) == ("zh-hans", 9, None)
    client.post(reverse("admin:reports_send", args=[one.pk]))
    client.post(reverse("admin:reports_send", args=[one.pk]))
    assert Delivery.objects.get().state == Delivery.OWED
    client.post(reverse("admin:reports_end", args=[one.pk]))
    one.refresh_from_db()
    assert one.ended_at is not None


def test_nobody_touches_the_subscription_of_another(as_role: Callable[[str], Client]) -> None:
    other = User.objects.create_user("other", email="o@shop.test", is_staff=True)
    one = Subscription.objects.create(
        user=other, kind="weekly", role="admin", language="en", since=timezone.now().date()
    )
    client = as_role("admin")
    assert client.post(reverse("admin:reports_end", args=[one.pk])).status_code == 404
    assert client.post(reverse("admin:reports_send", args=[one.pk])).status_code == 404


@pytest.mark.parametrize("given", [("daily", "admin", "en"), ("weekly", "boss", "en"), ("weekly", "admin", "fr")])
def test_a_report_there_is_not(given: tuple[str, str, str], as_role: Callable[[str], Client]) -> None:
    assert as_role("admin").get(reverse("admin:reports_read", args=given)).status_code == 404

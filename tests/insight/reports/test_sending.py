"""Sent once, through a real mail server: a row first, then the e-mail; refusals, crashes and goodbyes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regulars.cli import _demo_shop
from regulars.insight.reports import sending, subscribing
from regulars.insight.reports.asking import ask
from regulars.insight.reports.models import Delivery, Report, Subscription
from tests.insight.reports.smtp import Server, serving

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 14, tzinfo=UTC)  # nine in the morning in New York
MAIL = {
    "title": "Your week",
    "text": "All is well.\n",
    "html": "<p>Well</p><p><!--unsubscribe--></p>",
    "images": {"chart-0": "iVBORw0KGgo="},
}


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.CONFIG = settings.CONFIG.__class__(smtp_host="127.0.0.1", public_url="https://club.test/")
        yield running


@pytest.fixture
def subscription(db: None) -> Subscription:
    _demo_shop.apply_programme()
    user = User.objects.create_user("anna", email="anna@shop.test", is_staff=True)
    found = subscribing.subscribe(user, "weekly", "admin", "en")
    Subscription.objects.update(since="2026-11-01")
    found.refresh_from_db()
    return found


def made(delivery_id: int) -> Report:
    report = sending.report_of(Delivery.objects.get(pk=delivery_id))
    Report.objects.filter(pk=report.pk).update(
        state=Report.MADE,
        mail=MAIL,
        headline="Revenue rose.",
        html="<p></p>",
        pdf=b"%PDF-1.7 x",
        made_at=timezone.now(),
    )
    return report


def test_a_period_is_owed_once_and_not_too_early(subscription: Subscription) -> None:
    assert subscribing.plan(MONDAY - timedelta(hours=2)) == []
    [delivery] = subscribing.plan(MONDAY)
    assert subscribing.plan(MONDAY + timedelta(minutes=10)) == [delivery]
    assert str(Delivery.objects.get().first) == "2026-11-16"


def test_periods_before_the_subscription_are_not_owed(subscription: Subscription) -> None:
    Subscription.objects.update(since="2026-11-23")
    assert subscribing.plan(MONDAY) == []


def test_it_is_sent_once_with_text_html_charts_and_paper(server: Server, subscription: Subscription) -> None:
    [delivery] = subscribing.plan(MONDAY)
    assert sending.deliver(delivery) == Delivery.OWED  # the report is not made yet
    made(delivery)
    assert sending.deliver(delivery) == Delivery.SENT
    assert sending.deliver(delivery) == Delivery.SENT
    assert subscribing.plan(MONDAY + timedelta(hours=3)) == []
    [mail] = server.taken
    assert mail["To"] == "anna@shop.test"
    assert mail["Subject"] == "Your week: Revenue rose."
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain", "text/html", "image/png", "application/pdf",
    ]  # fmt: skip
    link = f"https://club.test/reports/leave/{subscription.token}/"
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = mail.get_body(("html",))
    assert body is not None
    assert link in body.get_content()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert link in plain.get_content()


def test_a_crash_while_sending_does_not_send_twice(
    server: Server, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    [delivery] = subscribing.plan(MONDAY)
    made(delivery)

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_note", dies)  # the e-mail is out, and the process is gone before it says so
        with pytest.raises(KeyboardInterrupt):
            sending.deliver(delivery, MONDAY)
    assert len(server.taken) == 1
    assert sending.deliver(delivery, MONDAY) == Delivery.SENDING
    assert subscribing.plan(MONDAY + timedelta(hours=2)) == []
    assert Delivery.objects.get().state == Delivery.UNSURE
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [("450 later", Delivery.OWED), ("550 nobody here", Delivery.FAILED)],
)
def test_what_the_server_refuses(server: Server, subscription: Subscription, answer: str, state: str) -> None:
    [delivery] = subscribing.plan(MONDAY)
    made(delivery)
    server.refuses = answer
    assert sending.deliver(delivery, MONDAY) == state
    assert answer[:3] in Delivery.objects.get().said
    assert server.taken == []
    server.refuses = ""
    again = subscribing.plan(MONDAY + timedelta(hours=1))
    assert again == ([delivery] if state == Delivery.OWED else [])


def test_a_connection_that_breaks_after_the_text_is_unsure(server: Server, subscription: Subscription) -> None:
    [delivery] = subscribing.plan(MONDAY)
    made(delivery)
    server.breaks_after_data = True
    assert sending.deliver(delivery, MONDAY) == Delivery.UNSURE
    assert subscribing.plan(MONDAY + timedelta(hours=5)) == []


def test_a_server_that_is_not_there_is_tried_again(server: Server, subscription: Subscription, settings: Any) -> None:
    [delivery] = subscribing.plan(MONDAY)
    made(delivery)
    settings.EMAIL_PORT = 1
    assert sending.deliver(delivery, MONDAY) == Delivery.OWED
    assert subscribing.plan(MONDAY + timedelta(minutes=10)) == []
    assert subscribing.plan(MONDAY + timedelta(hours=1)) == [delivery]


def test_one_click_ends_it_and_a_look_does_not(server: Server, subscription: Subscription) -> None:
    client = Client()
    address = reverse("reports-leave", args=[subscription.token])
    assert client.get(address).status_code == 200
    subscription.refresh_from_db()
    assert subscription.ended_at is None
    one_click = {"List-Unsubscribe": "One-Click"}
    assert Client(enforce_csrf_checks=True).post(address, one_click).status_code == 200
    subscription.refresh_from_db()
    assert subscription.ended_at is not None
    assert subscribing.plan(MONDAY) == []
    assert client.get(reverse("reports-leave", args=["no-such-token"])).status_code == 404


def test_who_ended_it_meanwhile_gets_nothing(server: Server, subscription: Subscription) -> None:
    [delivery] = subscribing.plan(MONDAY)
    made(delivery)
    subscribing.end(subscription)
    assert sending.deliver(delivery, MONDAY) == Delivery.FAILED
    assert server.taken == []


def test_asking_twice_is_asking_once(subscription: Subscription) -> None:
    first = ask("weekly", "service", "zh-hans")
    assert ask("weekly", "service", "zh-hans").pk == first.pk
    assert Report.objects.count() == 1

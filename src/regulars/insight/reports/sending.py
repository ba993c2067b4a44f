"""Sending what is owed: a row says that it is being sent before it is, and what became of it after.

A crash between the two leaves it unsure, and it is not sent again by itself: once at most, but for what a server does.
What the server refused for now is tried again, what it refused for good is not.
"""

from __future__ import annotations

import smtplib
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from regulars.insight.reports.asking import ask
from regulars.insight.reports.mail import letter
from regulars.insight.reports.models import Delivery, Report
from regulars.insight.reports.subscribing import TRIES_MAX

log = structlog.get_logger(__name__)


def report_of(delivery: Delivery) -> Report:
    """The report that a delivery takes, asked for unless it is made."""
    one = delivery.subscription
    return ask(one.kind, one.role, one.language, delivery.first)


def deliver(delivery_id: int, now: datetime | None = None) -> str:
    """Send one e-mail whose report is made; returns the delivery's state afterwards."""
    now = now or timezone.now()
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",)).select_related("subscription__user").get(pk=delivery_id)
        )
        if delivery.state != Delivery.OWED:
            return delivery.state
        report = report_of(delivery)
        why_not = _why_not(delivery, report)
        if why_not:
            return _note(delivery, Delivery.FAILED, why_not)
        if report.state != Report.MADE:
            return delivery.state
        delivery.state, delivery.tries, delivery.tried_at = Delivery.SENDING, delivery.tries + 1, now
        delivery.save(update_fields=["state", "tries", "tried_at"])
    # committed: from here on a crash leaves the row as it is
    state, said = _send(delivery, report)
    log.info("report_sent" if state == Delivery.SENT else "report_not_sent", delivery=delivery.pk, reason=said)
    return _note(delivery, state, said)


def leave_url(token: str) -> str:
    """Where the link of an e-mail leads."""
    return f"{settings.CONFIG.public}{reverse('reports-leave', args=[token])}"


def _why_not(delivery: Delivery, report: Report) -> str:
    one = delivery.subscription
    if one.ended_at is not None or not one.user.is_active:
        return "the subscription ended"
    if not one.user.email:
        return "there is no e-mail address"
    if not settings.CONFIG.smtp_host and settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return "no mail server is set (REGULARS_SMTP_HOST)"
    return report.said if report.state == Report.FAILED else ""


def _send(delivery: Delivery, report: Report) -> tuple[str, str]:
    one = delivery.subscription
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "localhost"
    mail = letter(report, one.user.email, leave_url(one.token), f"<report-{delivery.pk}.{one.token[:12]}@{domain}>")
    later = Delivery.OWED if delivery.tries < TRIES_MAX else Delivery.FAILED
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return later, f"the mail server cannot be reached: {error}"[:500]
    try:
        connection.send_messages([mail])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # the server said no, so nothing went out
        return (later if _for_now(error) else Delivery.FAILED), f"the mail server refused: {error}"[:500]
    except (OSError, smtplib.SMTPException) as error:
        return Delivery.UNSURE, f"the connection broke while sending: {error}"[:500]
    finally:
        _close(connection)
    return Delivery.SENT, ""


def _for_now(error: smtplib.SMTPException) -> bool:
    """Whether the server's no is one for now (4xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500


def _close(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        log.debug("mail_connection_broke_on_closing")


def _note(delivery: Delivery, state: str, said: str) -> str:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, said=said)
    return state

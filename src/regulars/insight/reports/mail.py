"""A report as an e-mail: text and HTML with its charts, the PDF attached, and one click to get no more (RFC 8058)."""

from __future__ import annotations

import base64
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from regulars.insight.reports.models import Report


def letter(report: Report, to: str, leave_url: str = "", message_id: str = "") -> EmailMultiAlternatives:
    """The e-mail of a made report. leave_url: where one click ends the subscription; none for a single one. message_id:
    the same for every try, so that whoever gets it twice can tell."""
    parts: dict[str, Any] = report.mail or {}
    headers = {}
    if leave_url:
        headers = {"List-Unsubscribe": f"<{leave_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if message_id:
        headers["Message-ID"] = message_id
    with translation.override(report.language):
        leave = _leave_words(leave_url)
        text = parts["text"] + (f"\n{_('No more of these:')} {leave_url}\n" if leave_url else "")
    mail = EmailMultiAlternatives(
        subject=f"{parts['title']}: {report.headline}",
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers=headers,
    )
    mail.attach_alternative(parts["html"].replace("<p><!--unsubscribe--></p>", leave), "text/html")
    for cid, coded in parts["images"].items():
        image = MIMEImage(base64.b64decode(coded), "png")
        image.add_header("Content-ID", f"<{cid}>")
        image.add_header("Content-Disposition", "inline", filename=f"{cid}.png")
        mail.attach(image)
    if report.pdf:
        mail.attach(file_name(report, "pdf"), bytes(report.pdf), "application/pdf")
    return mail


def file_name(report: Report, ending: str) -> str:
    """What the report's file is called: ``report-weekly-marketer-2026-11-09-en.pdf``."""
    return f"report-{report.kind}-{report.role}-{report.first}-{report.language}.{ending}"


def _leave_words(leave_url: str) -> str:
    if not leave_url:
        return ""
    return format_html('<p><a href="{}">{}</a></p>', leave_url, _("Send me no more of these"))

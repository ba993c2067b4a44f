"""Reports: the list by role, one to read, its files, and who gets it by e-mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from regulars.insight.reports import tasks
from regulars.insight.reports.asking import ask, today
from regulars.insight.reports.mail import file_name
from regulars.insight.reports.models import KINDS, ROLES, Delivery, Report, Subscription
from regulars.insight.reports.periods import last_whole
from regulars.insight.reports.subscribing import end, subscribe
from regulars.screens.read_only import ReadOnlyAdmin

SHEET = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
"""A report runs nothing and loads nothing; only our own page may frame it."""
FRAMING = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
)
"""The console's own policy (``project.headers``), and a report in a frame."""
_SENT_SHOWN = 20


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports for whoever may see them; each person's subscriptions are their own."""

    def get_urls(self) -> list[Any]:
        """The list, one report, its files, and what changes subscriptions."""
        view = self.admin_site.admin_view
        kinds = "<str:kind>/<str:role>/<str:language>/"
        return [
            path("", view(self.changelist_view), name="reports_report_changelist"),
            path("subscribe/", view(require_POST(self.subscribe_view)), name="reports_subscribe"),
            path("end/<int:pk>/", view(require_POST(self.end_view)), name="reports_end"),
            path("send/<int:pk>/", view(require_POST(self.send_view)), name="reports_send"),
            path(f"read/{kinds}", view(self.read_view), name="reports_read"),
            path(f"anew/{kinds}", view(require_POST(self.anew_view)), name="reports_anew"),
            path("sheet/<int:pk>.html", view(xframe_options_sameorigin(self.sheet_view)), name="reports_sheet"),
            path("file/<int:pk>.<slug:ending>", view(self.file_view), name="reports_file"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What there is to read, and what this person gets."""
        self._check(request)
        user = _user(request)
        mine = Subscription.objects.filter(user=user, ended_at__isnull=True).order_by("kind", "role")
        sent = (
            Delivery.objects.filter(subscription__user=user)
            .select_related("subscription")
            .order_by("-pk")[:_SENT_SHOWN]
        )
        periods = {kind: last_whole(kind, today()) for kind, _name in KINDS}
        known = dict(ROLES)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reports"),
            "kinds": [
                {"key": kind, "name": name, "first": periods[kind][0], "last": periods[kind][1]} for kind, name in KINDS
            ],
            "roles": [(key, name, _about(key)) for key, name in ROLES],
            "role_default": next(
                (name for name in user.groups.values_list("name", flat=True) if name in known), "admin"
            ),
            "mine": mine,
            "sent": sent,
            "languages": settings.LANGUAGES,
            "language": _language(),
            "hours": range(24),
            "address": user.email,
            "mail_works": bool(settings.CONFIG.smtp_host) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"),
        }
        return TemplateResponse(request, "console/reports/list.html", context)

    def read_view(self, request: HttpRequest, kind: str, role: str, language: str) -> HttpResponse:
        """One report; while it is being made, a page that looks again by itself."""
        self._check(request)
        _check_known(kind, role, language)
        with transaction.atomic():
            report = ask(kind, role, language)
            tasks.enqueue(report)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reports"),
            "report": report,
            "role": dict(ROLES)[role],
            "kind": dict(KINDS)[kind],
            "kinds": KINDS,
            "roles": ROLES,
            "languages": settings.LANGUAGES,
        }
        making = request.headers.get("HX-Request") == "true"
        answer = TemplateResponse(request, f"console/reports/{'sheet' if making else 'read'}.html", context)
        answer.headers["Content-Security-Policy"] = FRAMING
        return answer

    def anew_view(self, request: HttpRequest, kind: str, role: str, language: str) -> HttpResponse:
        """Make a report again, from what is known now."""
        self._check(request)
        _check_known(kind, role, language)
        with transaction.atomic():
            tasks.enqueue(ask(kind, role, language, anew=True))
        return HttpResponseRedirect(reverse("admin:reports_read", args=[kind, role, language]))

    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The report itself, which runs and loads nothing."""
        report = self._made(request, pk)
        return HttpResponse(report.html, headers={"Content-Security-Policy": SHEET})

    def file_view(self, request: HttpRequest, pk: int, ending: str) -> HttpResponse:
        """The report as a file: ``html`` or ``pdf``."""
        report = self._made(request, pk)
        if ending == "html":
            content, kind = report.html.encode(), "text/html; charset=utf-8"
        elif ending == "pdf" and report.pdf:
            content, kind = bytes(report.pdf), "application/pdf"
        else:
            raise Http404
        name = file_name(report, ending)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": SHEET}
        return HttpResponse(content, content_type=kind, headers=headers)

    def subscribe_view(self, request: HttpRequest) -> HttpResponse:
        """Subscribe the person who asks."""
        self._check(request)
        kind, role, language = (request.POST.get(name, "") for name in ("kind", "role", "language"))
        _check_known(kind, role, language)
        hour = request.POST.get("hour", "8")
        user = _user(request)
        if not user.email:
            messages.error(request, _("You have no e-mail address yet: an admin can enter it under “Console users”."))
        elif not hour.isdecimal() or len(hour) > 2 or int(hour) > 23:
            messages.error(request, _("That is no hour of the day."))
        else:
            subscribe(user, kind, role, language, int(hour))
            messages.success(request, _("You get this report from the next one on."))
        return _back()

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End one of one's own subscriptions."""
        end(self._own(request, pk))
        messages.success(request, _("You get this report no more."))
        return _back()

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the last whole period of one's own subscription now; again, if it was sent before."""
        one = self._own(request, pk)
        first, _last = last_whole(one.kind, today())
        with transaction.atomic():
            delivery, _created = Delivery.objects.select_for_update().get_or_create(
                subscription=one, first=first, defaults={"owed_at": timezone.now()}
            )
            if delivery.state == Delivery.SENDING:
                messages.error(request, _("It is being sent right now."))
                return _back()
            delivery.state, delivery.tries, delivery.tried_at, delivery.said = Delivery.OWED, 0, None, ""
            delivery.save()
            tasks.enqueue_delivery(delivery)
        messages.success(request, _("It is on its way."))
        return _back()

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _made(self, request: HttpRequest, pk: int) -> Report:
        self._check(request)
        report = Report.objects.filter(pk=pk).exclude(html="").first()
        if report is None:
            raise Http404
        return report

    def _own(self, request: HttpRequest, pk: int) -> Subscription:
        self._check(request)
        found = Subscription.objects.filter(pk=pk, user=_user(request), ended_at__isnull=True).first()
        if found is None:
            raise Http404
        return found


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:reports_report_changelist"))


def _language() -> str:
    found = (translation.get_language() or "en").lower()
    return found if found in dict(settings.LANGUAGES) else "en"


def _check_known(kind: str, role: str, language: str) -> None:
    if kind not in dict(KINDS) or role not in dict(ROLES) or language not in dict(settings.LANGUAGES):
        raise Http404


def _about(role: str) -> str:
    return {
        "admin": _("How the club does, in a minute."),
        "marketer": _("Whom to write to now, and what it is worth."),
        "service": _("Who was not content, what came back."),
        "analyst": _("All figures, with their charts."),
    }[role]

"""Points owed: what they are worth, when they lapse, month by month, and what of them will never be asked for."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from regulars.console import charts as dressed
from regulars.console.exports import cell
from regulars.console.owed import charts
from regulars.console.owed.words import age_names, column_names, span_words, tied_names, why_no_number
from regulars.flow import phrases
from regulars.insight import tasks
from regulars.insight.owed import counted, kept
from regulars.insight.owed.report import MONTH_COLUMNS, POSITION_COLUMNS, CurrencyOwed, Owed, owed
from regulars.points.models import Balance
from regulars.programmes.reads import NoProgramme
from regulars.screens.figures import money
from regulars.screens.read_only import ReadOnlyAdmin

MAY_SEE = "points.view_owed"
_REMEMBERED_SECONDS = 60
_MONTHS_SHOWN = 12
_BYTE_ORDER_MARK = "\ufeff"


@admin.register(Balance)
class OwedAdmin(ReadOnlyAdmin):
    """All members' balances at once: the list of balances is the report of what is owed."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see what the shop owes; service people see balances on members' pages."""
        return bool(request.user.has_perm(MAY_SEE))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As above."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[Any]:
        """The page and its files; a balance by itself has no page."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="points_balance_changelist"),
            path("count/", view(require_POST(self.count_view)), name="points_owed_count"),
            path("counting/", view(require_safe(self.counting_view)), name="points_owed_counting"),
            path("csv/<slug:what>/", view(self.csv_view), name="points_owed_csv"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The report of one currency of points, the first that can be spent unless another is asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, late = _remembered()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Points owed"),
            "report": found,
            "shown": _shown(found),
            "counting": late or request.GET.get("asked") == _shown(found),
            "currency": request.GET.get("currency", ""),
        }
        if found is not None:
            context |= _of_currency(found, _chosen(found, request.GET.get("currency")))
        return TemplateResponse(request, "console/owed/page.html", context)

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """Count again: now, or by a worker where that takes long."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = reverse("admin:points_balance_changelist")
        if counted.takes_long():
            tasks.count_soon()
            return redirect(f"{address}?{urlencode({'asked': _shown(counted.newest())})}")
        with contextlib.suppress(NoProgramme):
            counted.count()
        return redirect(address)

    def counting_view(self, request: HttpRequest) -> HttpResponse:
        """For htmx to ask until there is another count than the one shown; then the page is asked for anew."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if _shown(counted.newest()) == request.GET.get("shown"):
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        currency = request.GET.get("currency", "")
        query = f"?{urlencode({'currency': currency})}" if currency else ""
        return HttpResponseClientRedirect(reverse("admin:points_balance_changelist") + query)

    def csv_view(self, request: HttpRequest, what: str) -> HttpResponse:
        """``months``: the roll-forward; ``now``: by account, age and expiry. Headings are never translated."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = counted.newest() if counted.takes_long() else _made()
        if found is None or what not in {"months", "now"}:
            raise Http404
        columns = MONTH_COLUMNS if what == "months" else POSITION_COLUMNS
        rows = found.month_rows() if what == "months" else found.position_rows()
        text = io.StringIO()
        csv.writer(text).writerows([columns, *([cell(value) for value in row] for row in rows)])
        name = f"points-owed-{what}-{timezone.localdate():%Y-%m-%d}.csv"
        return HttpResponse(
            _BYTE_ORDER_MARK + text.getvalue(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _made() -> Owed | None:
    try:
        return owed()
    except NoProgramme:
        return None


def _remembered() -> tuple[Owed | None, bool]:
    """The last count of the job or of somebody on this page, and whether a newer one is on its way.

    Where there is none, or none of late, a short ledger is counted at once and remembered for a minute; a long one by a
    worker, and what was counted last is shown meanwhile. None before the first programme, and before the first count.
    """
    counted_before = counted.last(timezone.now())
    if counted_before is not None:
        return counted_before, False
    if counted.takes_long():
        tasks.count_soon()
        return counted.newest(), True
    known = cache.get("console.owed")
    if known is None:
        known = (_made(),)
        cache.set("console.owed", known, _REMEMBERED_SECONDS)
    report: Owed | None = known[0]
    return report, False


def _shown(found: Owed | None) -> str:
    return "" if found is None else found.at.isoformat()


def _chosen(found: Owed, key: str | None) -> CurrencyOwed:
    if key is not None:
        asked = next((one for one in found.currencies if one.key == key), None)
        if asked is None:
            raise Http404
        return asked
    return next((one for one in found.currencies if one.spendable), found.currencies[0])


def _of_currency(found: Owed, one: CurrencyOwed) -> dict[str, Any]:
    """All that the page says of one currency, in the active language."""

    def worth(points: int) -> str:
        minor = one.worth_minor(points)
        return "" if minor is None else money(minor, found.money)

    p = one.position
    columns = [(key, name) for key, name in column_names() if any(month.moves[key] for month in one.months)]
    rows = [
        {"month": month, "name": phrases.month(month.first), "moves": [month.moves[key] for key, _name in columns]}
        for month in reversed(one.months)
    ]
    language = translation.get_language() or "en"
    dated = [(first, points) for first, points in p.months.items() if first is not None]
    estimates = kept.last()
    guess = None if estimates is None else estimates["currencies"].get(one.key)
    return {
        "one": one,
        "name": phrases.named(one.name, one.key),
        "others": [(other.key, phrases.named(other.name, other.key)) for other in found.currencies],
        "worth": worth(p.owed),
        "debt_worth": worth(p.debt),
        "accounts": [
            (_("Available"), p.available, worth(p.available)),
            (_("Pending"), p.pending, worth(p.pending)),
            (_("Held"), p.held, worth(p.held)),
        ],
        "ages": [(name, points, worth(points)) for name, points in zip(age_names(), p.ages, strict=True)],
        "expiries": [
            (phrases.month(first) if first else _("Never"), points, worth(points)) for first, points in p.months.items()
        ],
        "expiry_chart": dressed.specs(lambda: charts.by_expiry(dated), language) if dated else None,
        "columns": [name for _key, name in columns],
        "rows": rows[:_MONTHS_SHOWN],
        "older_rows": rows[_MONTHS_SHOWN:],
        "any_debt": any(month.debt_closing or month.debt_arisen for month in one.months),
        "any_late": any(month.late for month in one.months),
        "month_chart": dressed.specs(lambda: charts.by_month(one.months), language) if columns else None,
        "untied": [words for key, words in tied_names().items() if not one.tied[key]],
        "tied": [words for key, words in tied_names().items() if one.tied[key]],
        **_breakage(guess, estimates, worth, language),
    }


def _breakage(
    guess: dict[str, Any] | None, estimates: dict[str, Any] | None, worth: Any, language: str
) -> dict[str, Any]:
    why = why_no_number(guess)
    if guess is None or why:
        return {"guess": None, "why_none": why}
    share = round(100 * guess["points"] / guess["open_points"], 1) if guess["open_points"] else 0.0
    tests = [
        {
            **test,
            "on": date.fromisoformat(test["on"]),
            "span": span_words(test["months"]),
            "within": test["low"] <= test["actual"] <= test["high"],
        }
        for test in guess["tests"]
    ]
    return {
        "guess": guess,
        "guess_at": datetime.fromisoformat(estimates["at"]) if estimates else None,
        "share": share,
        "guess_worth": worth(guess["points"]),
        "low_worth": worth(guess["low"]),
        "high_worth": worth(guess["high"]),
        "tests": tests,
        "beyond": guess["known_days"] < guess["life_days"],
        "curve_chart": dressed.specs(lambda: charts.survival(guess["curve"]), language),
    }

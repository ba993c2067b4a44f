"""One batch on one page: how far it is, what became of its coupons, and its codes as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from regulars.console import charts
from regulars.coupons import reads
from regulars.coupons.models import Batch, Coupon
from regulars.flow.coupons.known import known
from regulars.flow.coupons.views import Held, card_of, held
from regulars.flow.coupons.words import tier_names

_STATE_KINDS = {Coupon.OPEN: "good", Coupon.RESERVED: "warn", Coupon.USED: "good"}


def batch_or_404(request: HttpRequest, batch_id: int) -> Batch:
    """The batch, when this person may see batches. Raises PermissionDenied or Http404."""
    if not request.user.has_perm("coupons.view_batch"):
        raise PermissionDenied
    found = reads.batch(batch_id)
    if found is None:
        raise Http404
    return found


def context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """What the page shows of a batch; with ``?code=…`` what became of that code."""
    found = known()
    states = reads.states(batch.pk)
    days = reads.used_by_day(batch.pk, timezone.get_current_timezone())
    language = get_language() or "en"
    typed = request.GET.get("code", "").strip()
    return {
        "batch": batch,
        "card": card_of(found, batch.key, tier_names()),
        "percent": percent(batch),
        "states": [(label, states.get(state, 0)) for state, label in Coupon.STATES],
        "owned": reads.owned(batch.pk) if batch.kind in (Batch.GENERATED, Batch.IMPORTED) else None,
        "has_codes": batch.kind in (Batch.GENERATED, Batch.IMPORTED),
        "chart": charts.specs(lambda: charts.used_by_day(days), language) if days else None,
        "days": days,
        "typed": typed,
        "looked_up": _look_up(typed, batch),
        "may_change": request.user.has_perm("coupons.change_batch"),
        "may_export": request.user.has_perm("coupons.add_batch"),
    }


def _look_up(typed: str, batch: Batch) -> Held | None:
    if not typed or "\0" in typed:
        return None
    row = reads.by_codes([typed]).get(reads.normal(typed))
    return held([row])[0] if row is not None and row.batch_id == batch.pk else None


def percent(batch: Batch) -> int:
    """How much of a batch is made, rounded down: 100 only when it is all there."""
    return 100 * batch.made // batch.wanted


def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far it is, for htmx to ask again and again; when nothing moves any more the page is asked for anew."""
    batch = batch_or_404(request, batch_id)
    response = TemplateResponse(request, "console/coupons/progress.html", {"batch": batch, "percent": percent(batch)})
    if batch.state != Batch.MAKING:
        response.headers["HX-Refresh"] = "true"
    return response


def export(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    """All codes of a batch as CSV, sent while they are read: for those who may make codes."""
    batch = batch_or_404(request, batch_id)
    if not request.user.has_perm("coupons.add_batch"):
        raise PermissionDenied
    return StreamingHttpResponse(
        _lines(batch),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="coupons-{batch.pk}.csv"',
            "Cache-Control": "no-store",
        },
    )


class _Echo:
    """What csv writes to; it gives the line back."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def _lines(batch: Batch) -> Iterator[str]:
    line = csv.writer(_Echo())
    yield line.writerow(["code", "state", "valid_until", "used_at", "order_id"])
    for code, state, until, used_at, order_id in reads.every_code(batch.pk):
        times = [moment.isoformat(timespec="seconds") if moment else "" for moment in (until, used_at)]
        yield line.writerow([code, state, *times, _no_formula(order_id or "")])


def _no_formula(text: str) -> str:
    """A text that a spreadsheet would take for a formula, marked as text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

"""A measure's answer as a file: CSV for a table, JSON for a program. Headings are never translated."""

from __future__ import annotations

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from regulars.console import reads
from regulars.console.exports import cell
from regulars.console.insight import asked, told
from regulars.console.insight.faults import faults
from regulars.console.insight.may import may_see
from regulars.inquiries import asking
from regulars.insight.measures.catalogue import SPECS

_WAIT_SECONDS = 8.0
_BYTE_ORDER_MARK = "\ufeff"


def data(request: HttpRequest, measure: str) -> HttpResponse:
    """All rows of the answer, exactly as it was computed: amounts in minor units, shares of 1, days as 2026-01-31.

    ``format``: csv or json. 400 says what of the question is wrong. Where the answer is not there yet it is waited for;
    503 says to come again.
    """
    may_see(request)
    if measure not in SPECS:
        raise Http404
    spec = SPECS[measure]
    if wrong := faults([spec], request.GET):
        return HttpResponse("\n".join(wrong), status=400, content_type="text/plain; charset=utf-8")
    params = asked.read(spec, request.GET)
    answer = asking.ask(f"insight.{measure}", asked.asked(spec, params), wait_seconds=_WAIT_SECONDS)
    if answer.result is None or answer.state == asking.WAITING:
        said = answer.said or _("This is still being worked out; come again in a moment.")
        return HttpResponse(said, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "5"})
    result = answer.result
    name = f"{measure.replace('_', '-')}-{result['params'].get('to', '')}"
    if request.GET.get("format") == "json":
        club = told.club_of(reads.programme_of(request))
        return JsonResponse(
            {**result, "money": club.money, "as_of": answer.as_of, "simulated": reads.simulated()},
            headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
        )
    text = io.StringIO()
    csv.writer(text).writerows([result["columns"], *([cell(value) for value in row] for row in result["rows"])])
    return HttpResponse(
        _BYTE_ORDER_MARK + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

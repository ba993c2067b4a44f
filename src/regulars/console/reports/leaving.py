"""The door at the end of every e-mail: no more of these, by one click, without signing in (RFC 8058)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.insight.reports.subscribing import by_token, end


@csrf_exempt  # mail programs send the click by themselves; the token in the address is what counts
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """A look asks, a POST ends the subscription: programs that follow links to check them must not end anything."""
    found = by_token(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        end(found)
    with translation.override(found.language):
        context = {"ended": request.method == "POST" or found.ended_at is not None, "subscription": found}
        return render(request, "console/reports/leave.html", context)

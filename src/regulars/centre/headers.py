"""What a browser may do with the centre's pages (keep none, run nothing that is not ours), and what is said when there
is no page to show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from regulars.centre import notices
from regulars.centre.session import visit_of
from regulars.programmes.reads import NoProgramme

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def with_pictures(response: HttpResponse) -> HttpResponse:
    """Let a page show the pictures that the shop's offers name, from wherever the shop keeps them."""
    policy = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' https:")
    response.headers["Content-Security-Policy"] = policy
    return response


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send the view's answers with ``no-store`` and the content security policy, unless it set one; what is missing is
    said kindly."""

    @wraps(view)
    @never_cache
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = notices.not_found(request, signed_in=visit_of(request) is not None)
        except NoProgramme:
            response = notices.not_open(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return sent

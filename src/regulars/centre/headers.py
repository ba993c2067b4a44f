"""What a browser may do with the centre's pages: keep none, and run nothing that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send the view's answers with ``no-store`` and the content security policy."""

    @wraps(view)
    @never_cache
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    return sent

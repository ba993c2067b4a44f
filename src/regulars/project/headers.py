"""What a browser may do with our pages: run nothing but our own files, be framed by nobody, ask for no device.

A view that sets its own Content-Security-Policy (the member centre does) keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Unfold's menus are Alpine expressions in the page's own attributes, which Alpine compiles: hence 'unsafe-eval'. They
# come from templates only; what shops send is escaped, and inline scripts stay forbidden. Unfold and Vega set styles.
CONSOLE = STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
# Swagger's page, too, sets styles.
API_DOCS = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
PERMISSIONS = ", ".join(
    f"{device}=()"
    for device in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "serial",
        "midi",
        "display-capture",
    )
)


class BrowserLimits:
    """Adds the policies to every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with the policy of its part of the site."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy(request.path))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def policy(path: str) -> str:
    """The strictest policy that the pages at ``path`` work with."""
    console, api_docs = _places(get_script_prefix())
    if path.startswith(console):
        return CONSOLE
    return API_DOCS if path == api_docs else STRICT


@lru_cache(maxsize=16)
def _places(script_prefix: str) -> tuple[str, str]:
    """Where the console and the API's page are, below the prefix that the web server serves us under: every answer
    asks."""
    return reverse("admin:index"), reverse("api:openapi-view")

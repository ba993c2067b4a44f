"""The console tells time as the shop does: in the programme's time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from regulars.console.reads import programme_of

_REMEMBERED_SECONDS = 60


class ShopTime:
    """Activates the programme's time zone for console pages, and for these only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; its page is rendered before this returns."""
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with timezone.override(ZoneInfo(shop_zone(request))):
            return self.get_response(request)


def shop_zone(request: HttpRequest) -> str:
    """The programme's time zone, remembered for a minute; UTC before there is a programme."""
    zone: str | None = cache.get("console.zone")
    if zone is None:
        programme = programme_of(request)
        zone = programme.time_zone if programme else "UTC"
        cache.set("console.zone", zone, _REMEMBERED_SECONDS)
    return zone

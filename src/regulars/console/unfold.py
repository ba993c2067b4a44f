"""How Unfold is dressed: name, mark, colours. Settings read this, so nothing here may ask for models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from regulars.brand.tokens import UNFOLD_COLORS


def _static(path: str) -> Callable[[HttpRequest], str]:
    return lambda request: static(path)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Regulars"),
    "SITE_HEADER": _("Regulars"),
    "SITE_URL": None,
    "SITE_ICON": _static("brand/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("brand/favicon.svg")}],
    "COLORS": UNFOLD_COLORS,
    "BORDER_RADIUS": "8px",
    "LOGIN": {"form": "regulars.console.login.LoginForm"},
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,  # the header has its own switch, one press away
    "STYLES": [
        _static("brand/tokens.css"),
        _static("brand/console.css"),
        _static("console/console.css"),
        _static("console/offers.css"),
        _static("console/games.css"),
        _static("console/studio.css"),
        _static("console/segments.css"),
        _static("console/scores.css"),
    ],
    "SCRIPTS": [_static("console/console.js"), _static("console/charts.js")],
    "DASHBOARD_CALLBACK": "regulars.console.home.home",
    "GLOBAL_CALLBACK": "regulars.console.home.everywhere",
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "regulars.console.menu.menu"},
}

"""The four roles, in words. What each may do is given by the migration that makes them (``migrations/0001_roles``)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ADMIN, MARKETER, SERVICE, ANALYST = "admin", "marketer", "service", "analyst"

ROLES: dict[str, Any] = {
    ADMIN: _("everything, API keys and console users too"),
    MARKETER: _("publishes programmes; sees members, events and quarantine"),
    SERVICE: _("looks after members: sees them, adjusts points, releases holds, mends quarantine"),
    ANALYST: _("sees numbers, members without personal data, and events; changes nothing"),
}


def role_name(key: str) -> str:
    """A role's name in the active language; a group the shop made keeps its own."""
    names = {
        ADMIN: gettext("Admin"),
        MARKETER: gettext("Marketer"),
        SERVICE: gettext("Service"),
        ANALYST: gettext("Analyst"),
    }
    return names.get(key, key)

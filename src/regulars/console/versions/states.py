"""Where a version stands: in force, still to come, or past; and who applied it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext


def version_state(row: Any) -> str:
    """``now``, ``coming`` or ``past``."""
    now = timezone.now()
    if row.effective_at is not None and row.effective_at > now:
        return "coming"
    later = type(row).objects.filter(effective_at__lte=now)
    if row.effective_at is not None:
        later = later.filter(effective_at__gt=row.effective_at)
    return "past" if later.exists() else "now"


def state_tag(state: str) -> SafeString:
    """The state as a tag."""
    names = {"now": gettext("in force"), "coming": gettext("coming"), "past": gettext("past")}
    kinds = {"now": "good", "coming": "warn", "past": "none"}
    return format_html('<span class="k-tag k-tag-{}">{}</span>', kinds[state], names[state])


def person(row: Any) -> str:
    """Who applied a version; the command line leaves nobody's name."""
    if row.applied_by is None:
        return gettext("command line")
    return str(row.applied_by.get_full_name() or row.applied_by.get_username())

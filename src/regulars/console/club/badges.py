"""Badges: who has won which, since when, and how many have each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.of_members import KeyFilter, OfMembers
from regulars.screens import figures
from regulars.tiers.models import Badge

_REMEMBERED_SECONDS = 60
_SHOWN_MAX = 100


class WhichFilter(KeyFilter):
    """By badge."""

    title = _("badge")
    parameter_name = column = "key"
    model = Badge


class SinceFilter(admin.SimpleListFilter):
    """By how long ago it was won."""

    title = _("won")
    parameter_name = "won"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Today and the last days."""
        return [("1", _("today")), ("7", _("in the last 7 days")), ("30", _("in the last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """From the local midnight before so many days on."""
        if self.value() not in ("1", "7", "30"):
            return queryset
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return queryset.filter(won_at__gte=midnight - timedelta(days=int(str(self.value())) - 1))


@admin.register(Badge)
class BadgeAdmin(OfMembers):
    """Badges that were won, the newest first, under how many have each."""

    list_before_template = "console/club/badges_above.html"
    list_display = ("badge", "whose", "won", "because")
    list_display_links = None
    list_filter = (WhichFilter, SinceFilter)
    empty_words = _("Nobody has won a badge yet. Tasks and rules give them: `gives: {badge: …}`.")
    csv_columns = ("id", "shop_id", "member_id", "key", "event_id", "won_at")

    @display(description=_("Badge"), ordering="key")
    def badge(self, row: Badge) -> SafeString:
        """Its key in the programme."""
        return format_html('<code class="k-mono">{}</code>', row.key)

    @display(description=_("Since"), ordering="won_at")
    def won(self, row: Badge) -> str:
        """When."""
        return figures.moment(row.won_at)

    @display(description=_("Because of"))
    def because(self, row: Badge) -> SafeString:
        """The event that brought it."""
        address = reverse("admin:events_event_change", args=[row.event_id])
        return format_html('<a href="{}">{}</a>', address, f"#{row.event_id}")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, under the counts."""
        known = cache.get("console.badges")
        if known is None:
            counted = Badge.objects.values_list("key").annotate(members=Count("id"), last=Max("won_at"))
            known = list(counted.order_by("-members", "key")[:_SHOWN_MAX])
            cache.set("console.badges", known, _REMEMBERED_SECONDS)
        counts = [{"key": key, "members": members, "last": last} for key, members, last in known]
        return super().changelist_view(request, {"counts": counts, **(extra_context or {})})

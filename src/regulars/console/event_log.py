"""The event log: everything that came in, and what Regulars answered."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.views import ChangeList

from regulars.console.exports import Column, CsvExport
from regulars.console.member_actions import SOURCE
from regulars.console.member_page import currency_name
from regulars.console.reads import programme_of
from regulars.console.templatetags.event_names import event_title
from regulars.events import reads as events
from regulars.events.models import Event
from regulars.flow.phrases import factor
from regulars.members.models import OutsideId
from regulars.members.reads import shop_id_of
from regulars.points.models import Transfer
from regulars.rules.events import ORDER_COMPLETED
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin

_SOURCES_SHOWN_MAX = 50
TRANSFERS_MAX = 200
_SOURCES = """
WITH RECURSIVE known AS (
    (SELECT source FROM events_event ORDER BY source LIMIT 1)
    UNION ALL
    SELECT (SELECT source FROM events_event WHERE source > known.source ORDER BY source LIMIT 1)
    FROM known WHERE known.source IS NOT NULL
)
SELECT source FROM known WHERE source IS NOT NULL LIMIT %s
"""


class NameFilter(admin.SimpleListFilter):
    """Events of one name. The names are those of the daily counts: a small table, unlike the log."""

    title = _("event")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every name that was ever counted."""
        return [(name, event_title(name)) for name in events.names()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to that name."""
        return queryset.filter(name=self.value()) if self.value() else queryset


class SourceFilter(admin.SimpleListFilter):
    """Events from one source."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every source, found by leaping along the index from one to the next: the log is not read."""
        with connection.cursor() as cursor:
            cursor.execute(_SOURCES, [_SOURCES_SHOWN_MAX])
            return [(source, source) for (source,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to that source."""
        return queryset.filter(source=self.value()) if self.value() else queryset


class FactFilter(admin.SimpleListFilter):
    """What came in, or what Regulars concluded."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [("sent", _("Sent in")), ("fact", _("Concluded by Regulars"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one of them."""
        return queryset.filter(fact=self.value() == "fact") if self.value() in ("sent", "fact") else queryset


class EventChangeList(ChangeList):
    """Adds the shop's member ids to the events of one page."""

    def get_results(self, request: HttpRequest) -> None:
        """The page's events, each with ``shop_id``."""
        super().get_results(request)
        self.result_list = with_shop_ids(list(self.result_list))  # type: ignore[has-type]


def with_shop_ids(rows: list[Any]) -> list[Any]:
    """Events with ``shop_id``, what the shop calls the member."""
    shop_ids = shop_id_of({row.member_id for row in rows if row.member_id})
    for row in rows:
        row.shop_id = shop_ids.get(row.member_id)
    return rows


EVENT_COLUMNS = [
    Column(_("Event number"), lambda row: row.pk),
    Column(_("Event"), lambda row: row.name),
    Column(_("Kind"), lambda row: gettext("Concluded by Regulars") if row.fact else gettext("Sent in")),
    Column(_("Happened"), lambda row: row.occurred_at),
    Column(_("Effective"), lambda row: row.effective_at),
    Column(_("Member number"), lambda row: row.member_id),
    Column(_("Shop id"), lambda row: row.shop_id),
    Column(_("Order"), lambda row: row.order_id),
    Column(_("Source"), lambda row: row.source),
    Column(_("Message id"), lambda row: row.message_id),
]
"""The file of the log: who and when, not what was in it, as the list."""


@admin.register(Event)
class EventAdmin(CsvExport, ReadOnlyAdmin):
    """The log, newest first, and one page an event with the decision."""

    list_display = ("event", "happened", "member_link", "order", "source_tag")
    list_filter = (NameFilter, SourceFilter, FactFilter, ("occurred_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("pk",)  # shows the box; ``get_search_results`` does the work
    search_help_text = _("Member's shop id, order, message id, or #number")
    ordering = ("-pk",)
    list_max_show_all = 0
    export_name = "events"
    empty_words = _("Events appear here as the shop sends them.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, called as the menu calls it."""
        return super().changelist_view(request, {"title": gettext("Event log"), **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows the shop's ids."""
        return EventChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The log without its heavy columns."""
        return super().get_queryset(request).only("name", "fact", "source", "member", "occurred_at", "order_id")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Events by what an index can find: a member's, an order's (returns too), a message id, ``#number``."""
        text = search_term.strip()
        if not text:
            return queryset, False
        if text.startswith("#"):
            return queryset.filter(pk=number_in(text[1:])), False
        kinds = (OutsideId.USER, OutsideId.ANONYMOUS)
        members = list(OutsideId.objects.filter(kind__in=kinds, value=text).values_list("member_id", flat=True))
        found = Q(member__in=members)
        order = Event.objects.filter(name=ORDER_COMPLETED, fact=False, order_id=text).values_list(
            "member_id", flat=True
        )
        found |= Q(member__in=list(order), order_id=text)
        sources = [source for source, _label in SourceFilter(request, {}, Event, self).lookup_choices]
        found |= Q(source__in=sources, message_id=text)
        return queryset.filter(found), False

    def export_columns(self, request: HttpRequest) -> list[Column]:
        """The same for everybody: there is no personal data in the log."""
        return EVENT_COLUMNS

    def export_queryset(self, queryset: QuerySet) -> QuerySet:
        """The columns of the file, still without the heavy ones."""
        return queryset.only(
            "name", "fact", "source", "member", "occurred_at", "effective_at", "order_id", "message_id"
        )

    def export_rows(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """As on the list."""
        return with_shop_ids(rows)

    @display(description=_("Event"), ordering="pk")
    def event(self, row: Event) -> SafeString:
        """The name, and the place in the log."""
        return format_html('<span class="k-who">{}<small>#{}</small></span>', event_title(row.name), row.pk)

    @display(description=_("Happened"))
    def happened(self, row: Event) -> str:
        """When it happened."""
        return figures.moment(row.occurred_at)

    @display(description=_("Member"))
    def member_link(self, row: Any) -> Any:
        """Whose it is."""
        if not row.member_id:
            return "–"
        url = reverse("admin:members_member_change", args=[row.member_id])
        return format_html('<a class="k-link" href="{}">{}</a>', url, row.shop_id or f"#{row.member_id}")

    @display(description=_("Order"))
    def order(self, row: Event) -> str | None:
        """The order it is about."""
        return row.order_id

    @display(description=_("Source"))
    def source_tag(self, row: Event) -> SafeString:
        """Where it came from."""
        return format_html('<span class="k-tag">{}</span>', gettext("Regulars") if row.fact else row.source)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One event: what was sent, what was decided, what it moved."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Event, pk=number_in(object_id))
        programme = programme_of(request)
        transfers = Transfer.objects.filter(event_id=row.pk).order_by("pk")[:TRANSFERS_MAX] if row.member_id else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Event %(number)s") % {"number": row.pk},
            "event": row,
            "shop_id": shop_id_of([row.member_id]).get(row.member_id) if row.member_id else None,
            "money": row.currency,
            "order": order_of(row),
            "transfers": [
                (move, currency_name(programme, move.currency), factor(Fraction(move.times_num, move.times_den)))
                for move in transfers
            ],
            "properties": pretty(row.properties),
            "author": row.context.get("author", "") if row.source == SOURCE else "",
            "context_text": pretty(row.context),
            "decision": pretty(row.decision),
        }
        return TemplateResponse(request, "console/event/page.html", context)


def order_of(row: Event) -> dict[str, Any] | None:
    """The typed order with its lines, as the log keeps it; None for events without one."""
    return json.loads(row.amounts) if isinstance(row.amounts, str) else row.amounts


def pretty(value: Any) -> str:
    """JSON with one thing a line; empty for nothing."""
    if isinstance(value, (str, bytes)):
        value = json.loads(value)
    return json.dumps(value, ensure_ascii=False, indent=2) if value else ""

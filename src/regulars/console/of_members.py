"""Lists whose rows are members' own: whose each is, found by the shop's id, and the list as a spreadsheet has it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.members.models import OutsideId
from regulars.members.reads import by_shop_id
from regulars.screens.figures import in_language
from regulars.screens.read_only import ReadOnlyAdmin

CSV_ROWS_MAX = 100_000
_CHOICES_MAX = 100


class KeyFilter(admin.SimpleListFilter):
    """By the key of what it was: ``column`` names it, ``model`` has it."""

    column = ""
    model: Any = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The keys that are there."""
        values = self.model.objects.order_by(self.column).values_list(self.column, flat=True).distinct()
        return [(value, value) for value in values[:_CHOICES_MAX]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one."""
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class OfMembers(ReadOnlyAdmin):
    """A list whose rows are members' own: each with the shop's id of its member, found by that id, and as CSV."""

    list_before_template = "console/rewards/above.html"
    search_fields = ("=id",)
    search_help_text = _("Number, or the shop's id of a member")
    ordering = ("-pk",)
    csv_columns: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with ``shop_id``."""
        ids = OutsideId.objects.filter(kind=OutsideId.USER, member_id=OuterRef("member_id")).order_by("id")
        shop_id = Subquery(ids.values("value")[:1], output_field=CharField())
        return super().get_queryset(request).annotate(shop_id=shop_id)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By number, or by whose it is."""
        term = search_term.strip()
        if not term:
            return queryset, False
        member = by_shop_id(term) if "\0" not in term else None
        found = queryset.none() if member is None else queryset.filter(member_id=member.pk)
        if term.isascii() and term.isdigit() and len(term) < 19:
            found = found | queryset.filter(pk=int(term))
        return found, False

    @display(description=_("Member"))
    def member(self, row: Any) -> SafeString:
        """Whose it is, by the shop's id."""
        address = reverse("admin:members_member_change", args=[row.member_id])
        return format_html('<a href="{}">{}</a>', address, row.shop_id or f"#{row.member_id}")

    @display(description=_("Member"))
    def whose(self, row: Any) -> SafeString:
        """The same, for models with a field called ``member``, which the list would show instead."""
        return self.member(row)

    def get_urls(self) -> list[Any]:
        """The list as CSV, before the admin's addresses."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [path("csv/", self.admin_site.admin_view(self.csv_view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with the way to its CSV."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_csv")
        query = request.GET.urlencode()
        more = {"csv": f"{address}?{query}" if query else address}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def csv_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """The rows that the list shows, as it is narrowed, at most so many."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)[:CSV_ROWS_MAX]
        lines = _lines([list(self.csv_columns)], rows.iterator(chunk_size=1000), self.csv_columns)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}s.csv"'
        return response


class _Echo:
    """What a CSV writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def _lines(heads: Iterable[list[str]], rows: Iterable[Any], columns: tuple[str, ...]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for head in heads:
        yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([_cell(getattr(row, column)) for column in columns])


def _cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: no text that it would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = in_language(value)
    if hasattr(value, "isoformat"):
        return value.isoformat(timespec="seconds")
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value

"""A list as a CSV file: the rows that the filters in force leave, and no more of each than its reader may see.

Rows are read by key, a batch at a time, each batch beginning where the last one ended: a million rows need neither much
memory here nor a long transaction there. They come newest first, whatever the list is sorted by.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

BATCH_ROWS = 1000
_BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know that the file is UTF-8
# What makes a spreadsheet compute a cell instead of showing it; the wide ones count with a Chinese keyboard.
_FORMULA_BEGINS = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its heading, and what stands in it for a row."""

    heading: str | Promise
    value: Callable[[Any], Any]


class CsvExport:
    """For a list's ModelAdmin: an address beside the list that answers with the file, for whoever may see the list."""

    export_name = ""
    """What the file is called, before the date."""

    def export_columns(self, request: HttpRequest) -> list[Column]:
        """The columns that this person may see."""
        raise NotImplementedError

    def export_queryset(self, queryset: QuerySet) -> QuerySet:
        """The list's rows with all that the columns read."""
        return queryset

    def export_rows(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """A batch with what other rooms know of it, by a few queries."""
        return rows

    def export_address(self, cl: Any) -> str:
        """Where the list as it stands can be had as a file."""
        return f"{reverse(f'admin:{_view_name(self)}')}{cl.get_query_string(remove=[PAGE_VAR])}"

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The file. Asks for the same permission as the list, and notes who took it."""
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        try:
            queryset = self.export_queryset(admin.get_changelist_instance(request).queryset)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_changelist"))
        columns = self.export_columns(request)
        batches = (self.export_rows(request, rows) for rows in in_batches(queryset))
        return answer(request, admin.model, self.export_name, columns, batches)

    def get_urls(self) -> list[Any]:
        """The file's address before the list's own."""
        admin: Any = self
        others: list[Any] = super().get_urls()  # type: ignore[misc]
        view = admin.admin_site.admin_view(require_safe(self.export_view))
        return [path("export.csv", view, name=_view_name(self)), *others]


def answer(
    request: HttpRequest, model: Any, name: str, columns: Sequence[Column], batches: Iterable[list[Any]]
) -> StreamingHttpResponse:
    """Rows as a file called ``name`` and the day, written while they are read; notes who took it."""
    _note(request, model, columns)
    return StreamingHttpResponse(
        _lines(columns, batches, translation.get_language()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.csv"'},
    )


def in_batches(queryset: QuerySet, size: int | None = None) -> Iterator[list[Any]]:
    """The rows, the highest key first; each batch begins below the last key of the one before."""
    size = size or BATCH_ROWS
    queryset = queryset.order_by("-pk")
    rows = list(queryset[:size])
    while rows:
        yield rows
        rows = list(queryset.filter(pk__lt=rows[-1].pk)[:size]) if len(rows) == size else []


def cell(value: Any) -> str:
    """A value as the file holds it: numbers plain, moments with their offset, texts so that nobody computes them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(" ", "seconds")
    text = str(value)
    if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA_BEGINS):
        return f"'{text}"
    return text


def _lines(columns: Sequence[Column], batches: Iterable[list[Any]], language: str | None) -> Iterator[bytes]:
    """The file, a batch at a time, in the language and time zone of who asked.

    It is written after the request's own language and zone were put away.
    """
    zone = timezone.get_current_timezone()

    def written(rows: Iterable[Sequence[Any]]) -> bytes:
        text = io.StringIO()
        with translation.override(language), timezone.override(zone):
            csv.writer(text).writerows([cell(value) for value in row] for row in rows)
        return text.getvalue().encode()

    def parts() -> Iterator[bytes]:
        yield _BYTE_ORDER_MARK.encode() + written([[str(column.heading) for column in columns]])
        for rows in batches:
            with translation.override(language):
                values = [[column.value(row) for column in columns] for row in rows]
            yield written(values)

    return parts()


def _note(request: HttpRequest, model: Any, columns: Sequence[Column]) -> None:
    """Who took which columns of which rows, in the admin's own record."""
    with translation.override("en"):
        headings = ", ".join(str(column.heading) for column in columns)
    assert request.user.pk is not None
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_for_model(model),
        object_repr=request.GET.urlencode()[:200],
        action_flag=CHANGE,
        change_message=f"exported as CSV: {headings}",
    )


def _view_name(admin: Any) -> str:
    return f"{admin.opts.app_label}_{admin.opts.model_name}_export"

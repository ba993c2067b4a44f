"""Screens that show and never change: the log and the ledger have no "save" button."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from regulars.screens.estimate import EstimatePaginator


class ReadOnlyAdmin(ModelAdmin):
    """A list and a page that may be looked at by whoever has the model's ``view`` permission, and nothing more.

    Lists do not count their rows exactly (``EstimatePaginator``), so they open as fast with a million rows as with ten.
    """

    paginator = EstimatePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # a count for each choice would read the whole table, several times
    list_per_page = 30
    list_fullwidth = True
    list_filter_submit = False
    list_before_template = "screens/chosen.html"
    empty_value_display = "–"
    actions: Any = None
    show_add_link = False
    add_words: Any = None  # what the button to make a new one says
    empty_words: Any = None  # what an empty list says of itself

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, named after what it lists."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come from the log only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is edited here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted, ever."""
        return False

"""Where insight's pages are: beside the saved views, which have no list of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from regulars.console.insight import chart, files, home, pages, targets
from regulars.console.insight.may import SEE
from regulars.insight.board.models import View
from regulars.screens.read_only import ReadOnlyAdmin


@admin.register(View)
class InsightAdmin(ReadOnlyAdmin):
    """The first page, a page for each family, the explorer, and what they fetch."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see insight."""
        return bool(request.user.has_perm(SEE))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As above."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[Any]:
        """All of them."""
        view = self.admin_site.admin_view
        return [
            path("", view(home.home), name="insight_home"),
            path("", view(home.home), name="insight_view_changelist"),
            path("numbers/", view(home.numbers), name="insight_numbers"),
            path("targets/", view(targets.targets), name="insight_targets"),
            path("explorer/", view(pages.explorer), name="insight_explorer"),
            path("explorer/keep/", view(pages.keep), name="insight_keep"),
            path("explorer/forget/<int:view_id>/", view(pages.drop), name="insight_drop"),
            path("chart/<slug:measure>/", view(chart.chart), name="insight_chart"),
            path("data/<slug:measure>/", view(files.data), name="insight_data"),
            path("<slug:family>/", view(pages.family), name="insight_family"),
        ]

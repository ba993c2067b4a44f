"""The pages of segments, as the admin has them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from regulars.audience.segments.models import Segment
from regulars.console.segments import behind, beside, builder, found, listing, members, page, saving, uploading
from regulars.screens.read_only import ReadOnlyAdmin


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    """Every address of segments; each page lives in a file of its own."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list of segments."""
        return listing.segments_list(request)

    def get_urls(self) -> list[Any]:
        """Pages that speak of no one segment first."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="segments_segment_changelist"),
            path("new/", view(saving.new), name="segments_new"),
            path("count/", view(builder.count), name="segments_count"),
            path("upload/", view(uploading.upload), name="segments_upload"),
            path("overlap/", view(beside.overlap), name="segments_overlap"),
            path("compare/", view(beside.compare), name="segments_compare"),
            path("rfm/", view(found.rfm_page), name="segments_rfm"),
            path("clusters/", view(found.clusters_page), name="segments_clusters"),
            path("behind/", view(behind.behind), name="insight_behind"),
            path("group/", view(behind.group), name="segments_group"),
            path("of/<slug:key>/", view(page.segment_page), name="segments_page"),
            path("of/<slug:key>/edit/", view(saving.edit), name="segments_edit"),
            path("of/<slug:key>/upload/", view(uploading.upload), name="segments_upload_again"),
            path("of/<slug:key>/members.csv", view(members.export), name="segments_export"),
            path("of/<slug:key>/refresh/", view(page.refresh), name="segments_refresh"),
            path("of/<slug:key>/archive/", view(page.archive), name="segments_archive"),
            path("of/<slug:key>/restore/", view(page.restore), name="segments_restore"),
            path("of/<slug:key>/snapshot/", view(page.take_snapshot), name="segments_snapshot"),
            path("of/<slug:key>/snapshots/", view(page.snapshots), name="segments_snapshots"),
        ]

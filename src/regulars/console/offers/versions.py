"""Versions of the offers file, and the pages of offers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from regulars.console.offers import calendar, closing, drafting, editor, listing
from regulars.console.reads import programme_of
from regulars.console.versions.pages import VersionPages
from regulars.files.changes import Change
from regulars.offers import reads
from regulars.offers.diff import diff
from regulars.offers.file import check
from regulars.offers.models import Version
from regulars.offers.words import in_words
from regulars.offers.writes import NotApplicable, SupersededError, apply


@admin.register(Version)
class VersionAdmin(VersionPages):
    """Versions of the offers, and the pages of offers."""

    ordering = ("-effective_at",)
    empty_words = _("Begin with a first offer, or apply a file of offers.")
    new_title = _("A new version of the offers")
    paste_words = _("Paste a file of offers or choose one; then check it and apply.")
    whole_words = _("All offers in words")
    refusals = (NotApplicable, SupersededError)

    def get_urls(self) -> list[Any]:
        """The pages of offers, beside the versions."""
        view = self.admin_site.admin_view
        return [
            path("offers/", view(listing.offers_list), name="offers_list"),
            path("offers/new/", view(editor.begin), name="offers_new"),
            path("offers/new/<slug:template>/", view(editor.new), name="offers_new_from"),
            path("offers/<slug:key>/", view(listing.offer_page), name="offers_offer"),
            path("offers/<slug:key>/edit/", view(editor.edit), name="offers_edit"),
            path("offers/<slug:key>/copy/", view(editor.copy), name="offers_copy"),
            path("offers/<slug:key>/<slug:how>/", view(closing.close), name="offers_close"),
            path("calendar/", view(calendar.calendar), name="offers_calendar"),
            *super().get_urls(),
        ]

    def newest(self) -> Version | None:
        """The last one to take effect."""
        return drafting.newest()

    def first_text(self, request: HttpRequest) -> str:
        """The newest, or an empty file in the programme's money."""
        return drafting.text_of(drafting.newest(), programme_of(request))

    def checked(self, request: HttpRequest, text: str) -> Any:
        """By the offers' language."""
        return check(text, drafting.levels(programme_of(request)))

    def meaning(self, checked: Any) -> Any:
        """The offers."""
        return checked.offers

    def parse(self, text: str) -> Any:
        """The offers of a version."""
        return reads.parse(text)

    def words(self, request: HttpRequest, meaning: Any) -> Sequence[Any]:
        """The offers in words."""
        return in_words(meaning, programme_of(request))

    def difference(self, before: Any, after: Any) -> list[Change]:
        """Setting by setting."""
        return diff(before, after)

    def publish(self, request: HttpRequest, text: str, at: datetime | None, note: str, after: int) -> Version:
        """Publish at once."""
        return apply(text, by=request.user, effective_at=at, note=note, after=after)

    def file_name(self, row: Any) -> str:
        """By its number."""
        return f"offers-v{row.pk}.yaml"

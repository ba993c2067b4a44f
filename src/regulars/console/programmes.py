"""Programme versions: which one counts, what it says, what changed; and the studio beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from regulars.console.studio.urls import urls as studio_urls
from regulars.console.versions.pages import VersionPages
from regulars.files.changes import Change
from regulars.files.phrase import phrase
from regulars.flow.apply_warnings import apply_warnings
from regulars.flow.phrases import benefit
from regulars.programmes import drafts, reads
from regulars.programmes.diff import diff
from regulars.programmes.file import check
from regulars.programmes.models import Version
from regulars.programmes.words import in_words
from regulars.programmes.writes import NotApplicable, SupersededError, apply


@admin.register(Version)
class VersionAdmin(VersionPages):
    """Programme versions, and the studio where the next one is made."""

    ordering = ("-pk",)
    empty_words = _("Apply a programme: it says what earns points and what makes a tier.")
    new_title = _("A new version of the programme")
    paste_words = _("Paste a programme file or choose one; then check it and apply.")
    whole_words = _("The whole programme in words")
    refusals = (NotApplicable, SupersededError)

    def get_urls(self) -> list[Any]:
        """The studio, beside the versions."""
        return [*studio_urls(self.admin_site.admin_view), *super().get_urls()]

    def newest(self) -> Version | None:
        """The last one."""
        return drafts.newest()

    def checked(self, request: HttpRequest, text: str) -> Any:
        """By the programme's language."""
        return check(text)

    def meaning(self, checked: Any) -> Any:
        """The programme."""
        return checked.programme

    def parse(self, text: str) -> Any:
        """The programme of a version."""
        return reads.parse(text)

    def words(self, request: HttpRequest, meaning: Any) -> Sequence[Any]:
        """The programme in words."""
        return in_words(meaning, benefit)

    def difference(self, before: Any, after: Any) -> list[Change]:
        """Setting by setting."""
        return diff(before, after)

    def warnings(self, meaning: Any) -> list[str]:
        """Coupons that nobody offers, holidays that nobody knows."""
        return apply_warnings(meaning)

    def publish(self, request: HttpRequest, text: str, at: datetime | None, note: str, after: int) -> Version:
        """Publish at once; where a second person must approve, only a draft can be published."""
        if drafts.two_needed():
            raise NotApplicable([phrase("a second person must approve a programme here; make a draft of it")])
        return apply(text, by=request.user, effective_at=at, note=note, after=after)

    def file_name(self, row: Any) -> str:
        """By the programme's key."""
        return f"{row.key}-v{row.pk}.yaml"

    def more(self) -> dict[str, Any]:
        """A version's text can be the beginning of a draft."""
        return {"drafts_too": True}

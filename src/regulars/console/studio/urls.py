"""The studio's addresses, beside those of the programme's versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import path

from regulars.console.studio import file_page, form_page, listing, publish, rehearse, saving


def urls(view: Callable[..., Any]) -> list[Any]:
    """All of them; ``view`` asks who it is first."""
    one = "drafts/<int:draft_id>/"
    trial = f"{one}try/<int:rehearsal_id>/"
    return [
        path("drafts/holidays/", view(form_page.holidays), name="studio_holidays"),
        path("drafts/", view(listing.studio_list), name="studio_list"),
        path(one, view(form_page.form_page), name="studio_form"),
        path(f"{one}edit/<slug:section>/", view(form_page.section_page), name="studio_section"),
        path(f"{one}edit/<slug:section>/<str:key>/", view(form_page.section_page), name="studio_entry"),
        path(f"{one}move/<slug:section>/<str:key>/", view(form_page.move), name="studio_move"),
        path(f"{one}file/", view(file_page.file_page), name="studio_file"),
        path(f"{one}file/download/", view(file_page.download), name="studio_download"),
        path(f"{one}undo/", view(saving.undo), name="studio_undo"),
        path(f"{one}publish/", view(publish.publish_page), name="studio_publish"),
        path(f"{one}try/", view(rehearse.rehearse), name="studio_try"),
        path(f"{one}try/ask/", view(rehearse.ask), name="studio_ask"),
        path(f"{one}try/months/", view(rehearse.ask_months), name="studio_ask_months"),
        path(f"{one}try/keep/", view(rehearse.keep), name="studio_keep"),
        path(trial, view(rehearse.answered), name="studio_answered"),
        path(f"{trial}members/", view(rehearse.listed), name="studio_listed"),
        path(f"{trial}members.csv", view(rehearse.changed), name="studio_changed"),
    ]

"""The list of versions, a page for each, and the way to a new one by its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.file_lines import around_problems, file_lines
from regulars.console.versions.form import NewVersionForm, moment
from regulars.console.versions.states import person, state_tag, version_state
from regulars.files.changes import Change
from regulars.files.problem_words import sentence
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin


class VersionPages(ReadOnlyAdmin):
    """Versions of one kind of file. The methods that raise NotImplementedError say what kind."""

    list_display = ("version", "state", "effective", "applied", "by", "why")
    list_select_related = ("applied_by",)
    list_display_links = ("version",)
    show_add_link = True
    add_words = _("New version")
    new_title: Any = ""
    paste_words: Any = ""
    whole_words: Any = ""
    refusals: tuple[type[Exception], type[Exception]] = (ValueError, ValueError)
    """What publishing raises: for a file that cannot be applied (it has ``problems``), and when another version came
    first."""

    # What kind of file it is

    def newest(self) -> Any:
        """The version that a new one must follow; None for none."""
        raise NotImplementedError

    def checked(self, request: HttpRequest, text: str) -> Any:
        """A text's problems."""
        raise NotImplementedError

    def meaning(self, checked: Any) -> Any:
        """What a checked text means; None when it has errors."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """What a published text means."""
        raise NotImplementedError

    def words(self, request: HttpRequest, meaning: Any) -> Sequence[Any]:
        """It in plain words, section by section."""
        raise NotImplementedError

    def difference(self, before: Any, after: Any) -> list[Change]:
        """What changed from one to the next."""
        raise NotImplementedError

    def warnings(self, meaning: Any) -> list[str]:
        """What is allowed and would not work as things stand, in the active language."""
        return []

    def publish(self, request: HttpRequest, text: str, at: datetime | None, note: str, after: int) -> Any:
        """Publish a text that was made from version ``after`` (0: none). Raises one of ``refusals``."""
        raise NotImplementedError

    def first_text(self, request: HttpRequest) -> str:
        """What the box holds at first."""
        newest = self.newest()
        return newest.text if newest else ""

    def file_name(self, row: Any) -> str:
        """What a version's file is called."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """What else the page of a version or of a new one shows."""
        return {}

    # The list

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins and marketers publish."""
        return request.user.has_perm(f"{self.opts.app_label}.add_version")

    @display(description=_("Version"), ordering="pk")
    def version(self, row: Any) -> str:
        """Its number."""
        return gettext("Version %(number)s") % {"number": row.pk}

    @display(description=_("State"))
    def state(self, row: Any) -> SafeString:
        """Whether it counts now, will count, or did."""
        return state_tag(version_state(row))

    @display(description=_("Takes effect"), ordering="effective_at")
    def effective(self, row: Any) -> str:
        """From when it counts."""
        return figures.moment(row.effective_at) if row.effective_at else gettext("from the beginning")

    @display(description=_("Applied"), ordering="applied_at")
    def applied(self, row: Any) -> str:
        """When it was published."""
        return figures.moment(row.applied_at)

    @display(description=_("By"))
    def by(self, row: Any) -> str:
        """Who published it."""
        return person(row)

    @display(description=_("Note"))
    def why(self, row: Any) -> str:
        """What its publisher noted."""
        return str(row.note)

    def get_urls(self) -> list[Any]:
        """The file itself, beside the admin's addresses."""
        name = f"{self.opts.app_label}_version_file"
        return [
            path("<int:version_id>/file/", self.admin_site.admin_view(self.download), name=name),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The file as it was applied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.model, pk=version_id)
        return HttpResponse(
            row.text,
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.file_name(row)}"'},
        )

    # One version

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One version: in words, what changed since another, and the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.model.objects.select_related("applied_by")
        row = get_object_or_404(rows, pk=number_in(object_id))
        others = [other for other in rows.order_by(*self.ordering) if other.pk != row.pk]
        chosen = request.GET.get("against", "")
        before = next((o for o in others if str(o.pk) == chosen), None) or next(
            (o for o in others if _comes_before(o, row)), None
        )
        meaning = self.parse(row.text)
        context = {
            **self._context(request),
            "title": gettext("Version %(number)s") % {"number": row.pk},
            "version": row,
            "state": state_tag(version_state(row)),
            "by": person(row),
            "sections": self.words(request, meaning),
            "others": others,
            "before": before,
            "changes": self.difference(self.parse(before.text), meaning) if before else [],
            "lines": file_lines(row.text),
        }
        return TemplateResponse(request, "console/versions/version.html", context)

    # A new one

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new version: paste or upload, check, see what would change, apply."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        newest = self.newest()
        if request.method != "POST":
            return self._new_page(request, NewVersionForm(initial={"text": self.first_text(request)}), newest)
        form = NewVersionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._new_page(request, form, newest)
        text = form.cleaned_data["text"]
        refused: list[str] = []
        if "apply" in request.POST:
            row = self._apply(request, form, text, newest, refused)
            if row is not None:
                return redirect(self._address(row))
        data = request.POST.copy()
        data["text"] = text
        return self._new_page(request, NewVersionForm(data), newest, text, refused)

    def _apply(self, request: HttpRequest, form: NewVersionForm, text: str, newest: Any, refused: list[str]) -> Any:
        """Publish the text; None, with the reasons in ``refused``, when it cannot be."""
        began = request.POST.get("began", "")
        after = number_in(began) if began.isdecimal() else newest.pk if newest else 0
        meaning = self.meaning(self.checked(request, text))
        if meaning is None:
            return None
        not_applicable, superseded = self.refusals
        try:
            at = moment(form.cleaned_data.get("effective_at", ""), meaning.time_zone)
        except ValueError:
            refused.append(gettext("“Takes effect” is no time."))
            return None
        try:
            row = self.publish(request, text, at, form.cleaned_data["note"], after)
        except superseded:
            refused.append(
                gettext("Somebody has published another version meanwhile. Below is what your text changes in it.")
            )
            return None
        except not_applicable as error:
            refused.extend(sentence(problem) for problem in getattr(error, "problems", ()))
            return None
        same = newest is not None and row.pk == newest.pk
        said = (
            gettext("This is version %(number)s already; nothing changed.")
            if same
            else gettext("Version %(number)s is published.")
        )
        messages.success(request, said % {"number": row.pk})
        return row

    def _new_page(
        self,
        request: HttpRequest,
        form: NewVersionForm,
        newest: Any,
        text: str | None = None,
        refused: Sequence[str] = (),
    ) -> HttpResponse:
        checked = self.checked(request, text) if text is not None else None
        meaning = self.meaning(checked) if checked is not None else None
        context = {
            **self._context(request),
            "title": gettext("New version"),
            "new_title": self.new_title,
            "paste_words": self.paste_words,
            "whole_words": self.whole_words,
            "form": form,
            "newest": newest,
            "checked": checked,
            "meaning": meaning,
            "changes": self.difference(self.parse(newest.text), meaning) if newest and meaning is not None else [],
            "sections": self.words(request, meaning) if meaning is not None else [],
            "refused": refused,
            "warnings": self.warnings(meaning) if meaning is not None else [],
            "lines": around_problems(text or "", checked.problems) if checked else [],
        }
        return TemplateResponse(request, "console/versions/new.html", context)

    def _address(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_version_change", args=[row.pk])

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        label = self.opts.app_label
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "add_address": reverse(f"admin:{label}_version_add") if self.has_add_permission(request) else "",
            "file_url": f"admin:{label}_version_file",
            **self.more(),
        }


def _comes_before(other: Any, row: Any) -> bool:
    if other.effective_at is None or row.effective_at is None:
        return row.effective_at is not None
    return bool(other.effective_at < row.effective_at)

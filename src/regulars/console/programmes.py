"""Programme versions: which one counts, what it says, what changed, and the way to a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.file_lines import around_problems, file_lines
from regulars.console.studio.urls import urls as studio_urls
from regulars.files.phrase import Phrase, phrase
from regulars.flow.phrases import benefit
from regulars.offers.models import Version as OffersVersion
from regulars.programmes import reads
from regulars.programmes.diff import Change, diff
from regulars.programmes.file import Checked, LocatedProblem, check
from regulars.programmes.models import Version
from regulars.programmes.words import Section, in_words
from regulars.programmes.writes import NotApplicable, apply
from regulars.rules.programme import Programme
from regulars.screens import figures
from regulars.screens.read_only import ReadOnlyAdmin

FILE_BYTES_MAX = 1_000_000


class NewVersionForm(forms.Form):
    """A programme file, pasted or chosen, and when it shall take effect."""

    text = forms.CharField(
        label=_("The file"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "k-code"}),
    )
    file = forms.FileField(label=_("Or choose a file"), required=False)
    effective_at = forms.CharField(
        label=_("Takes effect"), required=False, widget=forms.TextInput(attrs={"type": "datetime-local"})
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("Why this change: for whoever looks back.")
    )

    def clean(self) -> dict[str, Any]:
        """The text of the file, wherever it came from."""
        data: dict[str, Any] = super().clean() or {}
        upload = data.get("file")
        if upload is not None:
            if upload.size > FILE_BYTES_MAX:
                raise forms.ValidationError(_("The file is too large: 1 MB at most."))
            try:
                data["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("The file is not text in UTF-8.")) from error
        data["text"] = (data.get("text") or "").replace("\r\n", "\n")
        if not data["text"].strip():
            raise forms.ValidationError(_("Paste a programme or choose its file."))
        return data

    def moment(self, programme: Programme) -> datetime | None:
        """When it shall take effect, read in the programme's time zone; None for now.

        Raises ValueError when it is no time.
        """
        given = self.cleaned_data.get("effective_at")
        if not given:
            return None
        return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(programme.time_zone))


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Programme versions: a list, a page each in plain words, and the way to a new one."""

    list_display = ("version", "state", "effective", "applied", "by", "why")
    list_select_related = ("applied_by",)
    list_display_links = ("version",)
    ordering = ("-pk",)
    show_add_link = True
    add_words = _("New version")
    empty_words = _("Apply a programme: it says what earns points and what makes a tier.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins and marketers publish programmes."""
        return request.user.has_perm("programmes.add_version")

    @display(description=_("Version"), ordering="pk")
    def version(self, row: Version) -> str:
        """Its number."""
        return gettext("Version %(number)s") % {"number": row.pk}

    @display(description=_("State"))
    def state(self, row: Version) -> SafeString:
        """Whether it counts now, will count, or did."""
        return state_tag(version_state(row))

    @display(description=_("Takes effect"), ordering="effective_at")
    def effective(self, row: Version) -> str:
        """From when it counts."""
        return figures.moment(row.effective_at) if row.effective_at else gettext("from the beginning")

    @display(description=_("Applied"), ordering="applied_at")
    def applied(self, row: Version) -> str:
        """When it was published."""
        return figures.moment(row.applied_at)

    @display(description=_("By"))
    def by(self, row: Version) -> str:
        """Who published it."""
        return person(row)

    @display(description=_("Note"))
    def why(self, row: Version) -> str:
        """What its publisher noted."""
        return row.note

    def get_urls(self) -> list[Any]:
        """The file itself and the studio, beside the admin's addresses."""
        return [
            path("<int:version_id>/file/", self.admin_site.admin_view(self.download), name="programmes_version_file"),
            *studio_urls(self.admin_site.admin_view),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The file as it was applied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Version, pk=version_id)
        return HttpResponse(
            row.text,
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{row.key}-v{row.pk}.yaml"'},
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One version: in words, what changed since another, and the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(
            Version.objects.select_related("applied_by"), pk=object_id if object_id.isdecimal() else 0
        )
        others = [other for other in reads.all_versions() if other.pk != row.pk]
        chosen = request.GET.get("against", "")
        before = next((o for o in others if str(o.pk) == chosen), None) or next(
            (o for o in others if o.pk < row.pk), None
        )
        programme = reads.parse(row.text)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Version %(number)s") % {"number": row.pk},
            "opts": self.opts,
            "version": row,
            "state": state_tag(version_state(row)),
            "by": person(row),
            "sections": in_words(programme, benefit),
            "zone": programme.time_zone,
            "others": others,
            "before": before,
            "changes": diff(reads.parse(before.text), programme) if before else [],
            "lines": file_lines(row.text),
        }
        return TemplateResponse(request, "console/programme/version.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new version: paste or upload, check, see what would change, apply."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        newest = Version.objects.order_by("-pk").first()
        if request.method != "POST":
            initial = {"text": newest.text if newest else ""}
            return self._new_page(request, NewVersionForm(initial=initial), newest)
        form = NewVersionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._new_page(request, form, newest)
        text = form.cleaned_data["text"]
        checked = check(text)
        refused: Sequence[LocatedProblem | Phrase] = ()
        if checked.programme is not None and "apply" in request.POST:
            try:
                row = apply(
                    text, by=request.user, effective_at=form.moment(checked.programme), note=form.cleaned_data["note"]
                )
            except NotApplicable as error:
                refused = error.problems
            except ValueError:
                refused = [phrase("“Takes effect” is no time.")]
            else:
                said = (
                    gettext("Version %(number)s is published.")
                    if newest is None or row.pk != newest.pk
                    else gettext("This is version %(number)s already; nothing changed.")
                )
                messages.success(request, said % {"number": row.pk})
                return redirect(reverse("admin:programmes_version_change", args=[row.pk]))
        data = request.POST.copy()
        data["text"] = text
        return self._new_page(request, NewVersionForm(data), newest, checked, refused)

    def _new_page(
        self,
        request: HttpRequest,
        form: NewVersionForm,
        newest: Version | None,
        checked: Checked | None = None,
        refused: Sequence[LocatedProblem | Phrase] = (),
    ) -> HttpResponse:
        changes: list[Change] = []
        sections: list[Section] = []
        if checked and checked.programme:
            sections = in_words(checked.programme, benefit)
            if newest:
                changes = diff(reads.parse(newest.text), checked.programme)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New version"),
            "opts": self.opts,
            "form": form,
            "newest": newest,
            "checked": checked,
            "changes": changes,
            "sections": sections,
            "refused": refused,
            "lines": around_problems(form.data.get("text", ""), checked.problems) if checked else [],
        }
        return TemplateResponse(request, "console/programme/new.html", context)


def version_state(row: Version) -> str:
    """``now``, ``coming`` or ``past``."""
    if row.effective_at is not None and row.effective_at > timezone.now():
        return "coming"
    later = Version.objects.filter(effective_at__lte=timezone.now(), pk__gt=row.pk).exists()
    return "past" if later else "now"


def state_tag(state: str) -> SafeString:
    """The state as a tag."""
    names = {"now": gettext("in force"), "coming": gettext("coming"), "past": gettext("past")}
    kinds = {"now": "good", "coming": "warn", "past": "none"}
    return format_html('<span class="k-tag k-tag-{}">{}</span>', kinds[state], names[state])


def person(row: Version | OffersVersion) -> str:
    """Who applied a version, of the programme or the offers; the command line leaves nobody's name."""
    if row.applied_by is None:
        return gettext("command line")
    return row.applied_by.get_full_name() or row.applied_by.get_username()

"""Versions of the offers file: which one counts, what it says, what changed, and the way to a new one by its text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.file_lines import around_problems, file_lines
from regulars.console.offers import calendar, closing, drafting, editor, listing
from regulars.console.programmes import NewVersionForm, person, state_tag
from regulars.console.reads import programme_of
from regulars.files.problem_words import sentence
from regulars.offers import reads
from regulars.offers.diff import diff
from regulars.offers.file import check
from regulars.offers.models import Version
from regulars.offers.words import in_words
from regulars.offers.writes import NotApplicable, SupersededError, apply
from regulars.screens import figures
from regulars.screens.read_only import ReadOnlyAdmin


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Versions of the offers: a list, a page each in plain words, and the way to a new one; and the pages of offers."""

    list_display = ("version", "state", "effective", "applied", "by", "why")
    list_select_related = ("applied_by",)
    list_display_links = ("version",)
    ordering = ("-effective_at",)
    show_add_link = True
    add_words = _("New version")
    empty_words = _("Begin with a first offer, or apply a file of offers.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins and marketers publish offers."""
        return request.user.has_perm("offers.add_version")

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
        return figures.moment(row.effective_at)

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
        """The pages of offers, beside the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("<int:version_id>/file/", view(self.download), name="offers_version_file"),
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

    def download(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The file as it was applied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Version, pk=version_id)
        return HttpResponse(
            row.text,
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="offers-v{row.pk}.yaml"'},
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
            (o for o in others if o.effective_at < row.effective_at), None
        )
        offers = reads.parse(row.text)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Version %(number)s") % {"number": row.pk},
            "opts": self.opts,
            "version": row,
            "state": state_tag(version_state(row)),
            "by": person(row),
            "sections": in_words(offers, programme_of(request)),
            "others": others,
            "before": before,
            "changes": diff(reads.parse(before.text), offers) if before else [],
            "lines": file_lines(row.text),
        }
        return TemplateResponse(request, "console/offers/version.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new version: paste or upload, check, see what would change, apply."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        newest = drafting.newest()
        if request.method != "POST":
            text = drafting.text_of(newest, programme_of(request))
            return self._new_page(request, NewVersionForm(initial={"text": text}), newest)
        form = NewVersionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._new_page(request, form, newest)
        text = form.cleaned_data["text"]
        refused: list[str] = []
        if "apply" in request.POST:
            row = self._apply(request, form, text, newest, refused)
            if row is not None:
                return redirect(reverse("admin:offers_version_change", args=[row.pk]))
        data = request.POST.copy()
        data["text"] = text
        return self._new_page(request, NewVersionForm(data), newest, text, refused)

    def _apply(
        self, request: HttpRequest, form: NewVersionForm, text: str, newest: Version | None, refused: list[str]
    ) -> Version | None:
        """Publish the text; None, with the reasons in ``refused``, when it cannot be."""
        began = request.POST.get("began", "")
        after = int(began) if began.isdecimal() else newest.pk if newest else 0
        offers = check(text, drafting.levels(programme_of(request))).offers
        if offers is None:
            return None
        try:
            at: datetime | None = drafting.moment(form.cleaned_data.get("effective_at", ""), offers.time_zone)
        except ValueError:
            refused.append(gettext("“Takes effect” is no time."))
            return None
        try:
            row = apply(text, by=request.user, effective_at=at, note=form.cleaned_data["note"], after=after)
        except NotApplicable as error:
            refused.extend(sentence(problem) for problem in error.problems)
            return None
        except SupersededError:
            refused.append(
                gettext("Somebody has published another version meanwhile. Below is what your text changes in it.")
            )
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
        newest: Version | None,
        text: str | None = None,
        refused: list[str] | None = None,
    ) -> HttpResponse:
        programme = programme_of(request)
        checked = check(text, drafting.levels(programme)) if text is not None else None
        offers = checked.offers if checked is not None else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New version"),
            "opts": self.opts,
            "form": form,
            "newest": newest,
            "checked": checked,
            "changes": diff(reads.parse(newest.text), offers) if newest and offers is not None else [],
            "sections": in_words(offers, programme) if offers is not None else [],
            "refused": refused or [],
            "lines": around_problems(text or "", checked.problems) if checked else [],
        }
        return TemplateResponse(request, "console/offers/new_version.html", context)


def version_state(row: Version) -> str:
    """``now``, ``coming`` or ``past``."""
    now = timezone.now()
    if row.effective_at > now:
        return "coming"
    later = Version.objects.filter(effective_at__lte=now, effective_at__gt=row.effective_at).exists()
    return "past" if later else "now"

"""The quarantine: what could not be taken in, and the way to mend it, drop it, or take a drop back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from regulars.console.marked_json import marked, text_of
from regulars.console.reads import programme_of
from regulars.console.templatetags.event_names import event_title
from regulars.events import quarantine
from regulars.events.models import Refusal
from regulars.flow.kinds import KINDS, words
from regulars.flow.mend import mend
from regulars.flow.problems import Problem
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin

_CHOICES_MAX = 100
_STATE_KINDS = {Refusal.OPEN: "bad", Refusal.WAITING: "warn", Refusal.MENDED: "good", Refusal.DROPPED: "none"}


class StateFilter(admin.SimpleListFilter):
    """By state; what is open comes first, because that is what people come for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The other states, and everything."""
        return [*Refusal.STATES[1:], ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is "open" instead of "all"."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": Refusal.STATES[0][1]}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to a state."""
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or Refusal.OPEN)


class ReasonFilter(admin.SimpleListFilter):
    """By what was wrong."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The kinds of problems that are there, in words."""
        types = Refusal.objects.values_list("problem__type", flat=True).distinct().order_by()[:_CHOICES_MAX]
        kinds = sorted(str(kind).rpartition("/")[2] for kind in types if kind)
        return [(kind, KINDS[kind].title if kind in KINDS else kind) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one kind."""
        return queryset.filter(problem__type__endswith=f"/{self.value()}") if self.value() else queryset


class ColumnFilter(admin.SimpleListFilter):
    """By the values that one text column has; ``column`` names it."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The values that are there."""
        values = Refusal.objects.order_by(self.column).values_list(self.column, flat=True).distinct()[:_CHOICES_MAX]
        return [(value, value) for value in values if value]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one value."""
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class SourceFilter(ColumnFilter):
    """By where it came from."""

    title = _("source")
    parameter_name = column = "source"


class NameFilter(ColumnFilter):
    """By the event's name."""

    title = _("event")
    parameter_name = column = "name"


@admin.register(Refusal)
class RefusalAdmin(ReadOnlyAdmin):
    """What waits for a person, the newest first, and one page each to mend it."""

    list_display = ("event_name", "why", "sender", "received", "state_tag")
    list_display_links = ("event_name",)
    list_filter = (StateFilter, ReasonFilter, SourceFilter, NameFilter)
    search_fields = ("message_id", "order_id", "name")
    search_help_text = _("Message id, order or event")
    ordering = ("-received_at",)
    empty_words = _("Nothing needs to be mended. Events that cannot be taken in wait here for a person.")
    actions = ("drop_chosen", "reopen_chosen")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Service staff and admins settle what is here."""
        return request.user.has_perm("events.change_refusal")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with the shop's money as ``currency``, to tell amounts in."""
        programme = programme_of(request)
        return super().get_queryset(request).annotate(currency=Value(programme.currency if programme else ""))

    @display(description=_("Event"), ordering="name")
    def event_name(self, row: Refusal) -> SafeString:
        """Its name and message id, as far as it had them."""
        return format_html(
            '<span class="k-who">{}<small>{}</small></span>',
            event_title(row.name) or gettext("Unreadable"),
            row.message_id,
        )

    @display(description=_("Why"))
    def why(self, row: Any) -> SafeString:
        """The problem in words."""
        title, detail = in_words(row.problem, row.currency)
        return format_html('<span class="k-who">{}<small>{}</small></span>', title, detail)

    @display(description=_("Source"), ordering="source")
    def sender(self, row: Refusal) -> str:
        """Where it came from."""
        return row.source

    @display(description=_("Received"), ordering="received_at")
    def received(self, row: Refusal) -> str:
        """When it came."""
        return figures.moment(row.received_at)

    @display(description=_("State"))
    def state_tag(self, row: Refusal) -> SafeString:
        """Its state."""
        return state_tag(row)

    @action(description=_("Drop what is chosen"), permissions=["change"])
    def drop_chosen(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Give up on several at once."""
        dropped = 0
        for number in queryset.filter(state__in=[Refusal.OPEN, Refusal.WAITING]).values_list("pk", flat=True):
            dropped += _drop(number, person(request))
        said = ngettext("%(count)s event was dropped.", "%(count)s events were dropped.", dropped)
        messages.success(request, said % {"count": dropped})

    @action(description=_("Take the drop back"), permissions=["change"])
    def reopen_chosen(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Open again what was dropped."""
        opened = sum(quarantine.reopen(number) for number in queryset.values_list("pk", flat=True))
        said = ngettext("%(count)s event is open again.", "%(count)s events are open again.", opened)
        messages.success(request, said % {"count": opened})

    def get_urls(self) -> list[Any]:
        """What a person may do with one, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("<int:refusal_id>/drop/", view(self.drop_view), name="refusal_drop"),
            path("<int:refusal_id>/reopen/", view(self.reopen_view), name="refusal_reopen"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One refused event: what it said, what was wrong, and a box to mend it in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = number_in(object_id)
        row = get_object_or_404(Refusal.objects.select_related("settled_by"), pk=number)
        body, details = text_of(row.body), row.problem
        tried = False
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            body, tried = request.POST.get("body", ""), True
            try:
                outcome = mend(row.pk, body, person(request))
            except Problem as problem:
                details = problem.as_json()
            except Refusal.DoesNotExist:
                messages.warning(request, gettext("Somebody has settled it already."))
                return redirect(request.path)
            else:
                return self._mended(request, outcome)
        programme = programme_of(request)
        title, detail = in_words(details, programme.currency if programme else "")
        try:
            shown: Any = msgspec.json.decode(body)
        except msgspec.DecodeError:
            shown = None
        field = str(details.get("field") or "")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": event_title(row.name) or gettext("Unreadable"),
            "refusal": row,
            "state": state_tag(row),
            "unsettled": row.state in (Refusal.OPEN, Refusal.WAITING),
            "may_mend": self.has_change_permission(request),
            "tried": tried,
            "problem_title": title,
            "problem_detail": detail,
            "field": field,
            "marked": marked(row.body if shown is None or not tried else shown, field),
            "body": body,
        }
        return TemplateResponse(request, "console/quarantine/page.html", context)

    def _mended(self, request: HttpRequest, outcome: Any) -> HttpResponse:
        if outcome.event_id is None:
            messages.success(request, gettext("Taken: it waits for its order now."))
            return redirect(reverse("admin:events_refusal_changelist"))
        messages.success(request, gettext("Mended and taken in as event %(number)s.") % {"number": outcome.event_id})
        return redirect(reverse("admin:events_event_change", args=[outcome.event_id]))

    def drop_view(self, request: HttpRequest, refusal_id: int) -> HttpResponse:
        """Give up on one."""
        self._must_change(request)
        if _drop(refusal_id, person(request)):
            messages.success(request, gettext("Dropped. It can be taken back from its page."))
        return redirect(reverse("admin:events_refusal_change", args=[refusal_id]))

    def reopen_view(self, request: HttpRequest, refusal_id: int) -> HttpResponse:
        """Take a drop back."""
        self._must_change(request)
        if quarantine.reopen(refusal_id):
            messages.success(request, gettext("It is open again."))
        return redirect(reverse("admin:events_refusal_change", args=[refusal_id]))

    def _must_change(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


def person(request: HttpRequest) -> User:
    """Who is at the console; nobody gets as far as this without signing in."""
    assert isinstance(request.user, User)
    return request.user


def _drop(number: int, by: User) -> bool:
    """Whether it was there to be dropped."""
    try:
        quarantine.drop(number, by)
    except Refusal.DoesNotExist:
        return False
    return True


def in_words(problem: Mapping[str, Any], currency: str) -> tuple[str, str]:
    """Title and detail of a problem, amounts in the shop's money where there is one."""
    return words(problem, (lambda minor: figures.money(minor, currency)) if currency else None)


def state_tag(row: Refusal) -> SafeString:
    """The state as a tag."""
    return format_html('<span class="k-tag k-tag-{}">{}</span>', _STATE_KINDS[row.state], row.get_state_display())

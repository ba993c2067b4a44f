"""Batches of coupons: the list, a form for a new one, and a page each with how far it is and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.coupons import page
from regulars.console.coupons.forms import BatchForm
from regulars.console.member_actions import problem_words
from regulars.coupons import batches, reads
from regulars.coupons.models import Batch
from regulars.flow.coupons import beginning
from regulars.flow.coupons.beginning import Begun
from regulars.flow.coupons.known import known
from regulars.flow.coupons.once import Asked
from regulars.flow.problems import Problem
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin

SOURCE = "console"
UNFIT_SHOWN = 200
_STATE_KINDS = {Batch.MAKING: "warn", Batch.READY: "good", Batch.STOPPED: "none"}
_CHOICES_MAX = 100


class CouponFilter(admin.SimpleListFilter):
    """By the coupon's key."""

    title = _("coupon")
    parameter_name = "key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The keys that have batches."""
        keys = Batch.objects.order_by("key").values_list("key", flat=True).distinct()[:_CHOICES_MAX]
        return [(key, key) for key in keys]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one."""
        return queryset.filter(key=self.value()) if self.value() else queryset


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Batches, the newest first; a form for a new one; a page each."""

    list_display = ("name", "coupon", "sort", "state_tag", "n_made", "created", "by")
    list_display_links = ("name",)
    list_filter = (("kind", admin.ChoicesFieldListFilter), ("state", admin.ChoicesFieldListFilter), CouponFilter)
    list_select_related = ("created_by",)
    search_fields = ("name", "key")
    search_help_text = _("Name, coupon, or a whole code")
    ordering = ("-pk",)
    show_add_link = True
    add_words = _("New batch")
    empty_words = _("A batch is coupons made together: codes to hand out, or a number that members may claim.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Marketers and admins make batches."""
        return request.user.has_perm("coupons.add_batch")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By name or key; a whole code finds the batch it is of."""
        found = reads.by_codes([search_term]) if search_term.strip() and "\0" not in search_term else {}
        if found:
            return queryset.filter(pk__in=[coupon.batch_id for coupon in found.values()]), False
        return super().get_search_results(request, queryset, search_term)

    @display(description=_("Coupon"), ordering="key")
    def coupon(self, row: Batch) -> SafeString:
        """The key in the offers file."""
        return format_html('<span class="k-mono">{}</span>', row.key)

    @display(description=_("Kind"), ordering="kind")
    def sort(self, row: Batch) -> str:
        """Codes, claimed or given."""
        return str(capfirst(row.get_kind_display()))

    @display(description=_("State"), ordering="state")
    def state_tag(self, row: Batch) -> SafeString:
        """Whether it is being made."""
        return state_tag(row)

    @display(description=_("Made"), ordering="made")
    def n_made(self, row: Batch) -> SafeString:
        """So many of so many."""
        return format_html('<span class="k-number">{} / {}</span>', figures.whole(row.made), figures.whole(row.wanted))

    @display(description=_("Created"), ordering="created_at")
    def created(self, row: Batch) -> str:
        """When."""
        return figures.moment(row.created_at)

    @display(description=_("By"))
    def by(self, row: Batch) -> str:
        """Who; those of the API and of the offers file are nobody's."""
        return person(row)

    def get_urls(self) -> list[Any]:
        """The batch page's own parts and actions, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("<int:batch_id>/progress/", view(page.progress), name="coupons_batch_progress"),
            path("<int:batch_id>/codes.csv", view(page.export), name="coupons_batch_export"),
            path("<int:batch_id>/stop/", view(self.stop_view), name="coupons_batch_stop"),
            path("<int:batch_id>/go-on/", view(self.go_on_view), name="coupons_batch_go_on"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new batch; of imported codes, the report of what was taken and what not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        found = known()
        if request.method != "POST":
            initial = {"once": uuid4(), "coupon": request.GET.get("coupon", "")}
            form = BatchForm(initial=initial, found=found)
        else:
            form = BatchForm(request.POST, request.FILES, found=found)
            if form.is_valid():
                try:
                    begun = self._begin(request, form)
                except Problem as problem:
                    form.refuse(problem.field, problem_words(problem))
                else:
                    return self._begun(request, begun)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("New batch of coupons"),
            "form": form,
            "has_coupons": bool(found.coupons),
        }
        return TemplateResponse(request, "console/coupons/new.html", context)

    def _begin(self, request: HttpRequest, form: BatchForm) -> Begun:
        asked = Asked(SOURCE, f"batch-{form.once_id}", request.user.get_username())
        begun = beginning.begin(form.wanted(), asked, request.user.pk)
        _note(request, begun.batch, ADDITION, f"{begun.batch.kind} {begun.batch.key}: {begun.batch.wanted}")
        return begun

    def _begun(self, request: HttpRequest, begun: Begun) -> HttpResponse:
        if begun.unfit:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("What was taken"),
                "batch": begun.batch,
                "unfit": begun.unfit[:UNFIT_SHOWN],
                "unfit_count": len(begun.unfit),
            }
            return TemplateResponse(request, "console/coupons/report.html", context)
        messages.success(request, gettext("The batch is begun."))
        return redirect(reverse("admin:coupons_batch_change", args=[begun.batch.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The batch's page, in place of the admin's form."""
        batch = page.batch_or_404(request, number_in(object_id))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": batch.name}
        context |= {"state": state_tag(batch), "by": person(batch), **page.context(request, batch)}
        return TemplateResponse(request, "console/coupons/page.html", context)

    def stop_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Make and give no more."""
        batch = _to_change(request, batch_id)
        if batches.stop(batch_id):
            _note(request, batch, CHANGE, "stopped")
            messages.success(request, gettext("The batch is stopped. What is out stays good."))
        return redirect(reverse("admin:coupons_batch_change", args=[batch_id]))

    def go_on_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """Take a stopped batch up again."""
        batch = _to_change(request, batch_id)
        if batches.go_on(batch_id):
            _note(request, batch, CHANGE, "taken up again")
            messages.success(request, gettext("The batch goes on."))
        return redirect(reverse("admin:coupons_batch_change", args=[batch_id]))


def state_tag(row: Batch) -> SafeString:
    """The state as a tag."""
    return format_html('<span class="k-tag k-tag-{}">{}</span>', _STATE_KINDS[row.state], row.get_state_display())


def person(row: Batch) -> str:
    """Who began a batch."""
    if row.created_by is not None:
        return row.created_by.get_full_name() or row.created_by.get_username()
    return gettext("offers file") if (row.message_id or "").startswith("offers/") else gettext("API")


def _to_change(request: HttpRequest, batch_id: int) -> Batch:
    if request.method != "POST" or not request.user.has_perm("coupons.change_batch"):
        raise PermissionDenied
    batch = reads.batch(batch_id)
    if batch is None:
        raise Http404
    return batch


def _note(request: HttpRequest, batch: Batch, flag: int, what: str) -> None:
    """Who did it, in the admin's own record."""
    assert request.user.pk is not None
    LogEntry.objects.log_actions(request.user.pk, [batch], flag, change_message=what, single_object=True)

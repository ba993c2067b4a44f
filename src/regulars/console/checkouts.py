"""Checkouts: prices that are kept, orders they became, and each number of them explained."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from regulars.checkouts import reads as checkouts
from regulars.checkouts.models import Checkout
from regulars.console.member_actions import SOURCE, problem_words
from regulars.flow.checkout import settle
from regulars.flow.checkout.explained import explained
from regulars.flow.problems import Problem
from regulars.members.models import OutsideId
from regulars.members.reads import shop_id_of
from regulars.screens import figures
from regulars.screens.read_only import ReadOnlyAdmin

_LOOKS = {Checkout.RESERVED: "k-tag-warn", Checkout.COMMITTED: "k-tag-good"}


class CheckoutChangeList(ChangeList):
    """Adds the shop's member ids to one page of checkouts."""

    def get_results(self, request: HttpRequest) -> None:
        """The page's checkouts, each with ``shop_id``."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        shop_ids = shop_id_of({row.member_id for row in rows})
        for row in rows:
            row.shop_id = shop_ids.get(row.member_id)
        self.result_list = rows


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    """Checkouts, newest first, and a page each."""

    list_display = ("order", "member_link", "state_tag", "total", "paid", "made")
    list_filter = ("state",)
    search_fields = ("pk",)  # shows the box; ``get_search_results`` does the work
    search_help_text = _("Order, member's shop id, or checkout id")
    ordering = ("-created_at",)
    list_max_show_all = 0
    empty_words = _("Prices that the shop keeps for its customers appear here.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows the shop's ids."""
        return CheckoutChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Without what only a checkout's own page shows."""
        return super().get_queryset(request).defer("cart", "answer", "body_hash")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By an order's id, a member's, or the checkout's own."""
        text = search_term.strip()
        if not text:
            return queryset, False
        members = OutsideId.objects.filter(kind=OutsideId.USER, value=text).values_list("member_id", flat=True)
        found = Q(order_id=text) | Q(member_id__in=list(members))
        own = checkouts.find(text)
        return queryset.filter(found | Q(pk=own.pk) if own is not None else found), False

    @display(description=_("Order"))
    def order(self, row: Checkout) -> SafeString:
        """The order's id, and the beginning of the checkout's."""
        name = row.order_id or gettext("no order yet")
        return format_html('<span class="k-who">{}<small class="k-mono">{}…</small></span>', name, str(row.pk)[:8])

    @display(description=_("Member"))
    def member_link(self, row: Any) -> Any:
        """Whose it is."""
        url = reverse("admin:members_member_change", args=[row.member_id])
        return format_html('<a class="k-link" href="{}">{}</a>', url, row.shop_id or f"#{row.member_id}")

    @display(description=_("State"), ordering="state")
    def state_tag(self, row: Checkout) -> SafeString:
        """Where it stands."""
        return state_tag(row)

    @display(description=_("Total"), ordering="total_minor")
    def total(self, row: Checkout) -> str:
        """What it costs."""
        return figures.money(row.total_minor, row.currency)

    @display(description=_("Paid in money"))
    def paid(self, row: Checkout) -> str:
        """What is paid neither with points nor with gift cards."""
        return figures.money(row.to_pay_minor, row.currency)

    @display(description=_("Made"), ordering="created_at")
    def made(self, row: Checkout) -> str:
        """When the price was asked for."""
        return figures.moment(row.created_at)

    def get_urls(self) -> list[Any]:
        """Cancelling, before the admin's addresses."""
        cancel = self.admin_site.admin_view(self.cancel_view)
        return [path("<uuid:checkout_id>/cancel/", cancel, name="checkouts_checkout_cancel"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One checkout: every line, every discount, what is set aside and what came back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = checkouts.find(object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        view = explained(row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": view.order_id or gettext("Checkout"),
            "checkout": row,
            "view": view,
            "state": state_tag(row),
            "shop_id": shop_id_of([row.member_id]).get(row.member_id),
            "claims": row.claims.order_by("offer", "member_id"),
            "may_cancel": row.state == Checkout.RESERVED and request.user.has_perm("checkouts.change_checkout"),
        }
        return TemplateResponse(request, "console/checkout/page.html", context)

    def cancel_view(self, request: HttpRequest, checkout_id: Any) -> HttpResponse:
        """Give back what a checkout has set aside; asked for on its page, which says what that means."""
        if request.method != "POST" or not request.user.has_perm("checkouts.change_checkout"):
            raise PermissionDenied
        try:
            settle.cancel(checkout_id, f"{SOURCE}/{request.user.get_username()}", timezone.now())
        except Problem as refused:
            messages.error(request, problem_words(refused))
        else:
            messages.success(request, gettext("Everything that was set aside went back."))
        return redirect(reverse("admin:checkouts_checkout_change", args=[checkout_id]))


def state_tag(row: Checkout) -> SafeString:
    """The state as a tag."""
    look = _LOOKS.get(row.state, "")
    return format_html('<span class="k-tag {}">{}</span>', look, row.get_state_display())

"""Gifts that members took for points, with what is left to be sent; and what they gave to charity."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from regulars.console.of_members import KeyFilter, OfMembers
from regulars.flow.kinds import words
from regulars.flow.problems import Problem
from regulars.flow.rewards import gifts
from regulars.rewards.models import Donation, Redemption, Tally
from regulars.screens import figures
from regulars.screens.figures import in_language
from regulars.screens.numbers import number_in

SOURCE = "console"
_PROJECTS_MAX = 100
_STATE_KINDS = {Redemption.ORDERED: "warn", Redemption.HANDED_OVER: "good", Redemption.CANCELLED: "none"}


class StateFilter(admin.SimpleListFilter):
    """By state; what is to be sent comes first, because that is what people come for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The other states, and everything."""
        return [*Redemption.STATES[1:], ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is "to be sent" instead of "all"."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": Redemption.STATES[0][1]}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to a state."""
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or Redemption.ORDERED)


class GiftFilter(KeyFilter):
    """By gift."""

    title = _("gift")
    parameter_name = column = "gift"
    model = Redemption


class CharityFilter(KeyFilter):
    """By project."""

    title = _("charity project")
    parameter_name = column = "charity"
    model = Tally


@admin.register(Redemption)
class RedemptionAdmin(OfMembers):
    """Gifts taken for points, the newest first; one page each to hand it over or cancel it."""

    list_display = ("gift_name", "member", "price", "state_tag", "ordered", "by")
    list_display_links = ("gift_name",)
    list_filter = (StateFilter, GiftFilter)
    empty_words = _("No gift waits to be sent.")
    actions = ("hand_over_chosen",)
    csv_columns = (
        *("id", "shop_id", "gift", "name", "kind", "product_id", "sku", "coupon_id", "points", "currency"),
        *("state", "ordered_at", "settled_at", "settled_by", "reason"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Service staff and admins settle what is here."""
        return request.user.has_perm("rewards.change_redemption")

    @display(description=_("Gift"), ordering="gift")
    def gift_name(self, row: Redemption) -> SafeString:
        """What it was called, and its number."""
        detail = " · ".join(filter(None, [f"#{row.pk}", row.sku or row.product_id]))
        return format_html('<span class="k-who">{}<small>{}</small></span>', in_language(row.name, row.gift), detail)

    @display(description=_("Points"), ordering="points")
    def price(self, row: Redemption) -> str:
        """What it cost."""
        return figures.whole(row.points)

    @display(description=_("State"))
    def state_tag(self, row: Redemption) -> SafeString:
        """Its state."""
        return state_tag(row)

    @display(description=_("Ordered"), ordering="ordered_at")
    def ordered(self, row: Redemption) -> str:
        """When."""
        return figures.moment(row.ordered_at)

    @display(description=_("By"))
    def by(self, row: Redemption) -> str:
        """Who handed it over or cancelled it."""
        return row.settled_by

    @action(description=_("Mark as handed over"), permissions=["change"])
    def hand_over_chosen(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Several at once, as a parcel round goes."""
        done = 0
        for number in queryset.filter(state=Redemption.ORDERED).order_by("pk").values_list("pk", flat=True):
            done += not _tried(request, lambda number=number: _hand_over(request, number))
        said = ngettext("%(count)s gift was handed over.", "%(count)s gifts were handed over.", done)
        messages.success(request, said % {"count": done})

    def get_urls(self) -> list[Any]:
        """What a person may do with one, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("<int:number>/hand-over/", view(self.hand_over_view), name="redemption_hand_over"),
            path("<int:number>/cancel/", view(self.cancel_view), name="redemption_cancel"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One gift: what, whose, when; to hand over or to cancel."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = number_in(object_id)
        row = get_object_or_404(self.get_queryset(request), pk=number)
        open_coupon = row.kind == Redemption.COUPON and row.state == Redemption.HANDED_OVER
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": in_language(row.name, row.gift),
            "row": row,
            "state": state_tag(row),
            "may_settle": self.has_change_permission(request),
            "to_send": row.state == Redemption.ORDERED,
            "to_cancel": row.state == Redemption.ORDERED or open_coupon,
            "reason_max": gifts.REASON_MAX,
        }
        return TemplateResponse(request, "console/rewards/redemption.html", context)

    def hand_over_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The member has it."""
        self._must_change(request)
        if not _tried(request, lambda: _hand_over(request, number)):
            messages.success(request, gettext("The gift is handed over."))
        return redirect(reverse("admin:rewards_redemption_change", args=[number]))

    def cancel_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Not to be sent; with a reason."""
        self._must_change(request)
        reason, author = request.POST.get("reason", ""), request.user.get_username()
        if not _tried(request, lambda: gifts.cancel(number, reason, f"cancel-{number}", SOURCE, author)):
            messages.success(request, gettext("The gift is cancelled; the points are back."))
        return redirect(reverse("admin:rewards_redemption_change", args=[number]))

    def _must_change(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


@admin.register(Donation)
class DonationAdmin(OfMembers):
    """What members gave to charity projects, the newest first, under what each project has."""

    list_display = ("project", "member", "given", "money_given", "when")
    list_display_links = None
    list_filter = (CharityFilter,)
    empty_words = _("Nobody has given points yet.")
    csv_columns = ("id", "shop_id", "charity", "name", "points", "currency", "amount_minor", "money", "at")

    @display(description=_("Project"), ordering="charity")
    def project(self, row: Donation) -> str:
        """What it was called."""
        return in_language(row.name, row.charity)

    @display(description=_("Points"), ordering="points")
    def given(self, row: Donation) -> str:
        """How many."""
        return figures.whole(row.points)

    @display(description=_("Money"), ordering="amount_minor")
    def money_given(self, row: Donation) -> str:
        """What the shop gives for them."""
        return figures.money(row.amount_minor, row.money) if row.amount_minor else ""

    @display(description=_("When"), ordering="at")
    def when(self, row: Donation) -> str:
        """When."""
        return figures.moment(row.at)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, under the sums."""
        currency = Donation.objects.order_by("-pk").values_list("money", flat=True).first() or "CNY"
        latest = Donation.objects.order_by("charity", "-pk").distinct("charity")
        names = dict(latest.values_list("charity", "name"))
        sums = [
            {
                "project": in_language(names.get(tally.charity, {}), tally.charity),
                "points": figures.whole(tally.points),
                "money": figures.money(tally.amount_minor, currency) if tally.amount_minor else "",
                "donors": figures.whole(tally.donors),
            }
            for tally in Tally.objects.filter(member_id=0).order_by("-points")[:_PROJECTS_MAX]
        ]
        return super().changelist_view(request, {"sums": sums, **(extra_context or {})})


def _hand_over(request: HttpRequest, number: int) -> Redemption:
    return gifts.hand_over(number, f"hand-over-{number}", SOURCE, request.user.get_username())


def _tried(request: HttpRequest, work: Any) -> bool:
    """Whether it was refused; then the person is told why."""
    try:
        work()
    except Problem as problem:
        title, detail = words(problem.as_json())
        messages.error(request, detail or title)
        return True
    return False


def state_tag(row: Redemption) -> SafeString:
    """The state as a tag."""
    return format_html('<span class="k-tag k-tag-{}">{}</span>', _STATE_KINDS[row.state], row.get_state_display())

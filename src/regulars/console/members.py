"""The list of members: find one, or look at some."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from regulars.console import member_actions, member_explain, member_page, member_sorts
from regulars.console.coupons import member as member_coupons
from regulars.console.exports import Column, CsvExport
from regulars.console.member_columns import MEMBER_COLUMNS, PERSONAL_COLUMNS
from regulars.console.member_filters import DebtFilter, ExpiringFilter, GraceFilter, KnownFilter, TierFilter
from regulars.console.portrait import page as portrait_page
from regulars.console.reads import programme_of
from regulars.console.tiers import badge
from regulars.events.models import Event
from regulars.members import personal
from regulars.members.models import Member, OutsideId
from regulars.members.reads import shop_id_of
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin

FOUND_MAX = 1000
SEE_PERSONAL_DATA = "members.view_personaldata"


class MemberChangeList(ChangeList):
    """Adds to the members of one page what other rooms know of them: a few queries, however long the list.

    Members without a value come last, whichever way the list is sorted.
    """

    def get_results(self, request: HttpRequest) -> None:
        """The page's members, each with ``shop_id``, ``personal_data`` and ``last_at``."""
        sort = member_sorts.chosen(self)
        if sort is not None:
            self.queryset = self.queryset.order_by(sort.order(), "-pk")  # type: ignore[has-type]
        super().get_results(request)
        first = (self.page_num - 1) * self.list_per_page
        everybody_by = main_currency(request) if self._is_everybody() else None
        rows = member_sorts.page(sort, self.queryset, first, self.list_per_page, everybody_by) if sort else []
        if not rows:
            rows = list(self.result_list)  # type: ignore[has-type]
        self.result_list = with_what_is_known(request, rows)

    def _is_everybody(self) -> bool:
        """Whether nothing narrows the list."""
        return not self.query and not any(spec.used_parameters for spec in self.filter_specs)


def main_currency(request: HttpRequest) -> str:
    """The key of the points that pay, of which the list shows the balance; empty when there are none."""
    programme = programme_of(request)
    return next((currency.key for currency in programme.points if currency.spendable), "") if programme else ""


def with_what_is_known(request: HttpRequest, rows: list[Any]) -> list[Any]:
    """Members with ``shop_id``, ``last_at`` and, if this person may see it, ``personal_data``."""
    ids = [row.pk for row in rows]
    shop_ids = shop_id_of(ids)
    people = personal.of(ids) if request.user.has_perm(SEE_PERSONAL_DATA) else {}
    theirs = Event.objects.filter(member=OuterRef("pk"), fact=False).order_by().values("member")
    newest = theirs.annotate(at=Max("effective_at")).values("at")  # an import brings what is long past
    last = dict(Member.objects.filter(pk__in=ids).annotate(last_at=Subquery(newest)).values_list("pk", "last_at"))
    programme = programme_of(request)
    for row in rows:
        row.programme = programme
        row.shop_id = shop_ids.get(row.pk)
        row.personal_data = people.get(row.pk, {})
        row.last_at = last.get(row.pk)
    return rows


@admin.register(Member)
class MemberAdmin(CsvExport, ReadOnlyAdmin):
    """Members: a list to search, and one page for each that answers what people ask about them."""

    list_display = ("who", "tier", "n_available", "n_pending", "n_spent", "last_event")
    list_filter = (TierFilter, DebtFilter, GraceFilter, ExpiringFilter, KnownFilter)
    search_fields = ("pk",)  # shows the box; ``get_search_results`` does the work
    search_help_text = _("Shop id, name, e-mail, phone, or #number")
    ordering = ("-pk",)
    list_max_show_all = 0
    export_name = "members"
    empty_words = _("Members appear with their first event that names them.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows what other rooms know."""
        return MemberChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Everybody once (joined visitors are shown as whom they turned out to be), with standing and main balance."""
        return (
            super()
            .get_queryset(request)
            .filter(merged_into__isnull=True)
            .select_related("standing")
            .annotate(
                main=FilteredRelation("balance", condition=Q(balance__currency=main_currency(request))),
                available=F("main__available"),
                pending=F("main__pending"),
            )
        )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Members by the shop's id (whole, or how it begins), by their personal data, or ``#`` and our own number."""
        text = search_term.strip()
        if not text:
            return queryset, False
        if text.startswith("#"):
            return queryset.filter(pk=number_in(text[1:])), False
        named = OutsideId.objects.filter(kind=OutsideId.USER, value__startswith=text)
        visitor = OutsideId.objects.filter(kind=OutsideId.ANONYMOUS, value=text)
        found = {*named.values_list("member_id", flat=True)[:FOUND_MAX], *visitor.values_list("member_id", flat=True)}
        exact = OutsideId.objects.filter(kind=OutsideId.USER, value=text).exists()
        if not exact and request.user.has_perm(SEE_PERSONAL_DATA):
            # Looking through names takes a second or two with a million members; a whole shop id needs no such look.
            found |= set(personal.find(text, FOUND_MAX))
        # A visitor who was joined is found under the member they became.
        became = Member.objects.filter(pk__in=found, merged_into__isnull=False).values_list("merged_into", flat=True)
        return queryset.filter(pk__in=found | set(became)), False

    def export_columns(self, request: HttpRequest) -> list[Column]:
        """What the list shows, names and addresses only for who may see them."""
        columns = MEMBER_COLUMNS
        if request.user.has_perm(SEE_PERSONAL_DATA):
            columns = [*columns, *PERSONAL_COLUMNS]
        return columns

    def export_rows(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """As on the list."""
        return with_what_is_known(request, rows)

    @display(description=_("Who"), ordering="pk")
    def who(self, member: Any) -> SafeString:
        """The shop's id, the name below, and our own number."""
        name = member.personal_data.get("name") or ""
        return format_html(
            '<span class="k-who">{}<small>{}{}#{}</small></span>',
            member.shop_id or gettext("Visitor"),
            name,
            " · " if name else "",
            member.pk,
        )

    @display(description=_("Tier"), ordering="standing__since")
    def tier(self, member: Any) -> SafeString:
        """The level, and whether it is in grace."""
        row = getattr(member, "standing", None)
        return badge(row.level if row else "", member.programme, in_grace=bool(row and row.in_grace))

    @display(description=_("Available"), ordering="available")
    def n_available(self, member: Any) -> SafeString:
        """Points to spend now, of the currency that pays."""
        return _number(member.available)

    @display(description=_("Pending"), ordering="pending")
    def n_pending(self, member: Any) -> SafeString:
        """Points that are not available yet."""
        return _number(member.pending)

    @display(description=_("Spent in the window"), ordering="standing__spent_minor")
    def n_spent(self, member: Any) -> SafeString:
        """What counted toward tiers when the member was last decided for."""
        row = getattr(member, "standing", None)
        if row is None or member.programme is None:
            return _number(None)
        return format_html(
            '<span class="k-number">{}</span>', figures.money(row.spent_minor, member.programme.currency)
        )

    @display(description=_("Last event"))
    def last_event(self, member: Any) -> str:
        """How long ago something of theirs came in."""
        return figures.ago(member.last_at, timezone.now()) if member.last_at else "–"

    def get_urls(self) -> list[Any]:
        """The member page's own parts and actions, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("<int:member_id>/portrait/", view(portrait_page.page), name="portrait"),
            path("<int:member_id>/portrait/timeline/", view(portrait_page.more), name="portrait_timeline"),
            path("<int:member_id>/history/", view(member_page.history), name="member_history"),
            path("<int:member_id>/explain/", view(member_explain.explain), name="member_explain"),
            path("<int:member_id>/timeline/", view(member_page.timeline), name="member_timeline"),
            path("<int:member_id>/adjust/", view(member_actions.adjust), name="member_adjust"),
            path("<int:member_id>/holds/<int:hold_id>/release/", view(member_actions.release), name="member_release"),
            path("<int:member_id>/coupons/give/", view(member_coupons.give), name="member_coupon_give"),
            path(
                "<int:member_id>/coupons/<int:coupon_id>/withdraw/",
                view(member_coupons.withdraw),
                name="member_coupon_withdraw",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The member page, in place of the admin's form."""
        return member_page.page(request, object_id)


def _number(points: int | None) -> SafeString:
    return format_html('<span class="k-number">{}</span>', "–" if points is None else figures.whole(points))


def member_url(member_id: int) -> str:
    """The address of a member's page."""
    return reverse("admin:members_member_change", args=[member_id])

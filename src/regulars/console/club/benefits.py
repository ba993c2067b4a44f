"""Benefits: each use of what a tier brings, how much is left, and a use recorded or taken back by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.console.member_page import member_or_404
from regulars.console.of_members import KeyFilter, OfMembers
from regulars.console.reads import programme_of
from regulars.flow import benefits, phrases
from regulars.flow.benefit_returns import REASON_MAX, take_back
from regulars.flow.kinds import words
from regulars.flow.problems import Problem
from regulars.members.models import Member
from regulars.members.reads import by_shop_id
from regulars.programmes.reads import microseconds
from regulars.rules.days import local_day, midnights, window_of
from regulars.rules.flat import PER
from regulars.rules.programme import Benefit, Programme
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.tiers.models import BenefitUse, Use

SOURCE = "console"
_MONTHS = 12


class WhichFilter(KeyFilter):
    """By benefit."""

    title = _("benefit")
    parameter_name = column = "key"
    model = Use


class MonthFilter(admin.SimpleListFilter):
    """By the month of the use."""

    title = _("month")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The last months, this one first."""
        today = timezone.localdate()
        months = [today.year * 12 + today.month - 1 - back for back in range(_MONTHS)]
        firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
        return [(f"{first:%Y-%m}", phrases.month(first)) for first in firsts]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one."""
        known = {key for key, _name in self.lookup_choices}
        if self.value() not in known:
            return queryset
        year, month = map(int, str(self.value()).split("-"))
        return queryset.filter(used_at__gte=_midnight(year, month), used_at__lt=_midnight(year, month + 1))


@admin.register(Use)
class UseAdmin(OfMembers):
    """Uses of benefits, the newest first, under how often each was used."""

    list_before_template = "console/club/benefits_above.html"
    list_filter = (WhichFilter, MonthFilter)
    empty_words = _("No benefit has been used yet.")
    csv_columns = (
        *("id", "shop_id", "member_id", "key", "event_id", "used_at"),
        *("taken_back_at", "taken_back_by", "reason"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Service staff and admins record uses and take them back."""
        return request.user.has_perm("tiers.change_use")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with how often the member has used the benefit in its present period."""
        programme = programme_of(request)
        found = [one for one in programme.benefits if one.at_most] if programme else []
        whens = [When(key=one.key, then=Value(_window_now(one, programme))) for one in found if programme]
        window = Case(*whens, default=Value(0), output_field=IntegerField())
        counted = BenefitUse.objects.filter(member_id=OuterRef("member_id"), key=OuterRef("key"))
        times = Subquery(counted.filter(window=OuterRef("window_now")).values("times")[:1])
        return super().get_queryset(request).annotate(window_now=window).annotate(times_now=times)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, under the sums of this month and the way to record a use."""
        programme = programme_of(request)
        today = timezone.localdate()
        first = _midnight(today.year, today.month)
        stands = Q(taken_back_at=None)
        sums = (
            Use.objects.values_list("key")
            .annotate(
                month=Count("id", filter=stands & Q(used_at__gte=first)),
                members=Count("member", filter=stands, distinct=True),
                ever=Count("id", filter=stands),
            )
            .order_by("-ever", "key")
        )
        context = {
            "sums": [
                {"name": name_of(key, programme), "key": key, "month": month, "members": members, "ever": ever}
                for key, month, members, ever in sums
            ],
            "may_record": self.has_change_permission(request),
            "benefits": [(key, name_of(key, programme)) for key in every_key(programme)],
            "once": uuid4(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the names and limits of the programme in force."""
        programme = programme_of(request)

        @display(description=_("Benefit"), ordering="key")
        def benefit(row: Use) -> SafeString:
            return format_html(
                '<span class="k-who">{}<small>{}</small></span>', name_of(row.key, programme), f"#{row.pk}"
            )

        @display(description=_("Left now"))
        def left(row: Use) -> str:
            return left_now(row, programme)

        return (benefit, "whose", "used", "state", left)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The benefit leads to the use."""
        return list_display[:1]

    @display(description=_("Used"), ordering="used_at")
    def used(self, row: Use) -> str:
        """When."""
        return figures.moment(row.used_at)

    @display(description=_("State"))
    def state(self, row: Use) -> SafeString | str:
        """Whether it was taken back."""
        if row.taken_back_at is None:
            return ""
        return format_html('<span class="k-tag k-tag-none">{}</span>', _("taken back"))

    def get_urls(self) -> list[Any]:
        """Recording and taking back, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("record/", view(self.record_view), name="tiers_use_record"),
            path("<int:number>/take-back/", view(self.take_back_view), name="tiers_use_take_back"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One use: whose, when, and taking it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = number_in(object_id)
        row = get_object_or_404(self.get_queryset(request), pk=number)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": name_of(row.key, programme_of(request)),
            "row": row,
            "left": left_now(row, programme_of(request)),
            "may_take_back": self.has_change_permission(request) and row.taken_back_at is None,
            "too_old": row.window is None,
            "reason_max": REASON_MAX,
        }
        return TemplateResponse(request, "console/club/use.html", context)

    def record_view(self, request: HttpRequest) -> HttpResponse:
        """A use that happened at the counter or on the phone."""
        self._must_change(request)
        key, own = request.POST.get("benefit", ""), request.POST.get("id", "")
        shop_id = request.POST.get("member", "").strip()
        if own:
            member: Member | None = member_or_404(request, own)
        else:
            member = by_shop_id(shop_id) if shop_id and "\0" not in shop_id else None
        if member is None:
            messages.error(request, gettext("No member has the shop's id “%(id)s”.") % {"id": shop_id})
        else:
            try:
                found = benefits.use(member.pk, key, SOURCE, f"use-{_once(request)}-{key}"[:200])
            except Problem as problem:
                title, detail = words(problem.as_json())
                messages.error(request, detail or title)
            else:
                messages.success(request, _recorded(found))
            if own:
                return redirect(f"{reverse('admin:members_member_change', args=[member.pk])}#h-benefits")
        return redirect("admin:tiers_use_changelist")

    def take_back_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """A use that was recorded by mistake."""
        self._must_change(request)
        try:
            take_back(number, request.POST.get("reason", ""), request.user.get_username())
        except Problem as problem:
            title, detail = words(problem.as_json())
            messages.error(request, detail or title)
        else:
            messages.success(request, gettext("The use is taken back; it counts no more."))
        return redirect(reverse("admin:tiers_use_change", args=[number]))

    def _must_change(self, request: HttpRequest) -> None:
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied


def every_key(programme: Programme | None) -> list[str]:
    """The benefits that some level brings, lowest level first."""
    levels = programme.tiers.levels if programme and programme.tiers else ()
    return list(dict.fromkeys(key for level in levels for key in level.benefits))


def name_of(key: str, programme: Programme | None) -> str:
    """What a benefit is called in the active language."""
    described = _described(key, programme)
    return phrases.named(described.name, key) if described and described.name else phrases.benefit(key)


def left_now(row: Any, programme: Programme | None) -> str:
    """How often its member may still use the benefit in the present period."""
    described = _described(row.key, programme)
    if described is None or described.at_most is None:
        return gettext("no limit")
    return figures.whole(max(0, described.at_most.limit - (row.times_now or 0)))


def _described(key: str, programme: Programme | None) -> Benefit | None:
    return next((one for one in programme.benefits if one.key == key), None) if programme else None


def _window_now(one: Benefit, programme: Programme) -> int:
    assert one.at_most is not None
    day = local_day(midnights(programme.time_zone), microseconds(timezone.now()))
    return window_of(day, PER[one.at_most.per])


def _recorded(found: benefits.Entitlement) -> str:
    if found.left is None:
        return gettext("The use of “%(benefit)s” is recorded.") % {"benefit": found.name}
    said = ngettext(
        "The use of “%(benefit)s” is recorded; %(left)s is left in this period.",
        "The use of “%(benefit)s” is recorded; %(left)s are left in this period.",
        found.left,
    )
    return said % {"benefit": found.name, "left": figures.whole(found.left)}


def _once(request: HttpRequest) -> UUID:
    """What makes a double press count once."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError as error:
        raise PermissionDenied from error


def _midnight(year: int, month: int) -> datetime:
    """The local midnight at which a month begins; month 13 is the next January."""
    zone = timezone.get_current_timezone()
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone)

"""Friends whom members brought: the list, and one page each to let it count or refuse it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
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

from regulars.console.of_members import OfMembers
from regulars.flow.kinds import words
from regulars.flow.problems import Problem
from regulars.flow.referrals import review
from regulars.flow.referrals.views import of_friend, of_referrer
from regulars.flow.referrals.words import LATE, reason_words, shown_state, state_words
from regulars.members.models import OutsideId
from regulars.members.reads import by_shop_id, selves, shop_id_of
from regulars.referrals import marks, reads
from regulars.referrals.models import Mark, Referral
from regulars.referrals.reads import as_code
from regulars.referrals.writes import REASON_MAX
from regulars.screens import figures
from regulars.screens.numbers import number_in

SHOWN_OF_MEMBER = 20
_KINDS = {
    Referral.WAITING: "none",
    LATE: "none",
    Referral.HELD: "warn",
    Referral.COUNTED: "good",
    Referral.REFUSED: "bad",
    Referral.RETURNED: "bad",
}


class StateFilter(admin.SimpleListFilter):
    """By state, as it is shown."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What waits for a person first."""
        shown = (Referral.HELD, Referral.WAITING, LATE, Referral.COUNTED, Referral.REFUSED, Referral.RETURNED)
        return [(state, state_words(state)) for state in shown]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to a state."""
        late = Q(until_at__isnull=False, until_at__lte=timezone.now())
        wanted = {
            Referral.WAITING: Q(state=Referral.WAITING) & ~late,
            LATE: Q(state=Referral.WAITING) & late,
            Referral.COUNTED: Q(state__in=(Referral.DUE, Referral.COUNTED)),
            Referral.RETURNED: Q(state__in=(Referral.RETURNING, Referral.RETURNED)),
        }
        state = self.value()
        return queryset.filter(wanted.get(state, Q(state=state))) if state else queryset


@admin.register(Referral)
class ReferralAdmin(OfMembers):
    """Friends, the newest first, each with who sent them."""

    list_display = ("friend", "referrer", "state_tag", "why", "accepted", "order")
    list_display_links = ("friend",)
    list_filter = (StateFilter,)
    search_help_text = _("Number, code, or the shop's id of either side")
    empty_words = _("Nobody has accepted an invitation yet.")
    csv_columns = (
        *("id", "referrer_shop_id", "friend_shop_id", "code", "state", "reason", "joined_at", "until_at"),
        *("qualified_at", "order_id", "changed_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with what the shop calls both sides."""
        return Referral.objects.annotate(
            friend_shop_id=_shop_id("friend_id"), referrer_shop_id=_shop_id("referrer_id")
        ).order_by("-pk")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Marketers, service staff and admins decide what is held."""
        return request.user.has_perm("referrals.change_referral")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By number, by code, or by either side."""
        term = search_term.strip()
        if not term:
            return queryset, False
        member = by_shop_id(term) if "\0" not in term else None
        found = Q(code=as_code(term)) if as_code(term) else Q(pk__in=())
        if member is not None:
            found |= Q(friend_id=member.pk) | Q(referrer_id=member.pk)
        if term.isascii() and term.isdigit() and len(term) < 19:
            found |= Q(pk=int(term))
        return queryset.filter(found), False

    @display(description=_("Friend"))
    def friend(self, row: Any) -> SafeString:
        """Who was invited."""
        name = row.friend_shop_id or gettext("Visitor %(number)s") % {"number": row.friend_id}
        return format_html('<span class="k-who">{}<small>#{}</small></span>', name, row.pk)

    @display(description=_("Invited by"))
    def referrer(self, row: Any) -> SafeString:
        """Who sent them, and by which code."""
        name = row.referrer_shop_id or f"#{row.referrer_id}"
        return format_html('<span class="k-who">{}<small class="k-mono">{}</small></span>', name, row.code)

    @display(description=_("State"))
    def state_tag(self, row: Referral) -> SafeString:
        """Its state."""
        return state_tag(row)

    @display(description=_("Reason"))
    def why(self, row: Referral) -> str | None:
        """Why it is held, refused or was taken back."""
        return reason_words(row.reason) or None

    @display(description=_("Accepted"), ordering="joined_at")
    def accepted(self, row: Referral) -> str:
        """When."""
        return figures.moment(row.joined_at)

    @display(description=_("Order"))
    def order(self, row: Referral) -> str | None:
        """The order that made it count."""
        return row.order_id

    def get_urls(self) -> list[Any]:
        """What a person may do with one, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [path("<int:number>/review/", view(self.review_view), name="referral_review"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One friend: by whom, what happened, what speaks against it; to let it count or refuse it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = number_in(object_id)
        row = get_object_or_404(self.get_queryset(request), pk=number)
        ours, theirs = selves(row.referrer_id), selves(row.friend_id)
        alike = marks.shared(ours, theirs) if set(ours).isdisjoint(theirs) else set()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Friend %(friend)s") % {"friend": row.friend_shop_id or f"#{row.friend_id}"},
            "row": row,
            "state": state_tag(row),
            "why": reason_words(row.reason),
            "alike": [kind_words for kind, kind_words in Mark.KINDS if kind in alike],
            "neighbours": _called(marks.on_networks_of(theirs, reads.other_friends(row))),
            "reviews": [
                {"row": one, "before": state_words(_shown(one.before)), "after": state_words(_shown(one.after))}
                for one in row.reviews.order_by("-pk")
            ],
            "may_review": self.has_change_permission(request),
            "may_accept": review.may_accept(row),
            "may_refuse": review.may_refuse(row),
            "has_counted": row.state == Referral.COUNTED,
            "reason_max": REASON_MAX,
        }
        return TemplateResponse(request, "console/referrals/referral.html", context)

    def review_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """A person has decided."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        act = review.accept if request.POST.get("verdict") == "accept" else review.refuse
        reason, seen = request.POST.get("reason", ""), request.POST.get("seen", "")
        try:
            done = act(number, seen, request.user.get_username(), reason)
        except Problem as problem:
            title, detail = words(problem.as_json())
            messages.error(request, detail or title)
        else:
            self.log_change(request, done, f"{done.state}: {reason.strip()}"[:REASON_MAX])
            messages.success(request, gettext("Done: %(state)s.") % {"state": state_words(_shown(done.state))})
        return redirect(reverse("admin:referrals_referral_change", args=[number]))


def of_member(request: HttpRequest, member_id: int, member_ids: list[int]) -> dict[str, Any]:
    """A member's friends and by whom they came, for their page, for those who may see referrals; ``member_ids``: theirs
    and those of the visitors they were."""
    if not request.user.has_perm("referrals.view_referral"):
        return {"may_see_referrals": False}
    rows, more = of_referrer(member_id, limit=SHOWN_OF_MEMBER)
    return {
        "may_see_referrals": True,
        "referrals": [(one, state_tag(one.referral)) for one in rows],
        "more_referrals": more,
        "invited_by": of_friend(member_ids),
    }


def state_tag(row: Referral) -> SafeString:
    """The state as a tag."""
    state = shown_state(row, timezone.now())
    return format_html('<span class="k-tag k-tag-{}">{}</span>', _KINDS[state], state_words(state))


def _shown(state: str) -> str:
    return {Referral.DUE: Referral.COUNTED, Referral.RETURNING: Referral.RETURNED}.get(state, state)


def _called(member_ids: Collection[int]) -> list[tuple[int, str]]:
    """Members and what the shop calls them, some of many."""
    some = sorted(member_ids)[:SHOWN_OF_MEMBER]
    names = shop_id_of(some)
    return [(member_id, names.get(member_id, f"#{member_id}")) for member_id in some]


def _shop_id(column: str) -> Subquery:
    ids = OutsideId.objects.filter(kind=OutsideId.USER, member_id=OuterRef(column)).order_by("id")
    return Subquery(ids.values("value")[:1], output_field=CharField())

"""Who belongs to a segment: searched, in pages, and as a file that holds what its reader may see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from regulars.audience.segments.models import Membership, Segment
from regulars.console.exports import csv_file, in_batches
from regulars.console.member_columns import MEMBER_COLUMNS, PERSONAL_COLUMNS
from regulars.console.members import SEE_PERSONAL_DATA, main_currency, with_what_is_known
from regulars.console.segments import shared
from regulars.console.tiers import badge
from regulars.members import personal
from regulars.members.models import Member, OutsideId
from regulars.screens import figures

PER_PAGE = 30
FOUND_MAX = 1000


def listed(request: HttpRequest, segment: Segment) -> dict[str, Any]:
    """A page of the members, as ``q`` and ``p`` of the address say; the next one exists when there is one more row."""
    query, number = request.GET.get("q", "").strip()[:100], request.GET.get("p", "1")
    place = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    belong = Membership.objects.filter(segment=segment.key).order_by("member_id")
    if query:
        belong = belong.filter(member_id__in=_found(request, query))
    first = (place - 1) * PER_PAGE
    rows = list(belong.values_list("member_id", "since")[first : first + PER_PAGE + 1])
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    since = dict(rows)
    members = with_what_is_known(request, list(_members(request).filter(pk__in=since)))
    members.sort(key=lambda member: member.pk)
    return {
        "query": query,
        "place": place,
        "previous": place - 1 if place > 1 else None,
        "next": place + 1 if more else None,
        "rows": [
            {
                "member": member,
                "name": member.personal_data.get("name", ""),
                "tier": badge(_level(member), member.programme),
                "available": member.available,
                "last": figures.ago(member.last_at, timezone.now()) if member.last_at else "–",
                "since": since[member.pk],
            }
            for member in members
        ],
    }


@require_safe
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """The members as a file: the same columns as the list of all members."""
    shared.may(request, shared.SEE, shared.SEE_MEMBERS)
    segment = shared.the_segment(key)
    belong = Membership.objects.filter(segment=segment.key).values("member_id")
    columns = [*MEMBER_COLUMNS, *(PERSONAL_COLUMNS if request.user.has_perm(SEE_PERSONAL_DATA) else [])]
    batches = (with_what_is_known(request, rows) for rows in in_batches(_members(request).filter(pk__in=belong)))
    return csv_file(request, Segment, f"segment-{segment.key}", columns, batches)


def _members(request: HttpRequest) -> QuerySet:
    """Members with standing and main balance, as the list of all members has them."""
    if not request.user.has_perm(shared.SEE_MEMBERS):
        raise PermissionDenied
    return (
        Member.objects.filter(merged_into__isnull=True)
        .select_related("standing")
        .annotate(
            main=FilteredRelation("balance", condition=Q(balance__currency=main_currency(request))),
            available=F("main__available"),
            pending=F("main__pending"),
        )
    )


def _found(request: HttpRequest, query: str) -> set[int]:
    """Members by the shop's id or how it begins, by their number, or by personal data for who may see it."""
    if "\0" in query:
        return set()
    if query.startswith("#"):
        return {int(query[1:])} if query[1:].isdecimal() and len(query) < 18 else set()
    named = OutsideId.objects.filter(kind=OutsideId.USER, value__startswith=query)
    found = set(named.values_list("member_id", flat=True)[:FOUND_MAX])
    if request.user.has_perm(SEE_PERSONAL_DATA) and not found:
        found |= set(personal.find(query, FOUND_MAX))
    return found


def _level(member: Any) -> str:
    row = getattr(member, "standing", None)
    return row.level if row else ""

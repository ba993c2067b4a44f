"""``/api/members/{id}``: where a member stands, every movement of their points, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS
from regulars.api.schemas import Explanations, Transfers, problems
from regulars.audience.portrait.reads import as_json as portrait_json
from regulars.audience.portrait.reads import portrait
from regulars.audience.portrait.timeline import as_json as moment_json
from regulars.audience.portrait.timeline import timeline
from regulars.flow.answers import ACCOUNTS, KINDS
from regulars.flow.explain.balance import balance
from regulars.flow.explain.entry import entry as story_of_entry
from regulars.flow.explain.missing import event_of_order, missing
from regulars.flow.explain.story import Story
from regulars.flow.explain.tier import tier
from regulars.flow.history import Entry, entry, page
from regulars.flow.problems import problem
from regulars.flow.standing import standing
from regulars.flow.sweep import settle
from regulars.members.models import Member
from regulars.members.reads import by_shop_id, selves
from regulars.points.models import Transfer
from regulars.points.reads import ledger
from regulars.programmes import reads as programmes

router = Router(tags=["members"])

MemberId = Annotated[str, Path(description="The shop's own id of the customer")]
Before = Annotated[int | None, Query(ge=1, description="The `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]


def member_called(member_id: str) -> Member:
    """The member whom the shop calls so, with everything due up to now done. Raises Problem 404."""
    member = by_shop_id(member_id) if "\0" not in member_id else None
    if member is None:
        raise problem("unknown-member", "id")
    settle(member.pk)
    return member


@router.get(
    "/members/{member_id}",
    auth=MAY_READ_MEMBERS,
    summary="Where a member stands",
    response={200: dict[str, Any], **problems(401, 403, 404, 503)},
)
def get_member(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """Each currency's available, pending, held and owed points, what expires when, the tier and the way up."""
    return answer(standing(member_called(member_id).pk).as_json(member_id))


@router.get(
    "/members/{member_id}/portrait",
    auth=MAY_READ_MEMBERS,
    summary="Everything known of a member, and how sure it is",
    response={200: dict[str, Any], **problems(401, 403, 404)},
)
def get_portrait(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """Standing, past, stage, rhythm, favourites, and each estimate with how it came about and how sure it is, in the
    language of `Accept-Language`. Personal data stays out. `missing` says what there is nothing to say about, and why.
    """
    return answer(portrait_json(portrait(member_called(member_id))))


@router.get(
    "/members/{member_id}/timeline",
    auth=MAY_READ_MEMBERS,
    summary="Everything that ever concerned a member",
    response={200: dict[str, Any], **problems(401, 403, 404, 422)},
)
def get_timeline(
    request: HttpRequest,
    member_id: MemberId,
    kind: Annotated[
        Literal["all", "orders", "points", "tiers", "coupons", "games", "referrals", "other"],
        Query(description="Only what is of this kind"),
    ] = "all",
    before: Annotated[
        str, Query(pattern=r"^(\d{1,18})?\.(\d{1,18})?$|^$", description="The `next` of the page before")
    ] = "",
    limit: Limit = 50,
) -> HttpResponse:
    """What was done, what Regulars concluded and how points moved, newest first."""
    found = timeline(selves(member_called(member_id).pk), kind, before, limit)
    return answer({"timeline": [moment_json(row) for row in found.rows], "next": found.following})


@router.get(
    "/members/{member_id}/transfers",
    auth=MAY_READ_MEMBERS,
    summary="Every movement of a member's points",
    response={200: Transfers, **problems(401, 403, 404, 422)},
)
def get_transfers(
    request: HttpRequest, member_id: MemberId, currency: str | None = None, before: Before = None, limit: Limit = 50
) -> HttpResponse:
    """The ledger's rows, newest first."""
    rows = ledger(member_called(member_id).pk, currency=currency, before_id=before, limit=limit + 1)
    shown = rows[:limit]
    following = shown[-1].pk if len(rows) > limit else None
    return answer({"transfers": [_transfer(row) for row in shown], "next": following})


@router.get(
    "/members/{member_id}/explain",
    auth=MAY_READ_MEMBERS,
    summary="Why a member has these points",
    response={200: Explanations | dict[str, Any], **problems(401, 403, 404, 422, 503)},
)
def explain(
    request: HttpRequest,
    member_id: MemberId,
    what: Annotated[
        Literal["balance", "tier", "entry", "missing"] | None,
        Query(description="What to explain in full; without it, what happened to the points, newest first"),
    ] = None,
    transfer: Annotated[int | None, Query(description="Only what this transfer belongs to (`entry`: needed)")] = None,
    event: Annotated[int | None, Query(description="For `missing`: the number of an event in the log")] = None,
    order: Annotated[str | None, Query(description="For `missing`: the order instead of its event")] = None,
    rule: Annotated[str | None, Query(description="For `missing`: only this rule")] = None,
    currency: str | None = None,
    before: Before = None,
    limit: Limit = 50,
) -> HttpResponse:
    """What happened and why, in the language of `Accept-Language`: the event, the rule, its arithmetic and version.

    `what=balance`: the lots a balance is made of. `what=tier`: what counts, order by order. `what=entry`: one entry
    down to its arithmetic. `what=missing`: for each rule why it gave nothing, or no more, for an event.
    """
    member = member_called(member_id)
    if what is not None:
        return answer(_story(member.pk, what, currency, transfer, event, order, rule).as_json())
    if transfer is not None:
        found = entry(member.pk, transfer)
        if found is None:
            raise problem("unknown-transfer", "transfer")
        return answer({"explanations": [_explanation(found)], "next": None})
    shown = page(member.pk, currency, before, limit)
    return answer({"explanations": [_explanation(one) for one in shown.entries], "next": shown.before_id})


def _story(
    member_id: int,
    what: str,
    currency: str | None,
    transfer: int | None,
    event: int | None,
    order: str | None,
    rule: str | None,
) -> Story:
    """The explanation asked for. Raises Problem when something it needs is missing or not the member's."""
    if what == "balance":
        found, lacking = balance(member_id, currency), problem("unknown-points", "currency", **_known(currency))
    elif what == "tier":
        found, lacking = tier(member_id), problem("no-tiers", "what")
    elif what == "entry":
        if transfer is None:
            raise problem("missing", "transfer")
        found, lacking = story_of_entry(member_id, transfer), problem("unknown-transfer", "transfer")
    else:
        asked = event if event is not None or order is None else event_of_order(member_id, order)
        if asked is None and order is None:
            raise problem("missing", "event")
        found = None if asked is None else missing(member_id, asked, rule)
        lacking = problem("unknown-event", "event" if order is None else "order")
    if found is None:
        raise lacking
    return found


def _known(currency: str | None) -> dict[str, str]:
    return {"given": currency or "", "known": ", ".join(one.key for one in programmes.current()[1].points)}


def _transfer(row: Transfer) -> dict[str, Any]:
    times = str(row.times_num) if row.times_den == 1 else f"{row.times_num}/{row.times_den}"
    return {
        "id": row.pk,
        "currency": row.currency,
        "kind": KINDS[row.kind],
        "from": ACCOUNTS[row.debit],
        "to": ACCOUNTS[row.credit],
        "points": row.amount,
        "event_id": row.event_id,
        "rule": row.rule,
        "base": row.base,
        "times": times,
        "programme_version": row.version_id,
        "effective_at": row.effective_at,
        "recorded_at": row.recorded_at,
    }


def _explanation(one: Entry) -> dict[str, Any]:
    known = asdict(one)
    kept = ("at", "currency", "kind", "points", "title", "why", "arithmetic", "notes", "pending", "order_id")
    return {
        "id": one.id,
        **{name: known[name] for name in kept},
        "event_id": one.event_id,
        "rule": one.rule,
        "programme_version": one.version_id,
        "transfers": one.transfer_ids,
    }

"""Coupons: a member's own, what there is to claim, batches, and what has become of a code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.answers import answer
from regulars.api.coupon_schemas import (
    BatchesOut,
    BatchIn,
    BatchOut,
    ClaimablesOut,
    ClaimIn,
    CodeIn,
    CodeOut,
    CouponOut,
    CouponsOut,
    GiveIn,
    WithdrawIn,
)
from regulars.api.doors import MAY_READ_MEMBERS, MAY_WRITE_COUPONS
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.routes.members import Before, Limit, MemberId, member_called
from regulars.api.schemas import problems
from regulars.coupons import batches, reads
from regulars.coupons.models import Batch, Coupon
from regulars.flow.coupons import beginning, claiming, giving, views
from regulars.flow.coupons.beginning import Begun, Wanted
from regulars.flow.coupons.known import known
from regulars.flow.coupons.lists import of_items
from regulars.flow.coupons.once import Asked
from regulars.flow.problems import problem
from regulars.members.reads import by_shop_ids

router = Router(tags=["coupons"])
NAMED_MAX = 5
"""Unknown members that a refusal names."""


def _asked(request: HttpRequest) -> Asked:
    return Asked(source_of(request), key_of(request))


def _one(coupon: Coupon, status: int = 200) -> HttpResponse:
    return answer(views.held([coupon])[0].as_json(), status=status)


@router.get(
    "/members/{member_id}/coupons",
    auth=MAY_READ_MEMBERS,
    summary="A member's coupons",
    response={200: CouponsOut, **problems(401, 403, 404, 422)},
)
def get_coupons(
    request: HttpRequest, member_id: MemberId, state: Literal["open", "past", "all"] = "open"
) -> HttpResponse:
    """Those that can be used now; with `state=past` the newest fifty that cannot, with `all` both."""
    member, now = member_called(member_id), datetime.now(UTC)
    rows = reads.wallet(member.pk, now) if state != "past" else []
    rows += views.past(member.pk, now) if state != "open" else []
    return answer({"coupons": [one.as_json() for one in views.held(rows, now)]})


@router.post(
    "/members/{member_id}/coupons",
    auth=MAY_WRITE_COUPONS,
    summary="Give a coupon",
    response={201: CouponOut, **problems(400, 401, 403, 404, 409, 422)},
    openapi_extra=KEY_PARAMETERS,
)
def give_coupon(request: HttpRequest, member_id: MemberId, given: GiveIn) -> HttpResponse:
    """One of the live offers' coupons; its days are counted from today, the shop's local day."""
    asked, member = _asked(request), member_called(member_id)
    return _one(giving.give(member.pk, given.coupon, asked, given.valid_until, given.reason), status=201)


@router.get(
    "/members/{member_id}/coupons/claimable",
    auth=MAY_READ_MEMBERS,
    summary="What a member can claim",
    response={200: ClaimablesOut, **problems(401, 403, 404)},
)
def get_claimable(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """The claim centre as the member sees it, with why not where they cannot."""
    return answer({"claimable": [_claimable(one) for one in views.claimable(member_called(member_id).pk)]})


@router.post(
    "/members/{member_id}/coupons/claim",
    auth=MAY_WRITE_COUPONS,
    summary="Claim a coupon",
    response={201: CouponOut, **problems(400, 401, 403, 404, 409, 422)},
    openapi_extra=KEY_PARAMETERS,
)
def claim_coupon(request: HttpRequest, member_id: MemberId, claimed: ClaimIn) -> HttpResponse:
    """From a batch of the claim centre: in its time, while there are any, so many each, and for whom it is."""
    asked, member = _asked(request), member_called(member_id)
    return _one(claiming.claim(member.pk, claimed.batch, asked), status=201)


@router.post(
    "/members/{member_id}/coupons/code",
    auth=MAY_WRITE_COUPONS,
    summary="Put a code into a member's wallet",
    response={201: CouponOut, **problems(400, 401, 403, 404, 409, 422, 429)},
    openapi_extra=KEY_PARAMETERS,
)
def add_code(request: HttpRequest, member_id: MemberId, typed: CodeIn) -> HttpResponse:
    """From then on only this member can use it. Ten wrong codes in an hour, and the member must wait."""
    asked, member = _asked(request), member_called(member_id)
    return _one(claiming.add_code(member.pk, typed.code, asked), status=201)


@router.post(
    "/members/{member_id}/coupons/{coupon_id}/withdraw",
    auth=MAY_WRITE_COUPONS,
    summary="Take a coupon back",
    response={200: CouponOut, **problems(400, 401, 403, 404, 409, 422)},
    openapi_extra=KEY_PARAMETERS,
)
def withdraw_coupon(request: HttpRequest, member_id: MemberId, coupon_id: int, why: WithdrawIn) -> HttpResponse:
    """For good, while it is open."""
    asked, member = _asked(request), member_called(member_id)
    return _one(giving.withdraw(member.pk, coupon_id, why.reason, asked))


@router.post(
    "/coupons/batches",
    auth=MAY_WRITE_COUPONS,
    summary="A new batch of coupons",
    response={201: BatchOut, **problems(400, 401, 403, 409, 422)},
    openapi_extra=KEY_PARAMETERS,
)
def new_batch(request: HttpRequest, batch: BatchIn) -> HttpResponse:
    """Generated codes are made in the background: ask for the batch to see how far it is. Of imported ones the answer
    says which were not taken, and why."""
    asked = _asked(request)
    members = by_shop_ids(batch.members)
    unknown = [name for name in dict.fromkeys(batch.members) if name not in members]
    if unknown:
        raise problem("unknown-members", "members", count=len(unknown), first=", ".join(unknown[:NAMED_MAX]))
    given = batch.model_dump(exclude={"codes", "members"})
    begun = beginning.begin(
        Wanted(**given, codes=of_items(batch.codes), members=list(dict.fromkeys(members[m] for m in batch.members))),
        asked,
    )
    return answer(_batch(begun.batch, begun=begun), status=201)


@router.get(
    "/coupons/batches",
    auth=MAY_READ_MEMBERS,
    summary="Batches of coupons",
    response={200: BatchesOut, **problems(401, 403, 422)},
)
def get_batches(
    request: HttpRequest,
    coupon: Annotated[str | None, Query(description="Only of this key")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> HttpResponse:
    """Newest first."""
    rows = reads.batches(coupon, before, limit + 1)
    following = rows[limit - 1].pk if len(rows) > limit else None
    return answer({"batches": [_batch(row) for row in rows[:limit]], "next": following})


@router.get(
    "/coupons/batches/{batch_id}",
    auth=MAY_READ_MEMBERS,
    summary="One batch and how far it is",
    response={200: BatchOut, **problems(401, 403, 404)},
)
def get_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """`made` of `wanted`, and how many of its coupons are in each state."""
    return answer(_batch(_batch_or_404(batch_id), reads.states(batch_id)))


@router.post(
    "/coupons/batches/{batch_id}/stop",
    auth=MAY_WRITE_COUPONS,
    summary="Stop a batch",
    response={200: BatchOut, **problems(401, 403, 404)},
)
def stop_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """No more codes are made, no more coupons claimed; those that are out stay good. Stopped again, nothing changes."""
    _batch_or_404(batch_id)
    batches.stop(batch_id)
    return answer(_batch(_batch_or_404(batch_id)))


@router.get(
    "/coupons/codes/{code}",
    auth=MAY_READ_MEMBERS,
    summary="What has become of a code",
    response={200: CodeOut, **problems(401, 403, 404)},
)
def get_code(request: HttpRequest, code: str) -> HttpResponse:
    """However it is written: capital or small, with hyphens or spaces."""
    now, text = datetime.now(UTC), reads.normal(code)
    found = known(now)
    for coupon in found.coupons.values():
        if text and coupon.codes and reads.normal(coupon.codes.public) == text:
            nothing = dict.fromkeys(("batch", "valid_until", "order_id"))
            key = coupon.offer.key
            return answer({"code": text, "coupon": key, "state": "public", "usable": True, "owned": False, **nothing})
    row = reads.by_codes([code]).get(text) if "\0" not in code else None
    if row is None:
        raise problem("unknown-code", "code")
    shown = views.held([row], now)[0]
    return answer(
        {
            "code": row.code,
            "coupon": row.key,
            "state": shown.state,
            "usable": shown.state == Coupon.OPEN and row.key in found.coupons,
            "owned": row.member_id is not None,
            "batch": row.batch_id,
            "valid_until": row.valid_until,
            "order_id": row.order_id,
        }
    )


def _batch_or_404(batch_id: int) -> Batch:
    batch = reads.batch(batch_id)
    if batch is None:
        raise problem("unknown-batch", "id")
    return batch


def _claimable(one: views.Claimable) -> dict[str, Any]:
    return {
        "batch": one.batch.pk,
        "coupon": one.card.key,
        "name": one.card.name,
        "gives": one.card.gives,
        "terms": one.card.terms,
        "left": one.left,
        "claimed": one.mine,
        "claim_until": one.batch.claim_until,
        "why_not": one.why_not or None,
    }


_FIELDS = (
    *("name", "kind", "state", "wanted", "made", "prefix", "length", "per_member"),
    *("claim_from", "claim_until", "valid_until", "created_at"),
)


def _batch(row: Batch, states: dict[str, int] | None = None, begun: Begun | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"id": row.pk, "coupon": row.key, **{name: getattr(row, name) for name in _FIELDS}}
    if states is not None:
        said["coupons"] = states
    if begun is not None and row.kind == Batch.IMPORTED:
        said["not_taken"] = [{"line": one.line, "code": one.code, "why": one.why} for one in begun.unfit]
    return said

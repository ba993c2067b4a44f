"""Questions to the ledger. Every query leads with the member and stays within that member's rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Sum, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from regulars.points.models import DUE, Account, Balance, Hold, HoldLot, Lot, Transfer
from regulars.points.state import counters as question_of_counters
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.store.questions import ask

_BY_HAND = (ev.POINTS_ADJUSTED, ev.HOLD_RELEASED, ev.HOLD_RETURNED)


@dataclass(frozen=True, slots=True)
class Due:
    """Points of one currency that become available (``pending``) or lapse at ``at``; None: at no known time."""

    currency: str
    pending: bool
    at: datetime | None
    points: int


def account(member_id: int) -> Account | None:
    """The member's account, or None before anything was decided for them."""
    return Account.objects.filter(member_id=member_id).first()


def balances(member_id: int) -> dict[str, Balance]:
    """What the member has, by currency of points."""
    return {balance.currency: balance for balance in Balance.objects.filter(member_id=member_id)}


def open_points(member_id: int) -> list[Due]:
    """The points in open lots, by when they become available or lapse, soonest first."""
    rows = (
        Lot.objects.filter(member_id=member_id, remaining__gt=0)
        .annotate(due=DUE)
        .values_list("currency", "state", "due")
        .annotate(points=Sum("remaining"))
        .order_by(F("due").asc(nulls_last=True))
    )
    return [Due(currency, state == y.LOT_PENDING, due, int(points)) for currency, state, due, points in rows]


def transfers(
    member_id: int,
    *,
    kinds: Collection[int],
    currency: str | None = None,
    before_id: int | None = None,
    event_id: int | None = None,
    order_id: str | None = None,
    effective_at: datetime | None = None,
    limit: int,
) -> list[Transfer]:
    """The member's newest ``limit`` transfers of these kinds below ``before_id``, with their event, hold and lot;
    a refund's row also has ``event_amounts``, the JSON text that the log keeps of it, and one that a person caused has
    ``event_author``, their user name.

    A hold that was captured, released or has lapsed is told by that transfer; its setting aside is left out.
    """
    chosen: QuerySet[Transfer] = (
        Transfer.objects.filter(member_id=member_id)
        .filter(Q(kind__in=[kind for kind in kinds if kind != y.HOLD]) | _open_holds(kinds))
        .select_related("event", "hold", "lot")
        .defer("event__context", "event__amounts", "event__decision", "event__body_hash")
        .annotate(
            event_amounts=Case(When(event__name__in=ev.REFUND_NAMES, then=Cast("event__amounts", TextField()))),
            event_author=Case(When(event__name__in=_BY_HAND, then=KeyTextTransform("author", "event__context"))),
        )
        .order_by("-id")
    )
    if currency is not None:
        chosen = chosen.filter(currency=currency)
    if before_id is not None:
        chosen = chosen.filter(id__lt=before_id)
    if event_id is not None:
        chosen = chosen.filter(event_id=event_id)
    if order_id is not None:
        chosen = chosen.filter(Q(event__order_id=order_id) | Q(hold__order_id=order_id))
    if effective_at is not None:
        chosen = chosen.filter(effective_at=effective_at)
    return list(chosen[:limit])


def _open_holds(kinds: Collection[int]) -> Q:
    return Q(kind=y.HOLD, hold__state=y.HOLD_OPEN) if y.HOLD in kinds else Q(pk__in=[])


def teller(member_id: int, transfer_id: int) -> Transfer | None:
    """The transfer whose story that transfer is part of; None when the member has no such transfer.

    Maturing and paying a debt are part of what earned the points, setting aside is part of what became of it; every
    other transfer tells its own.
    """
    own = Transfer.objects.filter(member_id=member_id)
    row = own.filter(id=transfer_id).first()
    if row is None:
        return None
    if row.kind in {y.MATURE, y.REPAY} and row.lot_id is not None:
        return own.filter(lot_id=row.lot_id, kind__in=(y.EARN, y.ADJUST)).order_by("id").first() or row
    if row.kind == y.HOLD and row.hold_id is not None:
        return own.filter(hold_id=row.hold_id, kind__in=(y.CAPTURE, y.RELEASE, y.LAPSE)).order_by("id").first() or row
    return row


def aftermath(member_id: int, lot_ids: Iterable[int]) -> list[Transfer]:
    """When points of these lots became available and what of them paid a debt, oldest first."""
    return list(
        Transfer.objects.filter(member_id=member_id, kind__in=(y.MATURE, y.REPAY), lot_id__in=list(lot_ids)).order_by(
            "id"
        )
    )


def open_lots(member_id: int) -> list[Lot]:
    """The member's lots that still hold points, in spending order: earliest expiry first, then the oldest."""
    return list(
        Lot.objects.filter(member_id=member_id, remaining__gt=0).order_by(
            "currency", F("expires_at").asc(nulls_last=True), "id"
        )
    )


def open_holds(member_id: int) -> list[Hold]:
    """The member's holds that are neither captured, released nor lapsed, the first to lapse first."""
    return list(Hold.objects.filter(member_id=member_id, state=y.HOLD_OPEN).order_by("expires_at", "id"))


def hold_uses(hold_id: int) -> list[HoldLot]:
    """Which lots a hold uses, in the order they were taken."""
    return list(HoldLot.objects.filter(hold_id=hold_id).select_related("lot").order_by("id"))


def some_with(currency: str, part: str, limit: int) -> list[int]:
    """Ids of some members who have ``pending``, ``held`` or ``debt`` points of the currency, the most first."""
    assert part in {"pending", "held", "debt"}
    rows = Balance.objects.filter(currency=currency, **{f"{part}__gt": 0}).order_by(f"-{part}", "member_id")
    return list(rows.values_list("member_id", flat=True)[:limit])


def ledger(member_id: int, *, currency: str | None = None, before_id: int | None = None, limit: int) -> list[Transfer]:
    """The member's newest ``limit`` rows of the ledger below ``before_id``, all kinds."""
    chosen = Transfer.objects.filter(member_id=member_id).order_by("-id")
    if currency is not None:
        chosen = chosen.filter(currency=currency)
    if before_id is not None:
        chosen = chosen.filter(id__lt=before_id)
    return list(chosen[:limit])


def transfers_of(member_id: int, transfer_ids: Iterable[int]) -> list[Transfer]:
    """Those transfers of the member with their events, oldest first."""
    rows = Transfer.objects.filter(member_id=member_id, id__in=list(transfer_ids)).order_by("id")
    return list(rows.select_related("event"))


def earned_of_order(member_id: int, order_id: str, currency: str) -> list[Transfer]:
    """What an order of the member earned of a currency and what refunds took back of that, oldest first."""
    rows = Transfer.objects.filter(member_id=member_id, currency=currency, kind__in=(y.EARN, y.CLAW_BACK))
    return list(rows.filter(event__order_id=order_id).order_by("id"))


def lots_with_events(lot_ids: Iterable[int]) -> dict[int, Lot]:
    """Those lots by their ids, each with the event that earned it."""
    return Lot.objects.select_related("event").in_bulk(list(lot_ids))


def moved_of_lots(member_id: int, lot_ids: Collection[int]) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    """What the member's transfers moved into or out of each of these lots, by lot and kind, all points ever and without
    what opened it; and by lot what a refund wanted back when it was spent already: that came out of no lot."""
    rows = Transfer.objects.filter(member_id=member_id, lot_id__in=list(lot_ids))
    kinds = rows.exclude(kind=y.ADJUST, debit=y.ISSUED).values_list("lot_id", "kind", "debit")
    moved: dict[tuple[int, int], int] = {}
    owed: dict[int, int] = {}
    for lot_id, kind, debit, points in kinds.annotate(points=Sum("amount")).order_by():
        if kind == y.CLAW_BACK and debit == y.ACC_DEBT:
            owed[lot_id or 0] = int(points)
        else:
            moved[lot_id or 0, kind] = moved.get((lot_id or 0, kind), 0) + int(points)
    return moved, owed


def moved(member_id: int, currency: str | None = None) -> list[tuple[str, int, int, int, int]]:
    """What the member's transfers moved in all: currency, kind, from account, to account, points."""
    rows = Transfer.objects.filter(member_id=member_id)
    if currency is not None:
        rows = rows.filter(currency=currency)
    sums = rows.values_list("currency", "kind", "debit", "credit").annotate(points=Sum("amount"))
    return [(key, kind, debit, credit, int(points)) for key, kind, debit, credit, points in sums.order_by()]


def counters(member_id: int, windows: Mapping[str, Collection[int]]) -> dict[str, dict[int, tuple[int, int]]]:
    """Points and times of a member's counters, by rule and window; those that do not exist are missing."""
    asked = question_of_counters({(member_id, rule): found for rule, found in windows.items()})
    ask(asked)
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for _member, rule, window, count, times in asked.answer:
        found.setdefault(rule, {})[window] = (count, times)
    return found

"""What a balance is made of: what ever came and went, and the lots that hold what is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.events.models import Event
from regulars.flow import phrases
from regulars.flow.explain.missing import title_of
from regulars.flow.explain.story import Line, Section, Story
from regulars.flow.history.rulewords import currency_name, currency_of
from regulars.flow.history.wording import pending_words
from regulars.points import reads as points
from regulars.points.models import Balance, Hold, Lot
from regulars.programmes import reads as programmes
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.programme import Programme
from regulars.screens.figures import signed

_OWN = {y.ACC_PENDING: 1, y.ACC_AVAILABLE: 1, y.ACC_HELD: 1, y.ACC_DEBT: 1}
LOTS_MAX = 100


def balance(member_id: int, currency: str | None = None, now: datetime | None = None) -> Story | None:
    """What the member's balance of a currency (the first that can be spent) is made of; None for one that is not known.

    Raises NoProgramme when none was applied yet.
    """
    now = now or timezone.now()
    programme = programmes.current(now)[1]
    kept = points.balances(member_id)
    keys = [one.key for one in sorted(programme.points, key=lambda one: not one.spendable)]
    key = currency or keys[0]
    if key not in {*keys, *kept}:
        return None
    has = kept.get(key, Balance(member_id=member_id, currency=key))
    name = currency_name(programme, key)
    today = phrases.local_date(now, programme.time_zone)
    sums = _sums(member_id, key)
    lots = [lot for lot in points.open_lots(member_id) if lot.currency == key]
    holds = [hold for hold in points.open_holds(member_id) if hold.currency == key]
    total = has.available + has.pending + has.held - has.debt
    sections = [
        Section(_("What ever came and went"), _sum_lines(sums, total)),
        Section(_("What it is now"), _account_lines(has, total)),
        *_lot_sections(lots, programme, today),
    ]
    if holds:
        sections.append(Section(_("Set aside"), [_hold_line(hold, programme, today) for hold in holds]))
    answer = _("%(points)s to use") % {"points": phrases.counted(has.available, name)}
    data = {
        "currency": key,
        "available": has.available,
        "pending": has.pending,
        "held": has.held,
        "debt": has.debt,
        "moved": sums,
        "adds_up": sum(sums.values()) == total,
        "lots": [_lot_json(lot) for lot in lots],
        "holds": [{"hold": hold.pk, "points": hold.points, "expires_at": hold.expires_at} for hold in holds],
    }
    return Story("balance", name[:1].upper() + name[1:], answer, sections, data)


def _sums(member_id: int, key: str) -> dict[str, int]:
    """What each kind of movement changed of all that the member owns, signed; only what is not zero."""
    names = {
        y.EARN: "earned",
        y.CAPTURE: "spent",
        y.EXPIRE: "expired",
        y.CLAW_BACK: "taken_back",
        y.GIVE_BACK: "given_back",
        y.ADJUST: "adjusted",
    }
    found: dict[str, int] = {}
    for _currency, kind, debit, credit, amount in points.moved(member_id, key):
        change = amount * (_OWN.get(credit, 0) - _OWN.get(debit, 0))
        if change:
            name = "donated" if credit == y.DONATED else names.get(kind, "other")
            found[name] = found.get(name, 0) + change
    return found


def _sum_lines(sums: dict[str, int], total: int) -> list[Line]:
    names = {
        "earned": _("Earned"),
        "spent": _("Spent"),
        "donated": _("Donated"),
        "expired": _("Expired"),
        "taken_back": _("Taken back after refunds"),
        "given_back": _("Came back after refunds"),
        "adjusted": _("Given or taken by the shop"),
        "other": _("Other"),
    }
    lines = [Line(names[name], signed(sums[name]), key=name) for name in names if name in sums]
    return [*lines, Line(_("In all"), phrases.number(total), is_sum=True)]


def _account_lines(has: Balance, total: int) -> list[Line]:
    lines = [Line(_("Available"), phrases.number(has.available), key="available")]
    lines.append(Line(_("Pending"), phrases.number(has.pending), key="pending"))
    if has.held:
        lines.append(Line(_("Held"), phrases.number(has.held), key="held"))
    if has.debt:
        note = _("after a refund of points that were spent already; the next points settle it")
        lines.append(Line(_("Debt"), signed(-has.debt), (note,), key="debt"))
    return [*lines, Line(_("In all"), phrases.number(total), is_sum=True)]


def _lot_sections(lots: Sequence[Lot], programme: Programme, today: date) -> list[Section]:
    events = Event.objects.only("id", "name", "order_id", "properties", "occurred_at", "message_id", "source").in_bulk(
        {lot.event_id for lot in lots[:LOTS_MAX]}
    )
    found = []
    for state, title, note in (
        (y.LOT_AVAILABLE, _("Where the available points came from"), _("The first is spent first.")),
        (y.LOT_PENDING, _("Where the pending points came from"), ""),
    ):
        mine = [lot for lot in lots if lot.state == state]
        lines = [_lot_line(lot, events.get(lot.event_id), programme, today) for lot in mine[:LOTS_MAX]]
        if len(mine) > LOTS_MAX:
            rest = sum(lot.remaining for lot in mine[LOTS_MAX:])
            lines.append(Line(_("Later ones, together"), phrases.number(rest)))
        if lines:
            found.append(Section(title, lines, note))
    return found


def _lot_line(lot: Lot, event: Event | None, programme: Programme, today: date) -> Line:
    zone = programme.time_zone
    notes = []
    label = "–"
    if event is not None:
        label = title_of(ev.Event(event.name, "", "", event.occurred_at, event.properties, order_id=event.order_id))
        notes.append(phrases.day(phrases.local_date(event.occurred_at, zone), today))
    if lot.remaining != lot.earned:
        of = {"left": phrases.number(lot.remaining), "earned": phrases.number(lot.earned)}
        notes.append(_("%(left)s left of %(earned)s") % of)
    if lot.state == y.LOT_PENDING:
        currency = currency_of(programme, lot.currency)
        on = None if lot.matures_at is None else phrases.local_date(lot.matures_at, zone)
        notes.append(pending_words(currency.pending_until if currency else None, on, today))
    elif lot.expires_at is not None:
        last = phrases.day(phrases.last_day_before(lot.expires_at, zone), today)
        notes.append(_("Good until %(day)s.") % {"day": last})
    return Line(label, phrases.number(lot.remaining), tuple(notes), event_id=lot.event_id)


def _hold_line(hold: Hold, programme: Programme, today: date) -> Line:
    label = _("Order %(order)s") % {"order": hold.order_id} if hold.order_id else _("Set aside")
    until = phrases.moment(hold.expires_at, programme.time_zone, today)
    note = _("Comes back on %(until)s if it is not used.") % {"until": until}
    return Line(label, phrases.number(hold.points), (note,), event_id=hold.event_id)


def _lot_json(lot: Lot) -> dict[str, Any]:
    return {
        "lot": lot.pk,
        "event_id": lot.event_id,
        "order_id": lot.order_id,
        "state": "pending" if lot.state == y.LOT_PENDING else "available",
        "earned": lot.earned,
        "remaining": lot.remaining,
        "matures_at": lot.matures_at,
        "expires_at": lot.expires_at,
    }

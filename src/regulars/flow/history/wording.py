"""What an entry says: its title, why it is there, and what is worth knowing beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from regulars.flow import phrases
from regulars.flow.history.called import called, game_words
from regulars.flow.history.grouping import owned
from regulars.flow.history.matter import Matter, Part, Told
from regulars.flow.history.rulewords import (
    arithmetic,
    cap_words,
    currency_name,
    currency_of,
    event_title,
    rule_name,
    rule_of,
    worth_words,
)
from regulars.points.models import Transfer
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import day_number
from regulars.rules.programme import Programme
from regulars.screens.figures import signed


def tell(matter: Matter) -> Told:
    """Say what happened, in the active language."""
    return _TELLERS[matter.group.kind](matter)


def _earn(m: Matter) -> Told:
    parts = [_earned_part(m, row) for row in m.group.rows]
    event = m.group.first.event
    if event.name == ev.ORDER_COMPLETED and m.order_id is not None:
        heading = title = _("Order %(order)s") % {"order": m.order_id}
    else:
        heading = title = event_title(event.name) or parts[0].why
        product = event.properties.get("name")
        if isinstance(product, str) and product:
            title = _("%(what)s: %(product)s") % {"what": heading, "product": product}
    if len(parts) > 1:
        why = phrases.sentence(f"{part.why} {signed(part.points)}" for part in parts)
    else:
        why = parts[0].arithmetic or (parts[0].why if parts[0].why != heading else _cap(m))
    notes, available_on = _availability(m)
    return Told(title, why, parts, notes, available_on)


def _cap(m: Matter) -> str:
    """What limits the one rule behind an entry and what it gives each time, in words; empty when nothing limits it."""
    rule = rule_of(m.programme, m.group.first.rule)
    if rule is None or rule.at_most is None:
        return ""
    words = [cap_words(rule.at_most, m.programme, rule.gives)]
    if rule.points:
        words.append(_("%(points)s each") % {"points": m.counted(rule.points)})
    return phrases.sentence(words)


def _earned_part(m: Matter, row: Transfer) -> Part:
    rule = rule_of(m.programme, row.rule)
    times = Fraction(row.times_num, row.times_den)
    happened = phrases.local_date(min(row.event.occurred_at, row.effective_at), m.programme.time_zone)
    worked = arithmetic(m.programme, rule, row.currency, row.base or 0, times, row.amount, day_number(happened))
    return Part(
        points=row.amount,
        why=rule_name(rule, row.rule, m.programme),
        arithmetic=worked.line,
        steps=worked.steps,
        rule=row.rule,
        base_minor=row.base if rule is None or rule.rate is not None else None,
        times_num=row.times_num,
        times_den=row.times_den,
    )


def _availability(m: Matter) -> tuple[list[str], date | None]:
    """When earned points can be used, until when, and what of them paid a debt."""
    notes = []
    available_on = None
    zone = m.programme.time_zone
    happened, posted = (
        phrases.local_date(at, zone) for at in (m.group.first.event.occurred_at, m.group.first.effective_at)
    )
    if happened < posted:
        notes.append(_("It happened on %(day)s; the shop told us later.") % {"day": phrases.day(happened, m.today)})
    for lot in m.lots:
        if lot.state == y.LOT_PENDING and lot.remaining > 0:
            available_on = None if lot.matures_at is None else phrases.local_date(lot.matures_at, zone)
            notes.append(pending_words(currency_until(m.programme, lot.currency), available_on, m.today))
        elif lot.remaining > 0 and lot.expires_at is not None:
            last = phrases.day(phrases.last_day_before(lot.expires_at, zone), m.today)
            if lot.remaining == lot.earned:
                notes.append(_("Good until %(day)s.") % {"day": last})
            else:
                notes.append(
                    _("%(points)s left, good until %(day)s.") % {"points": m.counted(lot.remaining), "day": last}
                )
    for row in m.after:
        if row.kind == y.MATURE:
            available_on = phrases.local_date(row.effective_at, zone)
            notes.insert(0, _("Available since %(day)s.") % {"day": m.day(row)})
        else:
            notes.append(_("%(points)s of these settled what you owed.") % {"points": m.counted(row.amount)})
    return notes, available_on


def currency_until(programme: Programme, key: str) -> str | None:
    """The event that pending points of the currency wait for."""
    currency = currency_of(programme, key)
    return currency.pending_until if currency else None


def pending_words(until: str | None, on: date | None, today: date | None = None) -> str:
    """When pending points become available: on a day, or with an event, whichever comes first."""
    known = {
        "Order Delivered": _("Yours when the order arrives"),
        "Order Received": _("Yours when you confirm receipt"),
    }
    awaited = "" if until is None else known.get(until) or _("Yours after “%(event)s”") % {"event": until}
    if on is None:
        return _("%(awaited)s.") % {"awaited": awaited} if awaited else _("Not available yet.")
    day = phrases.day(on, today)
    if awaited:
        return _("%(awaited)s, on %(day)s at the latest.") % {"awaited": awaited, "day": day}
    return _("Yours on %(day)s.") % {"day": day}


def _expire(m: Matter) -> Told:
    zone = m.programme.time_zone
    days = sorted({phrases.local_date(row.event.occurred_at, zone).replace(day=1) for row in m.group.rows})
    if len(days) == 1:
        why = _("Earned in %(month)s and not used in time.") % {"month": phrases.month(days[0])}
    else:
        why = _("Earned from %(first)s to %(last)s and not used in time.") % {
            "first": phrases.month(days[0]),
            "last": phrases.month(days[-1]),
        }
    name = currency_name(m.programme, m.group.first.currency)
    return Told(_("%(name)s expired") % {"name": name[:1].upper() + name[1:]}, why, _by_order(m))


def _by_order(m: Matter) -> list[Part]:
    parts = []
    for row in m.group.rows:
        order = row.event.order_id
        name = _("Order %(order)s") % {"order": order} if order else event_title(row.event.name) or row.event.name
        parts.append(Part(points=owned(row), why=name, rule=row.rule))
    return parts


def _capture(m: Matter) -> Told:
    said = m.group.first.event.properties
    if "game" in said:
        return Told(*game_words(said, cost=True))
    if "charity" in said:
        return Told(_("Given to %(project)s") % {"project": called(said, "charity")}, _("Thank you."))
    if "gift" in said:
        return Told(_("Gift: %(gift)s") % {"gift": called(said, "gift")}, "")
    spent = [row for row in m.group.rows if row.kind == y.CAPTURE]
    points = sum(row.amount for row in spent)
    worth = worth_words(m.programme, m.group.first.currency, points)
    if m.order_id and worth:
        why = _("Order %(order)s, %(worth)s off") % {"order": m.order_id, "worth": worth}
    elif m.order_id:
        why = _("Order %(order)s") % {"order": m.order_id}
    else:
        why = _("%(worth)s off") % {"worth": worth} if worth else ""
    spare = m.group.amount - points
    notes = []
    if spare:
        notes.append(_("%(points)s more had been set aside and came back.") % {"points": m.counted(spare)})
    return Told(_("Paid with points"), why, notes=notes)


def _hold(m: Matter) -> Told:
    hold = m.group.first.hold
    assert hold is not None
    until = phrases.moment(hold.expires_at, m.programme.time_zone, m.today)
    if m.order_id:
        why = _("For order %(order)s. Comes back on %(until)s if it is not used.") % {
            "order": m.order_id,
            "until": until,
        }
    else:
        why = _("Comes back on %(until)s if it is not used.") % {"until": until}
    return Told(_("Set aside"), why)


def _release(m: Matter) -> Told:
    why = _("They were set aside for order %(order)s.") % {"order": m.order_id} if m.order_id else ""
    return Told(_("Points you did not use came back"), why)


def _lapse(m: Matter) -> Told:
    if m.order_id:
        why = _("They were set aside for order %(order)s, which did not go ahead in time.") % {"order": m.order_id}
    else:
        why = _("They were set aside and not used in time.")
    return Told(_("Points you did not use came back"), why)


def _claw_back(m: Matter) -> Told:
    title = refund_title(m)
    by_rule: dict[str | None, list[Transfer]] = {}
    for row in m.group.rows:
        by_rule.setdefault(row.rule, []).append(row)
    parts = []
    for key, rows in by_rule.items():
        rule = rule_of(m.programme, key)
        base = rows[0].base or 0
        line = ""
        if rule is None or rule.rate is not None:
            line = _("%(amount)s counts no more") % {"amount": phrases.money(base, m.programme)}
        parts.append(
            Part(
                points=sum(owned(row) for row in rows),
                why=rule_name(rule, key, m.programme),
                arithmetic=line,
                rule=key,
                base_minor=base,
            )
        )
    owed = sum(row.amount for row in m.group.rows if row.debit == y.ACC_DEBT)
    notes = []
    if owed:
        notes.append(
            _("You had already used %(points)s of them; your next points settle this.") % {"points": m.counted(owed)}
        )
    whole = m.returned is None or m.returned.whole
    why = _("Takes back what the order had earned.") if whole else _("Takes back what this part had earned.")
    return Told(title, why, parts, notes)


def refund_title(m: Matter) -> str:
    """What a refund or cancellation is called: the order, or the one product that went back."""
    order = m.order_id or ""
    if m.group.first.event.name == "Order Cancelled":
        return _("Order %(order)s cancelled") % {"order": order}
    if m.returned is not None and not m.returned.whole:
        if len(m.returned.names) == 1:
            return _("Order %(order)s: %(product)s returned") % {"order": order, "product": m.returned.names[0]}
        return _("Part of order %(order)s refunded") % {"order": order}
    return _("Order %(order)s refunded") % {"order": order}


def _give_back(m: Matter) -> Told:
    said = m.group.first.event.properties
    if "gift" in said:
        title = _("Cancelled: %(gift)s") % {"gift": called(said, "gift")}
        return Told(title, str(said.get("reason") or ""), notes=_settled_debt(m))
    why = _("You had paid with them in order %(order)s.") % {"order": m.order_id} if m.order_id else ""
    return Told(_("Points came back after a refund"), why, notes=_settled_debt(m))


def _settled_debt(m: Matter) -> list[str]:
    """What of the points that came back paid what was owed."""
    return [
        _("%(points)s of these settled what you owed.") % {"points": m.counted(row.amount)}
        for row in m.after
        if row.kind == y.REPAY and row.event_id == m.group.first.event_id
    ]


def _adjust(m: Matter) -> Told:
    said = m.group.first.event.properties
    if "game" in said:
        notes, available_on = _availability(m)
        return Told(*game_words(said), notes=notes, available_on=available_on)
    if "referral" in said:
        return Told(_("Friend's order returned"), _("Takes back what was given for bringing a friend."))
    title = _("Given by the shop") if m.group.owned > 0 else _("Taken by the shop")
    why = str(said.get("reason") or "") or _("Adjusted by hand.")
    notes, available_on = _availability(m) if m.group.owned > 0 else ([], None)
    return Told(title, why, notes=notes, available_on=available_on)


_TELLERS: dict[str, Callable[[Matter], Told]] = {
    "earn": _earn,
    "expire": _expire,
    "capture": _capture,
    "hold": _hold,
    "release": _release,
    "lapse": _lapse,
    "claw_back": _claw_back,
    "give_back": _give_back,
    "adjust": _adjust,
}

"""Why did I not get it? Every rule asked again about one event, and what became of the points that came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.events.models import Event
from regulars.flow import phrases
from regulars.flow.explain.replaying import Before, before
from regulars.flow.explain.story import Line, Section, Story
from regulars.flow.explain.words import fates, is_of_something_else, level_name, reason_json, reason_words, worked_out
from regulars.flow.history.rulewords import currency_name, currency_of, event_title, rule_name
from regulars.flow.history.wording import pending_words
from regulars.flow.referrals.story import section_of
from regulars.members.reads import selves
from regulars.points import reads as points
from regulars.points.models import Lot
from regulars.programmes.reads import moment
from regulars.programmes.task_words import gifts_words
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.explain import Verdict
from regulars.rules.programme import Gift, Programme
from regulars.screens.figures import signed

_RECENT_MAX = 30


@dataclass(frozen=True, slots=True)
class Asking:
    """An event that can be asked about: its number in the log, what it is called, the local day, what it earned."""

    event_id: int
    title: str
    on: Any


def missing(member_id: int, event_id: int, rule: str | None = None) -> Story | None:
    """Why each rule (or only ``rule``) gave what it gave for an event of the member; None when it is not theirs.

    Raises NoProgramme when none was applied yet.
    """
    owner = Event.objects.filter(pk=event_id, member_id__in=selves(member_id), fact=False)
    owned = owner.only("member_id", "version_id", "occurred_at").first()
    if owned is None or owned.member_id is None:
        return None
    found = before(owned.member_id, event_id)
    if found is None:
        return None
    programme = found.tables.programme
    verdicts = [one for one in found.verdicts() if rule is None or one.rule == rule]
    # what was not decided gave nothing, whatever the rules would say: a mere visitor's event
    visitor = not found.decided and found.event.name in found.tables.names
    gave = [] if visitor else [one for one in verdicts if one.gave]
    gave_not = [one for one in verdicts if visitor or not one.gave]
    about = [one for one in gave_not if visitor or not _is_other(one, programme)]
    others = [one for one in gave_not if one not in about]
    since = _since(member_id, event_id, programme)
    sections = []
    if gave:
        lines = [*(_given(one, found) for one in gave), *since]
        sections.append(Section(_("What it earned"), lines))
    if about:
        note = _("Nobody was signed in: what a visitor does earns nothing.") if visitor else ""
        sections.append(Section(_("What gave nothing, and why"), [_not_given(one, programme) for one in about], note))
    if others:
        sections.append(
            Section(_("Rules about something else"), [_not_given(one, programme) for one in others], "", True)
        )
    if rule is not None and not verdicts:
        sections.append(Section(_("What gave nothing, and why"), [_no_such_rule(rule, found)]))
    invitation = section_of(member_id, owned, found.event, found.tables)
    if invitation is not None:
        sections.append(invitation)
    sections.append(Section(_("How things stood then"), _then(found, programme)))
    data = {
        "event_id": event_id,
        "event": found.event.name,
        "order_id": found.event.order_id,
        "occurred_at": found.event.occurred_at,
        "decided": found.decided,
        "day": phrases.local_date(min(found.event.occurred_at, moment(found.at)), programme.time_zone).isoformat(),
        "tier": found.level or None,
        "programme_version": found.tables.version,
        "rules": [_verdict_json(one, programme, visitor) for one in verdicts],
    }
    return Story("missing", title_of(found.event), _answer(gave, visitor, programme), sections, data)


def recent(member_id: int, limit: int = _RECENT_MAX) -> list[Asking]:
    """The member's newest events that can be asked about: orders and what else some rule speaks of, no spending and no
    refunds."""
    leaves = {*ev.LEDGER_NAMES, *ev.REFUND_NAMES, "Identified", "Aliased", "Group Joined", "Order Delivered"}
    rows = (
        Event.objects.filter(member_id__in=selves(member_id), fact=False)
        .exclude(name__in=leaves)
        .only("id", "name", "order_id", "occurred_at", "properties")
        .order_by("-id")[:limit]
    )
    return [Asking(row.pk, _title(row.name, row.order_id, row.properties.get("name")), row.occurred_at) for row in rows]


def event_of_order(member_id: int, order_id: str) -> int | None:
    """The event that completed an order of the member; None when they have no such order."""
    rows = Event.objects.filter(member_id__in=selves(member_id), name=ev.ORDER_COMPLETED, fact=False, order_id=order_id)
    return rows.values_list("id", flat=True).first()


def title_of(event: ev.Event) -> str:
    """What an event is called."""
    return _title(event.name, event.order_id, event.properties.get("name"))


def _title(name: str, order_id: str | None, product: Any) -> str:
    if name == ev.ORDER_COMPLETED and order_id:
        return _("Order %(order)s") % {"order": order_id}
    heading = event_title(name) or name
    if isinstance(product, str) and product:
        return _("%(what)s: %(product)s") % {"what": heading, "product": product}
    return heading


def _answer(gave: list[Verdict], visitor: bool, programme: Programme) -> str:
    if visitor:
        return _("It earned nothing: nobody was signed in.")
    if not gave:
        return _("It earned nothing. Below is what stood in the way.")
    sums: dict[str, int] = {}
    for one in gave:
        for key, given in ((one.gives, one.points), *one.also):
            sums[key] = sums.get(key, 0) + given
    earned = [phrases.counted(sum_, currency_name(programme, key)) for key, sum_ in sums.items() if sum_]
    earned += [_things(one, programme) for one in gave if one.things]
    return _("It earned %(points)s.") % {"points": phrases.listed(earned)}


def _things(one: Verdict, programme: Programme) -> str:
    """The coupons and badges it gave."""
    found: dict[tuple[str, str], Gift] = {(gift.kind, gift.key): gift for gift in programme.gifts}
    return gifts_words([found[thing] for thing in one.things], programme)


def _given(one: Verdict, found: Before) -> Line:
    programme = found.tables.programme
    rule = next(rule for rule in programme.rules if rule.key == one.rule)
    worked = worked_out(one, rule, programme, found.day, found.level)
    notes = (worked, *(reason_words(reason, rule, programme) for reason in one.reasons))
    points_given = [(one.gives, one.points), *one.also]
    values = [f"{signed(given)} {currency_name(programme, key)}" for key, given in points_given if given]
    value = phrases.listed([*values, *([_things(one, programme)] if one.things else [])])
    return Line(rule_name(rule, rule.key, programme), value, tuple(note for note in notes if note), key=one.rule)


def _not_given(one: Verdict, programme: Programme) -> Line:
    rule = next(rule for rule in programme.rules if rule.key == one.rule)
    notes = tuple(reason_words(reason, rule, programme) for reason in one.reasons)
    return Line(rule_name(rule, rule.key, programme), "0", notes, key=one.rule)


def _is_other(one: Verdict, programme: Programme) -> bool:
    rule = next(rule for rule in programme.rules if rule.key == one.rule)
    return is_of_something_else(one.reasons[0], rule)


def _no_such_rule(rule: str, found: Before) -> Line:
    words = _("The programme of that time (version %(version)s) has no such rule.") % {"version": found.tables.version}
    return Line(rule, "0", (words,), key=rule)


def _since(member_id: int, event_id: int, programme: Programme) -> list[Line]:
    """What became of the points since: still pending, taken back, lapsed, spent, paid a debt."""
    lots = list(Lot.objects.filter(member_id=member_id, event_id=event_id).order_by("id"))
    if not lots:
        return []
    lines = []
    sums, owed = points.moved_of_lots(member_id, [lot.pk for lot in lots])
    today = phrases.local_date(timezone.now(), programme.time_zone)
    for lot in lots:
        name = currency_name(programme, lot.currency)
        for kind, label in fates().items():
            amount = sums.get((lot.pk, kind), 0)
            if amount:
                value = signed(amount if kind == y.GIVE_BACK else -amount)
                lines.append(Line(label, f"{value} {name}"))
        if lot.pk in owed:
            value = f"{phrases.number(owed[lot.pk])} {name}"
            lines.append(Line(_("Spent already when a refund took them back"), value))
        if lot.state == y.LOT_PENDING and lot.remaining:
            currency = currency_of(programme, lot.currency)
            on = None if lot.matures_at is None else phrases.local_date(lot.matures_at, programme.time_zone)
            waits = pending_words(currency.pending_until if currency else None, on, today)
            lines.append(Line(_("Not available yet"), f"{phrases.number(lot.remaining)} {name}", (waits,)))
    return lines


def _then(found: Before, programme: Programme) -> list[Line]:
    happened = phrases.moment(found.event.occurred_at, programme.time_zone)
    taken = phrases.moment(moment(found.at), programme.time_zone)
    lines = [Line(_("It happened"), happened, event_id=found.event_id)]
    if taken != happened:
        lines.append(Line(_("It took effect"), taken))
    if programme.tiers is not None:
        lines.append(Line(_("Tier"), level_name(programme, found.level)))
    lines.append(Line(_("Programme version"), str(found.tables.version)))
    return lines


def _verdict_json(one: Verdict, programme: Programme, visitor: bool) -> dict[str, Any]:
    rule = next(rule for rule in programme.rules if rule.key == one.rule)
    reasons = [reason_json(reason, reason_words(reason, rule, programme)) for reason in one.reasons]
    points_given = 0 if visitor else one.points
    out: dict[str, Any] = {"rule": one.rule, "currency": one.gives, "points": points_given, "reasons": reasons}
    if not visitor and (one.also or one.things):
        out["also"] = [
            *({"currency": key, "points": given} for key, given in one.also),
            *({kind: key} for kind, key in one.things),
        ]
    if points_given:
        times = one.times
        out |= {
            "base": one.base,
            "rate": None if rule.rate is None else str(rule.rate),
            "times": str(times),
            "points_lost": one.lost,
        }
    return out

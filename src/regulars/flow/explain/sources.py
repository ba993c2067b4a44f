"""Whose points they were: the lots behind points that were spent, that lapsed, or that a refund took back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from regulars.events.models import Event
from regulars.flow import history, phrases
from regulars.flow.explain.missing import title_of
from regulars.flow.explain.story import Line, Section
from regulars.flow.explain.words import fates
from regulars.flow.history.rulewords import rule_name, rule_of, worth_words
from regulars.points import reads as points
from regulars.points.models import Lot, Transfer
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.programme import Programme
from regulars.screens.figures import signed


def sections_of(found: history.Entry, member_id: int, programme: Programme) -> list[Section]:
    """The arithmetic of an entry that takes points away, down to what had brought them; empty for others. Every
    section ends in what it adds up to, and all of them in what the entry changed. At most four queries."""
    if found.kind not in {"capture", "expire", "claw_back"}:
        return []
    rows = points.transfers_of(member_id, found.transfer_ids)
    if found.kind == "claw_back":
        return _taken_back(rows, member_id, programme)
    if found.kind == "expire":
        return _lapsed(rows, member_id, programme)
    return _spent(rows, programme)


def _spent(rows: Sequence[Transfer], programme: Programme) -> list[Section]:
    """Which earnings paid: the earliest to lapse first."""
    paid = [row for row in rows if row.kind == y.CAPTURE]
    lots = _lots(paid)
    lines = [_of_lot(row, lots, programme) for row in paid]
    worth = worth_words(programme, paid[0].currency, sum(row.amount for row in paid)) if paid else ""
    total = Line(_("In all"), signed(-sum(row.amount for row in paid)), (worth,) if worth else (), is_sum=True)
    note = _("The first to lapse are spent first.")
    return [Section(_("Which points they were"), [*lines, total], note)] if paid else []


def _of_lot(row: Transfer, lots: dict[int, Lot], programme: Programme) -> Line:
    lot = lots.get(row.lot_id or 0)
    if lot is None:
        return Line("–", signed(-row.amount))
    notes = [phrases.day(phrases.local_date(lot.event.occurred_at, programme.time_zone))]
    if row.amount != lot.earned:
        said = {"part": phrases.number(row.amount), "earned": phrases.number(lot.earned)}
        notes.append(_("%(part)s of %(earned)s") % said)
    return Line(_title(lot.event), signed(-row.amount), tuple(notes), event_id=lot.event_id)


def _lapsed(rows: Sequence[Transfer], member_id: int, programme: Programme) -> list[Section]:
    """What each lot had earned, what had become of it before, and what was left to lapse."""
    lots = _lots(rows)
    moved, _owed = points.moved_of_lots(member_id, list(lots))
    words = fates()
    found = []
    for row in rows:
        lot = lots.get(row.lot_id or 0)
        if lot is None:
            continue
        day = phrases.day(phrases.local_date(lot.event.occurred_at, programme.time_zone))
        lines = [Line(_("Earned"), signed(lot.earned), (day,), event_id=lot.event_id)]
        since = [
            (label, moved[lot.pk, kind] * (1 if kind == y.GIVE_BACK else -1))
            for kind, label in words.items()
            if (lot.pk, kind) in moved and kind != y.EXPIRE
        ]
        other = row.amount - lot.earned - sum(change for _label, change in since)
        if other:
            since.append((_("Other"), other))
        lines += [Line(label, signed(change)) for label, change in since]
        lines.append(Line(_("Left until the last day, then lapsed"), signed(row.amount), is_sum=True))
        found.append(Section(_title(lot.event), lines))
    return found


def _taken_back(rows: Sequence[Transfer], member_id: int, programme: Programme) -> list[Section]:
    """For each rule: what it had given for the order, and what it gives for what stays."""
    order_id = rows[0].event.order_id
    earned = points.earned_of_order(member_id, order_id, rows[0].currency) if order_id else []
    before = [row for row in earned if row.id < rows[0].id]
    by_rule: dict[str | None, list[Transfer]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    found = []
    for key, taken in by_rule.items():
        rule = rule_of(programme, key)
        counts = rule is None or rule.rate is not None
        had, base = _sums(row for row in before if row.rule == key)
        gone = sum(row.amount for row in taken)
        lines = [_money_line(_("It had earned"), -had, base if counts else None, programme)]
        if had != gone:
            left = base - (taken[0].base or 0)
            lines.append(_money_line(_("What stays has earned"), had - gone, left if counts else None, programme))
        owed = sum(row.amount for row in taken if row.debit == y.ACC_DEBT)
        notes = (_("%(points)s of them were spent already and are owed.") % {"points": phrases.number(owed)},)
        lines.append(Line(_("Taken back"), signed(-gone), notes if owed else (), is_sum=True))
        found.append(Section(rule_name(rule, key, programme), lines))
    return found


def _sums(rows: Iterable[Transfer]) -> tuple[int, int]:
    """What a rule gave for an order less what was taken back before, in points; and the money that still counted."""
    had = base = 0
    refunds = set()
    for row in rows:
        if row.kind == y.EARN:
            had, base = had + row.amount, base + (row.base or 0)
        else:
            had -= row.amount
            # one refund may take from several lots: what counts no more stands in each of its rows
            base -= 0 if row.event_id in refunds else row.base or 0
            refunds.add(row.event_id)
    return had, base


def _money_line(label: str, change: int, base_minor: int | None, programme: Programme) -> Line:
    notes = () if base_minor is None else (_("for %(amount)s") % {"amount": phrases.money(base_minor, programme)},)
    return Line(label, signed(change), notes)


def _lots(rows: Iterable[Transfer]) -> dict[int, Lot]:
    return points.lots_with_events({row.lot_id for row in rows if row.lot_id is not None})


def _title(event: Event) -> str:
    return title_of(ev.Event(event.name, "", "", event.occurred_at, event.properties, order_id=event.order_id))

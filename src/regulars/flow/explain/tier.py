"""Why this tier: what counted in its window, order by order, what each level asks, and how it came to be."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.events.append import amounts_of
from regulars.events.models import Event
from regulars.flow import phrases
from regulars.flow.explain.story import Line, Section, Story
from regulars.flow.explain.words import level_name
from regulars.flow.standing import measure_text, standing
from regulars.flow.standing_view import StandingView
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.programmes.reads import microseconds
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import day_date, day_number, local_day, midnights
from regulars.rules.programme import Programme, Tiers
from regulars.tiers import reads as tiers_reads
from regulars.tiers.models import Activity

DAYS_MAX = 400
_CHANGES_MAX = 20


def tier(member_id: int, now: datetime | None = None) -> Story | None:
    """Why the member is on their level; None in a programme without tiers. Raises NoProgramme."""
    now = now or timezone.now()
    view = standing(member_id, now)
    tiers = view.programme.tiers
    if view.tier is None or tiers is None:
        return None
    account = points.account(member_id)
    joined = account.joined_day if account else day_number(view.today)
    cut = tiers_reads.window_cut(tiers, joined, day_number(view.today))
    days = _days(member_id, tiers, view.programme, cut, view.today)
    changes = tiers_reads.changes(member_id, _CHANGES_MAX)
    sections = [
        Section(_("What each level asks"), _level_lines(view)),
        Section(_("Until when, and what then"), _keep_lines(view, tiers)),
    ]
    if changes:
        sections.append(Section(_("How it came to be"), [_change_line(change, view.programme) for change in changes]))
    sections.append(Section(_("What counts today"), _day_lines(days, view, tiers), _window_words(tiers, cut, view)))
    counted = sum(value for _day, value, _orders in days)
    here = view.tier.name or _("No tier yet")
    answer = _("%(level)s: %(value)s count today.") % {"level": here, "value": view.tier.value_text}
    data = {
        "level": view.tier.level or None,
        "measure": tiers.measure,
        "value": _json_value(view.tier.value, tiers, view.programme),
        "adds_up": max(0, counted) == view.tier.value,
        "counts_after": None if cut is None else day_date(cut).isoformat(),
        "days": [
            {"day": on.isoformat(), "value": _json_value(value, tiers, view.programme), "orders": orders}
            for on, value, orders in days
        ],
        "programme_version": view.version_id,
        "review_at": view.tier.review_at,
        "in_grace": view.tier.in_grace,
        "to_keep": _json_value(view.tier.to_keep, tiers, view.programme),
        "changes": [
            {
                "from": change.from_level or None,
                "to": change.to_level or None,
                "reason": {y.REACHED: "reached", y.REVIEWED: "reviewed", y.REVISED: "revised"}[change.reason],
                "at": change.effective_at,
                "event_id": change.event_id,
                "programme_version": change.version_id,
            }
            for change in changes
        ],
    }
    return Story("tier", here, answer, sections, data)


Days = list[tuple[date, int, list[dict[str, Any]]]]


def _days(member_id: int, tiers: Tiers, programme: Programme, cut: int | None, today: date) -> Days:
    """The local days that count, newest first: the sum the tables keep, and for spending and orders what made it."""
    rows = Activity.objects.filter(member_id=member_id)
    if cut is not None:
        rows = rows.filter(day__gt=cut)
    column = {"spending": "spent_minor", "orders": "orders", "growth": "grown"}[tiers.measure]
    sums = dict(rows.order_by("-day").values_list("day", column))
    orders: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if tiers.measure != "growth":
        for day, row in _orders(member_id, tiers, programme):
            orders[day].append(row)
    return [(day_date(day), int(value), orders.get(day, [])) for day, value in sums.items()]


def _orders(member_id: int, tiers: Tiers, programme: Programme) -> list[tuple[int, dict[str, Any]]]:
    """Every order and refund with the day it counts on: a refund counts on the day of its order."""
    begins = midnights(programme.time_zone)
    rows = (
        Event.objects.filter(member_id=member_id, fact=False, name__in=[ev.ORDER_COMPLETED, *ev.REFUND_NAMES])
        .filter(amounts__isnull=False)
        .annotate(amounts_text=Cast("amounts", TextField()))
        .order_by("id")
        .values_list("id", "name", "order_id", "occurred_at", "effective_at", "amounts_text")
    )
    found = []
    for event_id, name, order_id, occurred_at, effective_at, amounts in rows:
        order = amounts_of(amounts)
        net = sum(line.net_minor for line in order.lines)
        refund = name in ev.REFUND_NAMES
        happened = local_day(begins, min(microseconds(occurred_at), microseconds(effective_at)))
        counts = int(not refund) - int(refund and order.whole)
        value = counts if tiers.measure == "orders" else -net if refund else net
        row = {
            "event_id": event_id,
            "event": name,
            "order_id": order_id,
            "value": _json_value(value, tiers, programme),
            "counts": value,
        }
        found.append((order.about_day if refund else happened, row))
    return found


def _json_value(value: int, tiers: Tiers, programme: Programme) -> Any:
    return phrases.decimal_text(value, programme.minor_digits) if tiers.measure == "spending" else value


def _day_lines(days: Days, view: StandingView, tiers: Tiers) -> list[Line]:
    lines = []
    for on, value, orders in days[:DAYS_MAX]:
        notes = []
        for one in orders:
            label = _("Order %(order)s") if one["event"] == ev.ORDER_COMPLETED else _("Order %(order)s, returned")
            amount = _signed_measure(one["counts"], tiers, view.programme)
            said = {"order": label % {"order": one["order_id"]}, "amount": amount}
            notes.append(_("%(order)s: %(amount)s") % said)
        event_id = orders[0]["event_id"] if len(orders) == 1 else None
        text = measure_text(value, tiers, view.programme)
        lines.append(Line(phrases.day(on, view.today), text, tuple(notes), event_id=event_id))
    assert view.tier is not None
    return [*lines, Line(_("In all"), view.tier.value_text, is_sum=True)]


def _signed_measure(value: int, tiers: Tiers, programme: Programme) -> str:
    text = measure_text(abs(value), tiers, programme)
    return text if value >= 0 else f"−{text}"


def _window_words(tiers: Tiers, cut: int | None, view: StandingView) -> str:
    if cut is None:
        return _("Everything since the beginning counts. A return counts against the day of its order.")
    first = phrases.day(day_date(cut + 1), view.today)
    return _("What happened since %(day)s counts. A return counts against the day of its order.") % {"day": first}


def _level_lines(view: StandingView) -> list[Line]:
    lines = []
    for level in reversed(view.ladder):
        reached = level.missing == 0
        if level.current and reached:
            note = _("here, and earned today")
        elif level.current:
            note = _("here, kept though %(missing)s are missing today") % {"missing": level.missing_text}
        elif reached:
            note = _("earned today")
        else:
            note = _("%(missing)s more") % {"missing": level.missing_text}
        lines.append(Line(level.name, level.threshold_text, (note,), is_sum=level.current, key=level.key))
    return lines


def _keep_lines(view: StandingView, tiers: Tiers) -> list[Line]:
    assert view.tier is not None
    lines = []
    if view.tier.since is not None:
        since = phrases.day(phrases.local_date(view.tier.since, view.programme.time_zone), view.today)
        lines.append(Line(_("Since"), since))
    if view.tier.kept_until is not None:
        until = phrases.day(view.tier.kept_until, view.today)
        if view.tier.to_keep:
            note = _("%(missing)s more by then keep it.") % {"missing": view.tier.to_keep_text}
        else:
            note = _("What counts now is enough to keep it beyond.")
        lines.append(Line(_("In grace until") if view.tier.in_grace else _("Kept until"), until, (note,)))
        below = {
            "one_step": _("One level down"),
            "level_earned": _("Down to the level that is earned then"),
        }[tiers.then]
        lines.append(Line(_("If it is not earned by then"), below, _grace(tiers)))
    elif view.tier.rank:
        lines.append(Line(_("Kept until"), _("for good")))
    begun = programmes.current()[0].effective_at
    version = str(view.version_id)
    since_words = "" if begun is None else phrases.day(phrases.local_date(begun, view.programme.time_zone), view.today)
    in_force = (_("in force since %(day)s") % {"day": since_words},) if since_words else ()
    lines.append(Line(_("Programme version"), version, in_force))
    return lines


def _grace(tiers: Tiers) -> tuple[str, ...]:
    if not tiers.grace_days:
        return ()
    days = ngettext("after %(days)s day of grace", "after %(days)s days of grace", tiers.grace_days)
    return (days % {"days": phrases.number(tiers.grace_days)},)


def _change_line(change: Any, programme: Programme) -> Line:
    names = {
        y.REACHED: _("reached"),
        y.REVIEWED: _("after its review"),
        y.REVISED: _("by a new version of the programme"),
    }
    on = phrases.day(phrases.local_date(change.effective_at, programme.time_zone))
    version = _("programme version %(number)s") % {"number": change.version_id}
    moved = f"{level_name(programme, change.from_level)} → {level_name(programme, change.to_level)}"
    return Line(moved, on, (names[change.reason], version), event_id=change.event_id)

"""A programme in plain words of the active language: what the file says, for somebody who does not read files."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.programmes.calendar_words import calendar_section
from regulars.programmes.condition_words import condition_words, event_words
from regulars.programmes.referral_words import referral_section
from regulars.programmes.task_words import (
    BY_KEY,
    Called,
    Section,
    cap_words,
    counted,
    factor,
    gifts_words,
    tasks_section,
    validity_words,
)
from regulars.rules.programme import Currency, EarnRule, Expiry, Level, Programme, Text, Tiers
from regulars.screens.figures import in_language, money, whole

__all__ = ["Section", "counted", "factor", "in_words"]


def in_words(
    programme: Programme, benefit: Callable[[str], str] | None = None, called: Called = BY_KEY
) -> list[Section]:
    """The whole programme: in general, each currency of points, tiers and their benefits, earning, tasks, the calendar.

    called: what rules, coupons, badges and benefits are called; ``benefit`` words a benefit's key otherwise.
    """
    benefit = benefit or called.benefit
    sections = [_general(programme)]
    sections += [_currency(currency, programme) for currency in programme.points]
    if programme.tiers is not None:
        sections.append(_tiers(programme.tiers, programme, benefit, called))
    if programme.benefits:
        sections.append(_benefits(programme, benefit))
    sections.append(_earning(programme, called))
    if programme.tasks:
        sections.append(tasks_section(programme, called))
    if programme.referral is not None:
        sections.append(referral_section(programme.referral, programme, called))
    if programme.calendar:
        sections.append(calendar_section(programme, called))
    return sections


def _general(programme: Programme) -> Section:
    return Section(
        "general",
        _("In general"),
        [
            _("%(name)s counts money in %(currency)s; its days and months are those of %(zone)s.")
            % {
                "name": _named(programme.name, programme.key),
                "currency": programme.currency,
                "zone": programme.time_zone,
            }
        ],
    )


def _currency(currency: Currency, programme: Programme) -> Section:
    name = _named(currency.name, currency.key)
    said = []
    if not currency.spendable:
        said.append(_("Counts toward tiers only; it cannot be spent."))
    if currency.worth is not None:
        points, paid = _rate_parts(currency.worth, programme, inverse=True)
        said.append(_("%(points)s pay %(money)s.") % {"points": counted(points, name), "money": paid})
    if currency.spendable and currency.worth is not None:
        if currency.pays_at_least_points:
            said.append(_("At least %(points)s at a time.") % {"points": counted(currency.pays_at_least_points, name)})
        if currency.pays_at_most_percent < 100:
            said.append(_("They pay at most %(percent)s%% of one order.") % {"percent": currency.pays_at_most_percent})
    said.append(_pending(currency))
    said.append(_expiry(currency.expires))
    if currency.spendable:
        said.append(
            _("What a refund takes beyond the balance is owed and taken from the next points.")
            if currency.beyond_balance == "debt"
            else _("What a refund would take beyond the balance is forgiven.")
        )
        said.append(
            _("A refund gives paid points back to their own lots; if those have lapsed, they live %(days)s days more.")
            % {"days": currency.grace_days}
            if currency.grace_days
            else _("A refund gives paid points back to their own lots, even if those have lapsed.")
        )
    return Section(f"points-{currency.key}", name, [sentence for sentence in said if sentence])


def _pending(currency: Currency) -> str:
    if currency.pending_until and currency.pending_days:
        return _("Pending until %(event)s, %(days)s days at most.") % {
            "event": event_words(currency.pending_until),
            "days": currency.pending_days,
        }
    if currency.pending_until:
        return _("Pending until %(event)s.") % {"event": event_words(currency.pending_until)}
    if currency.pending_days:
        return ngettext("Pending for %(days)s day.", "Pending for %(days)s days.", currency.pending_days) % {
            "days": currency.pending_days
        }
    return _("Available at once.")


def _expiry(expires: Expiry | None) -> str:
    if expires is None:
        return _("They never expire.")
    if expires.after_months and expires.after_months % 12 == 0:
        years = expires.after_months // 12
        after = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    elif expires.after_months:
        after = ngettext("%(count)s month", "%(count)s months", expires.after_months) % {"count": expires.after_months}
    else:
        after = ngettext("%(count)s day", "%(count)s days", expires.after_days) % {"count": expires.after_days}
    ends = {
        "month": _("They expire %(after)s after they were earned, at the end of that month."),
        "quarter": _("They expire %(after)s after they were earned, at the end of that quarter."),
        "year": _("They expire %(after)s after they were earned, at the end of that year."),
        None: _("They expire %(after)s after they were earned."),
    }
    said = ends[expires.at_end_of] % {"after": after}
    return f"{said} {_('Earning or spending starts the time anew.')}" if expires.sliding else said


def _tiers(tiers: Tiers, programme: Programme, benefit: Callable[[str], str], called: Called) -> Section:
    measures = {
        "spending": _("A tier is reached by spending"),
        "orders": _("A tier is reached by the number of orders"),
        "growth": _("A tier is reached by growth points"),
    }
    windows = {
        "rolling": ngettext("in the last %(days)s day", "in the last %(days)s days", tiers.window_days)
        % {"days": tiers.window_days},
        "calendar": _("in the calendar year"),
        "anniversary": _("in the member's own year, counted from joining"),
        "ever": _("since joining"),
    }
    said = [_("%(measure)s %(window)s.") % {"measure": measures[tiers.measure], "window": windows[tiers.window]}]
    if tiers.keep_days:
        then = {
            "level_earned": _("then the member moves to the level they have earned"),
            "one_step": _("then the member moves down one level"),
        }[tiers.then]
        kept = (
            _("It is kept for %(days)s days, then reviewed; who falls short has %(grace)s days more, %(then)s.")
            if tiers.grace_days
            else _("It is kept for %(days)s days, then reviewed; who falls short has no more time: %(then)s.")
        )
        said.append(kept % {"days": tiers.keep_days, "grace": tiers.grace_days, "then": then})
    else:
        said.append(_("A tier once reached is never lost."))
    rows = [_level(level, tiers, programme, benefit, called) for level in tiers.levels]
    return Section(
        "tiers", _("Tiers"), said, [_("Tier"), _("Starts at"), _("Earns"), _("Benefits"), _("Gives when reached")], rows
    )


def _level(
    level: Level, tiers: Tiers, programme: Programme, benefit: Callable[[str], str], called: Called
) -> list[str]:
    start = money(level.threshold, programme.currency) if tiers.measure == "spending" else whole(level.threshold)
    return [
        _named(level.name, level.key),
        start,
        f"×{factor(level.earns_times)}",
        _(", ").join(benefit(key) for key in level.benefits) or "–",
        gifts_words(level.gifts, programme, called) or "–",
    ]


def _benefits(programme: Programme, benefit: Callable[[str], str]) -> Section:
    rows = [
        [
            _named(one.name, "") or benefit(one.key),
            _named(one.how, "") or "–",
            cap_words(one.at_most),
        ]
        for one in programme.benefits
    ]
    return Section("benefits", _("Benefits"), [], [_("Benefit"), _("How to use it"), _("At most")], rows)


def _earning(programme: Programme, called: Called) -> Section:
    return Section(
        "earn",
        _("What earns points"),
        [],
        [_("Rule"), _("When"), _("Gives"), _("Only if"), _("At most")],
        [_rule(rule, programme, called) for rule in programme.earn],
    )


def _rule(rule: EarnRule, programme: Programme, called: Called) -> list[str]:
    currency = next((c for c in programme.points if c.key == rule.gives), None)
    unit = _named(currency.name, rule.gives) if currency else rule.gives
    only = condition_words([*rule.where.tests, *rule.member.tests], programme)
    only += validity_words(rule)
    return [
        called.rule(rule),
        event_words(rule.when),
        _gives(rule, unit, programme, called),
        _("; ").join(only) or _("always"),
        cap_words(rule.at_most),
    ]


def _gives(rule: EarnRule, unit: str, programme: Programme, called: Called) -> str:
    if rule.gifts:
        return gifts_words(rule.gifts, programme, called)
    if rule.rate is None:
        return counted(rule.points, unit)
    part = {
        "net": _("after discounts, before delivery and tax"),
        "gross": _("after discounts, with tax"),
        "list": _("before discounts"),
        "paid": _("of all that was paid"),
    }[rule.of]
    points, amount = _rate_parts(rule.rate, programme)
    values = {"points": counted(points, unit), "money": amount, "counted": part}
    said = _("%(points)s for every %(money)s %(counted)s") % values
    return _("%(said)s, times the tier's factor") % {"said": said} if rule.times_tier else said


def _rate_parts(rate: Fraction, programme: Programme, *, inverse: bool = False) -> tuple[int, str]:
    """A rate as whole points and an amount of at least one unit of money: 1/100 a cent is 1 point for 1.00.

    rate: points per minor unit, or (``inverse``) minor units per point.
    """
    points, minor = (rate.denominator, rate.numerator) if inverse else (rate.numerator, rate.denominator)
    major = 10**programme.minor_digits
    if minor < major and major % minor == 0:
        points, minor = points * (major // minor), major
    return points, money(minor, programme.currency)


def _named(text: Text, fallback: str) -> str:
    return in_language(text, fallback)

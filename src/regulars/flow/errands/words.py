"""Tasks in the words a customer would use: what to do, how far they are, what it gives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.flow import phrases
from regulars.flow.history.rulewords import cap_words, currency_name
from regulars.programmes.condition_words import condition_words
from regulars.programmes.task_words import Called, gifts_words
from regulars.rules.days import day_date
from regulars.rules.programme import EarnRule, Goal, Programme
from regulars.rules.task_state import TaskState


def do_words(event: str) -> str:
    """What a customer does for an event to come, told to them; a name of the shop's own stays as it is."""
    known = {
        "Order Completed": _("Place an order"),
        "Order Delivered": _("Receive an order"),
        "Product Reviewed": _("Review a product"),
        "Product Shared": _("Share a product"),
        "Product Viewed": _("Look at a product"),
        "Suggestion Adopted": _("Make a suggestion that we take up"),
        "Checked In": _("Check in"),
        "Live Room Entered": _("Enter a live room"),
        "Live Room Watched": _("Watch a live room"),
        "Survey Answered": _("Answer a survey"),
        "Profile Completed": _("Complete your profile"),
        "Signed Up": _("Sign up"),
    }
    return known.get(event) or _("“%(event)s”") % {"event": event}


def inside(said: str) -> str:
    """A sentence's beginning within another."""
    return said[:1].lower() + said[1:]


def what_words(rule: EarnRule, programme: Programme) -> str:
    """What the task asks for."""
    goal = rule.goal
    if goal is None:
        return do_words(rule.when)
    if goal.kind == "steps":
        said = ngettext("%(count)s step, in any order", "%(count)s steps, in any order", len(goal.steps))
        if goal.in_order:
            said = ngettext("%(count)s step, in this order", "%(count)s steps, in this order", len(goal.steps))
        steps = said % {"count": phrases.number(len(goal.steps))}
        if not goal.within_days:
            return steps
        within = ngettext(
            "%(steps)s, within %(days)s day of the first",
            "%(steps)s, within %(days)s days of the first",
            goal.within_days,
        )
        return within % {"steps": steps, "days": phrases.number(goal.within_days)}
    do = {"do": do_words(rule.when)}
    if goal.kind == "streak":
        return {
            "day": _("%(do)s every day"),
            "week": _("%(do)s every week"),
            "month": _("%(do)s every month"),
        }[goal.per] % do
    if goal.kind == "count":
        many = ngettext("%(do)s %(count)s time", "%(do)s %(count)s times", goal.reaches)
        said = many % (do | {"count": phrases.number(goal.reaches)})
    else:
        said = _("%(do)s: %(amount)s") % (do | {"amount": amount_words(goal, goal.reaches, programme)})
    return {
        "day": _("%(said)s in a day"),
        "week": _("%(said)s in a week"),
        "month": _("%(said)s in a month"),
        "year": _("%(said)s in a year"),
    }.get(goal.per, "%(said)s") % {"said": said}


def amount_words(goal: Goal, amount: int, programme: Programme) -> str:
    """So much of what a sum adds up: ``300 seconds``, ``¥500.00``."""
    if goal.is_money:
        return phrases.money(amount, programme, short=True)
    number = figure(goal, amount, programme)
    if goal.of == "seconds":
        return ngettext("%(n)s second", "%(n)s seconds", amount // 1_000) % {"n": number}
    if goal.of == "minutes":
        return ngettext("%(n)s minute", "%(n)s minutes", amount // 1_000) % {"n": number}
    if goal.of == "photos":
        return ngettext("%(n)s photo", "%(n)s photos", amount // 1_000) % {"n": number}
    return _("%(n)s (%(of)s)") % {"n": number, "of": goal.of}


def figure(goal: Goal, amount: int, programme: Programme) -> str:
    """A sum's amount alone, as a reader writes it."""
    if goal.is_money:
        return phrases.money(amount, programme, short=True)
    whole, part = divmod(amount, 1_000)
    return phrases.number(whole) + (f"{Decimal(part).scaleb(-3).normalize():f}"[1:] if part else "")


def progress_words(rule: EarnRule, found: TaskState, programme: Programme, today: date) -> str:
    """How far the member is, in one short sentence; empty when there is nothing to tell."""
    goal = rule.goal
    if found.is_done and (goal is None or goal.kind != "streak"):
        return done_words(found, today)
    if goal is None:
        return times_words(found)
    if goal.kind == "streak":
        return _streak(goal, found, today)
    if goal.kind == "steps":
        missing = [
            inside(do_words(step.when)) for step, is_taken in zip(goal.steps, found.taken, strict=True) if not is_taken
        ]
        values = {
            "done": phrases.number(found.done),
            "of": phrases.number(found.of),
            "missing": phrases.listed(missing[:1] if goal.in_order else missing),
        }
        if not found.done:
            return _("Not begun yet")
        return _("%(done)s of %(of)s steps. Still to do: %(missing)s") % values
    if goal.kind == "count":
        values = {"done": phrases.number(found.done), "of": phrases.number(found.of)}
    else:
        values = {"done": figure(goal, found.done, programme), "of": amount_words(goal, found.of, programme)}
    return {
        "day": _("%(done)s of %(of)s today"),
        "week": _("%(done)s of %(of)s this week"),
        "month": _("%(done)s of %(of)s this month"),
        "year": _("%(done)s of %(of)s this year"),
        "ever": _("%(done)s of %(of)s so far"),
    }[goal.per] % values


def done_words(found: TaskState, today: date) -> str:
    """That it is done, and from when on it can be done again."""
    if found.again_day is None:
        return pgettext("a task", "Done")
    again = day_date(found.again_day)
    if again == today + timedelta(days=1):
        return _("Done. Again from tomorrow")
    return _("Done. Again from %(day)s") % {"day": phrases.day(again, today)}


def times_words(found: TaskState) -> str:
    """How often a task that may be done several times has given; empty for one that gives once."""
    if not found.times or found.left is None or found.times + found.left == 1:
        return ""
    return _("Done %(times)s of %(most)s times") % {
        "times": phrases.number(found.times),
        "most": phrases.number(found.times + found.left),
    }


def run_words(goal: Goal, run: int) -> str:
    """How long a run is: ``3 days in a row``."""
    words = {
        "day": ngettext("%(count)s day in a row", "%(count)s days in a row", run),
        "week": ngettext("%(count)s week in a row", "%(count)s weeks in a row", run),
        "month": ngettext("%(count)s month in a row", "%(count)s months in a row", run),
    }
    return words[goal.per] % {"count": phrases.number(run)}


def _streak(goal: Goal, found: TaskState, today: date) -> str:
    if not found.done:
        return _("Not begun yet") if not found.is_done else done_words(found, today)
    run = run_words(goal, found.done)
    if not found.is_done:
        kept_up = {
            "day": _("%(run)s. Today keeps it going"),
            "week": _("%(run)s. This week keeps it going"),
            "month": _("%(run)s. This month keeps it going"),
        }
        return kept_up[goal.per] % {"run": run}
    return _("%(run)s. %(done)s") % {"run": run, "done": done_words(found, today)}


def gives_words(rule: EarnRule, programme: Programme, called: Called) -> str:
    """What the task gives."""
    goal = rule.goal
    gifts = gifts_words(rule.gifts, programme, called)
    if goal is None or goal.kind != "streak":
        return gifts
    name = currency_name(programme, rule.gives)
    least, most = min(goal.points), max(goal.points)
    points = phrases.counted(most, name)
    if least != most:
        points = _("%(least)s to %(points)s") % {"least": phrases.number(least), "points": points}
    said = {
        "day": _("%(points)s a day"),
        "week": _("%(points)s a week"),
        "month": _("%(points)s a month"),
    }[goal.per] % {"points": points}
    if not gifts:
        return said
    values = {"said": said, "gifts": gifts, "run": run_words(goal, len(goal.points))}
    return _("%(said)s; for %(run)s also %(gifts)s") % values


def terms_words(rule: EarnRule, programme: Programme, today: date) -> list[str]:
    """What else is to know: conditions, how often, until when."""
    said = condition_words(rule.where.tests, programme)
    goal = rule.goal
    if goal is not None and goal.every:
        said.append(_("Again each time you get there"))
    for step in goal.steps if goal is not None else ():
        tests = condition_words(step.where.tests, programme)
        said += [_("%(do)s: %(test)s") % {"do": do_words(step.when), "test": test} for test in tests]
    if rule.at_most is not None and (rule.at_most.limit, rule.at_most.per) != (1, "ever"):
        said.append(cap_words(rule.at_most, programme, rule.gives))
    if rule.valid_until_day is not None:
        last = day_date(rule.valid_until_day - 1)
        said.append(_("Until %(day)s") % {"day": phrases.day(last, today)})
    return said

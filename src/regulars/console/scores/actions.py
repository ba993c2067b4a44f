"""The operator's actions: what each costs, and what is assumed of it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience.scores import plan, reads, words
from regulars.audience.scores.models import ScoreRun
from regulars.console.reads import programme_of
from regulars.screens.figures import plain

MAY = "scores.change_actionplan"
COST_MAX = Decimal(10_000_000)


def page(request: HttpRequest) -> HttpResponse:
    """The form; what is saved counts from the next run on."""
    if not request.user.has_perm(MAY):
        raise PermissionDenied
    programme = programme_of(request)
    run = reads.current()
    if programme is None or run is None:
        return redirect(reverse("admin:scores_scorerun_changelist"))
    actions, margin, _said = plan.in_force(run.fitted["mean_order_minor"])
    rows = [_row(one, programme.currency) for one in actions]
    problems: list[str] = []
    if request.method == "POST":
        rows = _posted(request)
        margin_text = request.POST.get("margin", "")
        found, problems = _read(rows, programme.currency)
        margin = int(margin_text) if margin_text.isdecimal() and len(margin_text) < 4 else 0
        if not 1 <= margin <= 100:
            problems.append(_("The margin is a whole number from 1 to 100."))
        if not problems:
            plan.keep(found, margin, request.user)
            messages.success(request, _("Saved. The next run weighs these actions; you can have it made now."))
            return redirect(reverse("admin:scores_scorerun_changelist"))
    free = plan.ACTIONS_MAX - len(rows)
    rows += [{"acts_on": plan.ON_LEAVING}] * min(free, 1 if rows else 2)
    context = {
        **admin.site.each_context(request),
        "opts": ScoreRun._meta,
        "title": _("Actions and what they are assumed to do"),
        "rows": list(enumerate(rows)),
        "margin": margin or request.POST.get("margin", ""),
        "problems": problems,
        "currency": programme.currency,
        "kept": plan.kept(),
    }
    return TemplateResponse(request, "console/scores/actions.html", context, status=422 if problems else 200)


def _row(one: plan.Action, currency: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": words.action(one.key, one.name),
        "cost": str(plain(one.cost_minor, currency)),
        "low": str(one.low_percent),
        "high": str(one.high_percent),
        "acts_on": one.acts_on,
    }


def _posted(request: HttpRequest) -> list[dict[str, Any]]:
    names = ("key", "name", "cost", "low", "high", "acts_on")
    rows = [
        {name: request.POST.get(f"{name}-{place}", "").strip()[:80] for name in names}
        for place in range(plan.ACTIONS_MAX)
    ]
    return [row for row in rows if row["name"]]


def _read(rows: list[dict[str, Any]], currency: str) -> tuple[list[plan.Action], list[str]]:
    found, problems = [], []
    for place, row in enumerate(rows):
        try:
            cost = Decimal(row["cost"])
            low, high = int(row["low"]), int(row["high"])
            minor = cost.scaleb(-plain(1, currency).as_tuple().exponent)  # type: ignore[operator]
            if minor != minor.to_integral_value() or not 0 <= cost <= COST_MAX or not 0 <= low <= high <= 100:
                raise ValueError
        except (ValueError, InvalidOperation):
            problems.append(
                _("%(name)s: a cost in money, and two whole percentages from 0 to 100, the lower one first.")
                % {"name": row["name"]}
            )
            continue
        key = row["key"] if row["key"] in {"reminder", "coupon", "thanks"} else f"own-{place + 1}"
        own = "" if words.action(key) == row["name"] else row["name"]
        acts_on = plan.ON_VALUE if row["acts_on"] == plan.ON_VALUE else plan.ON_LEAVING
        found.append(plan.Action(key, own, int(minor), low, high, acts_on))
    return found, problems

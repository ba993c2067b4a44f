"""The page of the scores: the model in force and why, how it was judged, whom it speaks of, earlier runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.audience.scores import bands, plan, reads, tasks, words, writes
from regulars.audience.scores.models import ScoreRun
from regulars.console import charts as dressed
from regulars.console.reads import programme_of
from regulars.console.scores import actions, charts, people, trust
from regulars.screens.figures import about
from regulars.screens.read_only import ReadOnlyAdmin

SEE, REFRESH, PLAN = "scores.view_scorerun", "scores.add_scorerun", "scores.change_actionplan"
HORIZONS = ("30", "60", "90")
_REMEMBERED_SECONDS = 24 * 3600


@admin.register(ScoreRun)
class ScoreAdmin(ReadOnlyAdmin):
    """The runs: the list of them is the page of the one in force."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see scores."""
        return bool(request.user.has_perm(SEE))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As above."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[Any]:
        """The page, its parts and what hangs on it."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="scores_scorerun_changelist"),
            path("refresh/", view(require_POST(refresh)), name="scores_refresh"),
            path("progress/", view(require_safe(progress)), name="scores_progress"),
            path("members/", view(require_safe(people.page)), name="scores_members"),
            path("members/export.csv", view(require_safe(people.export)), name="scores_export"),
            path("actions/", view(actions.page), name="scores_actions"),
            path("<int:version>/", view(require_safe(version_view)), name="scores_scorerun_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The run in force."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return _page(request, reads.current(), with_head=True)


def version_view(request: HttpRequest, version: int) -> HttpResponse:
    """An earlier run, as it was judged then."""
    _allow(request, SEE)
    run = reads.run_by_version(version)
    if run is None:
        raise Http404
    return _page(request, run, with_head=run.current)


def refresh(request: HttpRequest) -> HttpResponse:
    """Let a worker make the scores now."""
    _allow(request, REFRESH)
    tasks.enqueue(if_due=False)
    messages.success(request, _("The scores are being made anew. This page shows how far it is."))
    return redirect(f"{reverse('admin:scores_scorerun_changelist')}?asked=1")


def progress(request: HttpRequest) -> HttpResponse:
    """How far a run is, for htmx."""
    _allow(request, SEE)
    return TemplateResponse(request, "console/scores/progress.html", state(request))


def state(request: HttpRequest) -> dict[str, Any]:
    """What is under way: ``working`` and how far, else whether the newest run came to nothing."""
    newest = reads.newest()
    # A run that says it runs and that nobody holds the lock of was killed.
    working = newest is not None and newest.state == ScoreRun.RUNNING and writes.under_way()
    failed = newest is not None and not working and newest.state != ScoreRun.MADE
    asked = "asked" in request.GET
    return {
        "working": working,
        "waiting": asked and not working and request.GET.get("after") != str(newest.pk if newest else 0),
        "asked": asked,
        "after": request.GET.get("after", ""),
        "run_step": words.step(newest.step) if working and newest else "",
        "run_percent": newest.done if working and newest else 0,
        "newest": newest,
        "failed_why": words.why(newest.said or {"key": "interrupted"}) if failed and newest else "",
        "may_refresh": request.user.has_perm(REFRESH),
    }


def _page(request: HttpRequest, run: ScoreRun | None, with_head: bool) -> HttpResponse:
    programme = programme_of(request)
    asked = request.GET.get("days", "90")
    days = asked if asked in HORIZONS else "90"
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": ScoreRun._meta,
        "title": _("Scores") if with_head else _("Run %(number)s of the scores") % {"number": run.pk if run else ""},
        "run": run,
        "in_force": with_head,
        "may_plan": request.user.has_perm(PLAN),
        "may_list": request.user.has_perm("members.view_member"),
        **state(request),
        "runs": [(one, words.why(one.said)) for one in reads.runs()],
    }
    if run is not None and run.state == ScoreRun.MADE:
        currency = programme.currency if programme else ""
        context |= _models(run, currency) | _judged(run, days)
        if with_head:
            context |= _grid(run, currency) | {"may_act": _acts(run, currency)}
    elif run is not None:
        context["why"] = words.why(run.said)
    return TemplateResponse(request, "console/scores/page.html", context)


def _models(run: ScoreRun, currency: str) -> dict[str, Any]:
    fitted = run.fitted
    total = fitted["total"]
    chosen = fitted["orders"]
    return {
        "model": chosen["model"],
        "candidates": chosen["candidates"],
        "parameters": chosen["parameters"],
        "spend": fitted["spend"],
        "spend_why": words.why(fitted["spend"]["why"]),
        "total": about(total["value_minor"], currency) if currency else "",
        "total_low": about(total["low_minor"], currency) if currency and total["low_minor"] else "",
        "total_high": about(total["high_minor"], currency) if currency and total["high_minor"] else "",
        "orders_365": round(fitted["orders_365"]),
        "window": {key: date.fromisoformat(run.window[key]) for key in ("first_day", "last_day")},
        "not_eligible": [
            (kind, [(words.not_eligible(why), count) for why, count in run.counts[key].items()])
            for key, kind in (("orders", _("Orders to come")), ("spend", _("What a purchase brings")))
        ],
        "learned_from": fitted["leaving"]["learned_from"],
        "judged_worse": any(one["state"] == "worse" for one in chosen["candidates"]),
    }


def _judged(run: ScoreRun, days: str) -> dict[str, Any]:
    language = translation.get_language() or "en"
    orders, leaving = run.validation["orders"], run.fitted["leaving"]
    found: dict[str, Any] = {
        "of_orders": trust.of_orders(orders),
        "of_spend": trust.of_spend(run.fitted["spend"]),
        "horizons": [{"days": each, "trust": trust.of_leaving(leaving[each])} for each in HORIZONS],
        "one": _horizon(days, leaving[days]),
        "judged": orders,
        "charts": _drawn(run, days, language),
    }
    if orders:
        found |= {"split": date.fromisoformat(orders["split"]), "of_frequency": trust.of_frequency(orders)}
    return found


def _drawn(run: ScoreRun, days: str, language: str) -> dict[str, Any]:
    """The charts of a run, which never changes: drawn once."""
    key = f"console.scores.{run.pk}.{run.made_at:%s}.{days}.{language}" if run.made_at else ""
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        orders, about = run.validation["orders"], run.fitted["leaving"][days]
        drawings: dict[str, Any] = {}
        if orders:
            split = orders["split"]
            drawings |= {
                "tracking": lambda: charts.tracking(orders["tracking"], split, False),
                "cumulative": lambda: charts.tracking(orders["tracking"], split, True),
                "frequency": lambda: charts.by_frequency(orders["by_frequency"]),
                "conditional": lambda: charts.conditional(orders["conditional"]),
            }
        if about["source"] == "churn":
            drawings |= {
                "reliability": lambda: charts.reliability(about["reliability"]),
                "lift": lambda: charts.lift(about["lift"]),
            }
        known = {name: dressed.specs(draw, language) for name, draw in drawings.items()}
        cache.set(key, known, _REMEMBERED_SECONDS)
    return known


def _horizon(days: str, about: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"days": days, "about": about}
    if about["source"] == "churn":
        model, plain = trust.figures(about, "model"), trust.figures(about, "bg_nbd")
        found |= {
            "judged": date.fromisoformat(about["judged"]),
            "figures": [
                (name, model[key], plain.get(key))
                for key, name in (
                    ("auc", _("Order of people (AUC; 0.5 is chance, 1 perfect)")),
                    ("brier", _("Mean squared error (Brier; 0 is perfect)")),
                    ("ece", _("How far chances are off")),
                    ("happened", _("Did not order")),
                )
                if key in model
            ],
            "dropped": [(one["feature"], words.dropped(one["why"])) for one in about["dropped"]],
            "first_two": sum(row["share"] or 0 for row in about["lift"][:2]) * 100,
        }
    return found


def _counted(run: ScoreRun) -> tuple[dict[tuple[int, int], dict[str, int]], list[tuple[str, int, int, int]]]:
    """The grid and the actions of a run, which never change: of a million members they take a second to count."""
    found: Any = cache.get_or_set(
        f"console.scores.counted.{run.pk}.{run.made_at}".replace(" ", "T"),
        lambda: (reads.grid(run), reads.actions_taken(run)),
        _REMEMBERED_SECONDS,
    )
    return found[0], found[1]


def _grid(run: ScoreRun, currency: str) -> dict[str, Any]:
    cells, _actions = _counted(run)
    most = max(cell["members"] for cell in cells.values()) or 1
    rows = [
        (
            words.risk(risk),
            [
                {
                    **cells[risk, value],
                    "worth": about(cells[risk, value]["worth_minor"], currency) if currency else "",
                    "percent": round(100 * cells[risk, value]["members"] / run.members) if run.members else 0,
                    "shade": -(-4 * cells[risk, value]["members"] // most),
                    "query": f"risk={risk}&worth={value}",
                    "said": f"{words.risk(risk)}, {words.value(value)}",
                }
                for value in reversed(bands.BANDS)
            ],
        )
        for risk in reversed(bands.BANDS)
    ]
    bounds = run.fitted["bounds_minor"]
    return {
        "grid": rows,
        "grid_columns": [words.value(value) for value in reversed(bands.BANDS)],
        "value_bounds": [about(bound, currency) for bound in bounds] if currency else [],
        "risk_bounds": [f"{bound:.0%}" for bound in (bands.RISK_MIDDLE, bands.RISK_HIGH)],
    }


def _acts(run: ScoreRun, currency: str) -> list[dict[str, Any]]:
    named = {one["key"]: one for one in run.fitted["actions"]}
    found = []
    for key, members, worth, cost in _counted(run)[1]:
        action = named.get(key)
        found.append(
            {
                "name": words.action(key, action["name"] if action else ""),
                "members": members,
                "worth": about(worth, currency) if currency else "",
                "cost": about(cost, currency) if currency else "",
                "assumed": ""
                if action is None
                else _("%(low)s–%(high)s%% of those who would leave stay")
                % {"low": action["low_percent"], "high": action["high_percent"]}
                if action["acts_on"] == plan.ON_LEAVING
                else _("they bring %(low)s–%(high)s%% more")
                % {"low": action["low_percent"], "high": action["high_percent"]},
            }
        )
    return found


def _allow(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied

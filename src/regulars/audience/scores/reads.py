"""Questions about the scores in force, and about earlier runs. Light: asked by pages and the API."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from regulars.audience.scores import bands
from regulars.audience.scores.models import Score, ScoreRun
from regulars.programmes.reads import NoProgramme
from regulars.programmes.reads import current as programme_in_force

_LIGHT = ("id", "state", "current", "begun_at", "moved_at", "made_at", "as_of", "step", "done", "members", "said")


def current() -> ScoreRun | None:
    """The run in force, with all that is known of it; None before the first."""
    return ScoreRun.objects.filter(current=True).first()


def newest() -> ScoreRun | None:
    """The run that was begun last, whatever became of it, without what is known of it."""
    return ScoreRun.objects.only(*_LIGHT).order_by("-pk").first()


def runs(limit: int = 20) -> list[ScoreRun]:
    """Runs, the newest first."""
    return list(ScoreRun.objects.defer("validation", "counts").order_by("-pk")[:limit])


def run_by_version(version: int) -> ScoreRun | None:
    """A run by its number."""
    return ScoreRun.objects.filter(pk=version).first()


def due() -> bool:
    """Whether no run of the programme's present day was tried yet."""
    try:
        zone = programme_in_force(timezone.now())[1].time_zone
    except NoProgramme:
        return False
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    last = ScoreRun.objects.filter(state__in=(ScoreRun.MADE, ScoreRun.FAILED)).order_by("-pk").first()
    return last is None or _day_of(last, zone) < today


def of_member(member_id: int, run: ScoreRun | None = None) -> Score | None:
    """What the run in force says of a member; None where it says nothing."""
    run = run or current()
    if run is None:
        return None
    return Score.objects.filter(run_id=run.pk, member_id=member_id).first()


def grid(run: ScoreRun) -> dict[tuple[int, int], dict[str, int]]:
    """By band of risk and of value: ``members``, ``value_minor``, ``worth_minor`` (of the next actions)."""
    found = (
        Score.objects.filter(run_id=run.pk)
        .values("risk", "worth")
        .annotate(members=Count("member_id"), value_minor=Sum("value_365_minor"), worth_minor=Sum("next_worth_minor"))
    )
    cells = {
        (row["risk"], row["worth"]): {k: int(row[k]) for k in ("members", "value_minor", "worth_minor")}
        for row in found
    }
    nothing = {"members": 0, "value_minor": 0, "worth_minor": 0}
    return {(risk, value): cells.get((risk, value), nothing) for risk in bands.BANDS for value in bands.BANDS}


def in_cell(run: ScoreRun, risk: int | None = None, worth: int | None = None) -> QuerySet[Score]:
    """The members of a cell, or of a row or column of cells, those whose next action is worth most first."""
    found = Score.objects.filter(run_id=run.pk)
    if risk is not None:
        found = found.filter(risk=risk)
    if worth is not None:
        found = found.filter(worth=worth)
    return found.order_by("-next_worth_minor", "member_id")


def behind(rows: QuerySet[Score], last: Score) -> QuerySet[Score]:
    """Those of ``in_cell`` that come after one of them."""
    worth = last.next_worth_minor
    return rows.filter(
        Q(next_worth_minor__lt=worth) | Q(next_worth_minor=worth, member_id__gt=last.member_id),
        next_worth_minor__lte=worth,
    )


def actions_taken(run: ScoreRun) -> list[tuple[str, int, int, int]]:
    """For how many members each action is the best one, and what it is worth and costs in all (minor units)."""
    rows = Score.objects.filter(run_id=run.pk).values_list("next_action")
    found = rows.annotate(n=Count("member_id"), worth=Sum("next_worth_minor"), cost=Sum("next_cost_minor"))
    return [(key, n, int(worth), int(cost)) for key, n, worth, cost in found.order_by("-n", "next_action")]


def reasons(run: ScoreRun, score: Score) -> list[dict[str, Any]]:
    """What pushes a member's chance of leaving within 90 days, the strongest first: ``name`` (a column of the model),
    ``value`` (None where unknown), ``push`` (log-odds; above 0: towards leaving)."""
    columns = run.fitted.get("leaving", {}).get("90", {}).get("columns", [])
    found = [
        {"name": name, "value": None if value != value else value, "push": push}
        for name, value, push in zip(columns, score.features, score.pushes, strict=False)
    ]
    return sorted(found, key=lambda one: -abs(one["push"]))


def _day_of(run: ScoreRun, zone: str) -> date:
    return run.begun_at.astimezone(ZoneInfo(zone)).date()

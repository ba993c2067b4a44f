"""The members of a cell of risk and value, those whose next action is worth most first; and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from regulars.audience.scores import bands, reads, words
from regulars.audience.scores import meant as meant_by
from regulars.audience.scores.models import Score, ScoreRun
from regulars.audience.segments import address
from regulars.console.exports import Column, csv_file
from regulars.console.reads import programme_of
from regulars.console.segments import shared
from regulars.members import personal
from regulars.members.reads import shop_id_of
from regulars.screens.figures import about, money, plain

PER_PAGE = 30
BATCH_ROWS = 2000
SEE = ("scores.view_scorerun", "members.view_member")
SEE_PERSONAL_DATA = "members.view_personaldata"


def page(request: HttpRequest) -> HttpResponse:
    """A page of the list."""
    run, risk, worth = _asked(request)
    if run is None:
        return redirect(reverse("admin:scores_scorerun_changelist"))
    programme = programme_of(request)
    currency = programme.currency if programme else ""
    paginator = Paginator(reads.in_cell(run, risk, worth), PER_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    rows = _with_who(request, list(shown.object_list), _names(run), currency)
    meant = meant_by.conditions(run, risk, worth, programme.minor_digits) if programme and paginator.count else None
    query = {key: value for key, value in (("risk", risk), ("worth", worth)) if value is not None}
    context = {
        **admin.site.each_context(request),
        "opts": ScoreRun._meta,
        "title": _("Members by risk and value"),
        "run": run,
        "rows": rows,
        "page": shown,
        "count": paginator.count,
        "query": urlencode(query),
        "as_segment": address.of_new(meant, _name(risk, worth)) if meant and _may_save(request) else "",
        "risks": _choices("risk", risk, query, words.risk),
        "values": _choices("worth", worth, query, words.value),
    }
    return TemplateResponse(request, "console/scores/members.html", context)


def _name(risk: int | None, worth: int | None) -> str:
    """What a segment of the cell is called at first."""
    said = [] if risk is None else [words.risk(risk)]
    if worth is not None:
        said.append(f"{pgettext('score', 'Value')}: {words.value(worth)}")
    return " · ".join(said)


def _may_save(request: HttpRequest) -> bool:
    return all(request.user.has_perm(one) for one in (shared.SEE, shared.ADD))


def export(request: HttpRequest) -> HttpResponseBase:
    """The whole list as CSV, names only for who may see them; who took it is noted."""
    run, risk, worth = _asked(request)
    if run is None:
        return redirect(reverse("admin:scores_scorerun_changelist"))
    programme = programme_of(request)
    columns = _columns(programme.currency if programme else "", _names(run))
    if request.user.has_perm(SEE_PERSONAL_DATA):
        columns += [
            Column(gettext_lazy("Name"), lambda row: row.personal_data.get("name")),
            Column(gettext_lazy("E-mail"), lambda row: row.personal_data.get("email")),
        ]
    return csv_file(request, ScoreRun, "scores", columns, _batches(request, run, risk, worth))


def _batches(request: HttpRequest, run: ScoreRun, risk: int | None, worth: int | None) -> Iterator[list[Any]]:
    """By the list's own order, each batch beginning behind the last row of the one before."""
    rows = reads.in_cell(run, risk, worth)
    after: Score | None = None
    while True:
        following = rows if after is None else reads.behind(rows, after)
        batch = list(following[:BATCH_ROWS])
        if not batch:
            return
        yield _with_who(request, batch, {}, "")
        after = batch[-1]


def _with_who(request: HttpRequest, rows: list[Any], names: dict[str, str], currency: str) -> list[Any]:
    ids = [row.member_id for row in rows]
    shop_ids = shop_id_of(ids)
    people = personal.of(ids) if request.user.has_perm(SEE_PERSONAL_DATA) else {}
    for row in rows:
        row.shop_id = shop_ids.get(row.member_id)
        row.personal_data = people.get(row.member_id, {})
        if currency:
            row.action_name = words.action(row.next_action, names.get(row.next_action, ""))
            row.action_worth = money(row.next_worth_minor, currency)
            row.value = about(row.value_365_minor, currency)
            row.stage_name = words.stage(row.stage)[0]
            row.leaving_percent = f"{100 * row.leaving_90:.0f}"
    return rows


def _columns(currency: str, names: dict[str, str]) -> list[Column]:
    def amount(minor: int | None) -> Any:
        return None if minor is None or not currency else plain(minor, currency)

    return [
        Column(gettext_lazy("Member number"), lambda row: row.member_id),
        Column(gettext_lazy("Shop id"), lambda row: row.shop_id),
        Column(gettext_lazy("Risk"), lambda row: words.risk(row.risk)),
        Column(pgettext_lazy("score", "Value"), lambda row: words.value(row.worth)),
        Column(gettext_lazy("Stage"), lambda row: words.stage(row.stage)[0]),
        Column(gettext_lazy("Chance of no order in 30 days"), lambda row: round(row.leaving_30, 4)),
        Column(gettext_lazy("Chance of no order in 60 days"), lambda row: round(row.leaving_60, 4)),
        Column(gettext_lazy("Chance of no order in 90 days"), lambda row: round(row.leaving_90, 4)),
        Column(gettext_lazy("Chance of still being a customer"), lambda row: round(row.alive, 4)),
        Column(gettext_lazy("Orders to come in 90 days"), lambda row: round(row.orders_90, 3)),
        Column(gettext_lazy("Value to come in a year"), lambda row: amount(row.value_365_minor)),
        Column(gettext_lazy("Currency"), lambda row: currency),
        Column(
            gettext_lazy("Next best action"), lambda row: words.action(row.next_action, names.get(row.next_action, ""))
        ),
        Column(gettext_lazy("What it is worth (assumed)"), lambda row: amount(row.next_worth_minor)),
    ]


def _names(run: ScoreRun) -> dict[str, str]:
    return {one["key"]: one["name"] for one in run.fitted["actions"]}


def _choices(key: str, now: int | None, query: dict[str, int], name: Any) -> list[tuple[str, str, bool]]:
    others = {other: value for other, value in query.items() if other != key}
    found = [(_("All"), urlencode(others), now is None)]
    return found + [(name(band), urlencode({**others, key: band}), now == band) for band in reversed(bands.BANDS)]


def _asked(request: HttpRequest) -> tuple[ScoreRun | None, int | None, int | None]:
    """The run in force and the bands asked for. Raises PermissionDenied."""
    if not all(request.user.has_perm(one) for one in SEE):
        raise PermissionDenied

    def band(key: str) -> int | None:
        text = request.GET.get(key, "")
        return int(text) if text in {"0", "1", "2"} else None

    return reads.current(), band("risk"), band("worth")

"""Try it on your history: a draft's numbers under sliders, answered from the shop's past within a moment."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.console.studio import shared
from regulars.console.studio.figures import Figures, month_figures
from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_whole import plain
from regulars.members.models import OutsideId
from regulars.programmes import drafts, parameters, reads, rehearsals
from regulars.programmes.models import Draft, Rehearsal, Version
from regulars.programmes.parameters import Parameter
from regulars.screens.numbers import number_in

WAIT_SECONDS = 3.0
UNANSWERED_SECONDS = 30
LISTED_MAX = 50
REDEMPTION_PERCENT = 75


def rehearse(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The page: sliders, and the answer below."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    found = _sliders(draft.text)
    others = Draft.objects.filter(state__in=drafts.BUSY).exclude(pk=draft.pk).order_by("-updated_at")[:20]
    context = shared.page(
        request,
        draft,
        "try",
        sliders=_grouped(found),
        others=others,
        versions=Version.objects.order_by("-pk")[:20],
        redemption=REDEMPTION_PERCENT,
    )
    return TemplateResponse(request, "console/studio/rehearse.html", context)


def ask(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The answer to the sliders as they stand."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    text, against = _texts(request.POST, draft)
    if text is None or against is None:
        return TemplateResponse(request, "console/studio/no_answer.html", {"draft": draft, "why": "problems"})
    asker = f"{request.user.pk}:{draft.pk}"
    row = rehearsals.wait(rehearsals.ask(Rehearsal.END, text, against, asker), WAIT_SECONDS)
    return _shown(request, row, draft)


def ask_months(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The same, month by month: takes longer, and shows how far it is."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    text, against = _texts(request.POST, draft)
    if text is None or against is None:
        return TemplateResponse(request, "console/studio/no_answer.html", {"draft": draft, "why": "problems"})
    asker = f"{request.user.pk}:{draft.pk}"
    row = rehearsals.wait(rehearsals.ask(Rehearsal.MONTHS, text, against, asker), 0.5)
    return _shown(request, row, draft)


def answered(request: HttpRequest, draft_id: int, rehearsal_id: int) -> HttpResponse:
    """How far a question is: the answer, or the way to ask again."""
    shared.may_see(request)
    row = get_object_or_404(Rehearsal.objects.defer("changed"), pk=rehearsal_id)
    return _shown(request, rehearsals.wait(row, 1.0), shared.the_draft(draft_id))


def keep(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take the sliders' numbers into the draft."""
    shared.may_edit(request)
    draft = shared.the_draft(draft_id)
    back = redirect(reverse("admin:studio_try", args=[draft.pk]))
    revision = request.POST.get("revision", "")
    text = _with_sliders(request.POST, draft)
    if request.method != "POST" or not revision.isdecimal() or text is None:
        return back
    if int(revision) != draft.revision:
        messages.warning(request, _("Somebody has changed the draft meanwhile. Look at it once more."))
        return back
    if text == draft.text:
        messages.info(request, _("The sliders say what the draft says already."))
        return back
    drafts.save(draft.pk, draft.revision, text, request.user)
    messages.success(request, _("The draft says these numbers now."))
    return back


def changed(request: HttpRequest, draft_id: int, rehearsal_id: int) -> HttpResponse:
    """The members whose tier would be another, as a spreadsheet has them."""
    shared.may_see(request)
    row = get_object_or_404(Rehearsal, pk=rehearsal_id, kind=Rehearsal.END, state=Rehearsal.DONE)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="tiers-that-change-{row.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["member", "shop_id", "tier_now", "tier_under_draft"])
    shop_ids = _shop_ids([member for member, _before, _after in row.changed or []])
    for member, before, after in row.changed or []:
        shop_id = shop_ids.get(member, "")
        writer.writerow([member, f"'{shop_id}" if shop_id[:1] in "=+-@\t\r" and shop_id else shop_id, before, after])
    return response


def _sliders(text: str) -> list[Parameter]:
    """The parameters of a text, remembered: each slide asks for them again."""
    return list(_parameters(text, get_language() or "en"))


@lru_cache(maxsize=64)
def _parameters(text: str, language: str) -> tuple[Parameter, ...]:
    return tuple(parameters.parameters(text, reads.parse(text))) if _is_sound(text) else ()


@lru_cache(maxsize=16)
def _plain(text: str) -> dict[str, Any]:
    return plain(text)


def _is_sound(text: str) -> bool:
    """Whether a text is a programme; a sound one is remembered."""
    try:
        reads.parse(text)
    except ValueError:
        return False
    return True


def _grouped(sliders: list[Parameter]) -> list[tuple[str, list[Parameter]]]:
    """Those of one thing together."""
    groups: dict[str, list[Parameter]] = {}
    for one in sliders:
        groups.setdefault(one.group, []).append(one)
    return list(groups.items())


def _texts(data: Mapping[str, str], draft: Draft) -> tuple[str | None, str | None]:
    """The draft under the sliders, and what it is compared with; None for one that has problems."""
    text = _with_sliders(data, draft, trial=True)
    chosen = data.get("against", "")
    kind, _colon, number = chosen.partition(":")
    against: str | None = None
    if kind == "draft" and number.isdecimal():
        against = Draft.objects.filter(pk=number).values_list("text", flat=True).first()
    elif kind == "version" and number.isdecimal():
        against = Version.objects.filter(pk=number).values_list("text", flat=True).first()
    if against is None:
        last = drafts.newest()
        against = last.text if last is not None else draft.text
    # A slid text is not looked at here: what answers does so, and says if it is no programme.
    return text if _is_sound(draft.text) else None, against if _is_sound(against) else None


def _with_sliders(data: Mapping[str, str], draft: Draft, trial: bool = False) -> str | None:
    """The draft's text with the numbers that were slid, or for a trial one that says the same; None when they are no
    numbers of it."""
    values: dict[str, Decimal] = {}
    try:
        for one in _sliders(draft.text):
            given = data.get(f"p:{one.name}")
            if given is not None and Decimal(given) != one.value:
                values[one.name] = min(max(Decimal(given), one.low), one.high)
        if not values:
            return draft.text
        if trial:
            return parameters.trial_text(_plain(draft.text), values)
        return parameters.with_values(draft.text, values)
    except (InvalidOperation, CannotEditError, KeyError):
        return None


def _shown(request: HttpRequest, row: Rehearsal, draft: Draft) -> HttpResponse:
    context: dict[str, Any] = {"draft": draft, "row": row}
    if row.state in (Rehearsal.FAILED, Rehearsal.PASSED):
        return TemplateResponse(request, "console/studio/no_answer.html", {**context, "why": row.state})
    if row.state != Rehearsal.DONE:
        context["late"] = row.state == Rehearsal.ASKED and timezone.now() - row.asked_at > timedelta(
            seconds=UNANSWERED_SECONDS
        )
        return TemplateResponse(request, "console/studio/waiting.html", context)
    if row.kind == Rehearsal.MONTHS:
        context |= month_figures(row)
        return TemplateResponse(request, "console/studio/months.html", context)
    given = (request.POST or request.GET).get("redemption", "")
    percent = min(number_in(given), 100) if given.isdecimal() else REDEMPTION_PERCENT
    context["figures"] = Figures(row, percent, draft.text)
    return TemplateResponse(request, "console/studio/answer.html", context)


def listed(request: HttpRequest, draft_id: int, rehearsal_id: int) -> HttpResponse:
    """The first members whose tier would be another, each with the way to their page."""
    shared.may_see(request)
    row = Rehearsal.objects.filter(pk=rehearsal_id, kind=Rehearsal.END, state=Rehearsal.DONE).first()
    if row is None:
        raise Http404
    first = (row.changed or [])[:LISTED_MAX]
    shop_ids = _shop_ids([member for member, _before, _after in first])
    draft = shared.the_draft(draft_id)
    figures = Figures(row, REDEMPTION_PERCENT, draft.text)
    rows = [
        (member, shop_ids.get(member, f"#{member}"), figures.tier(before), figures.tier(after))
        for member, before, after in first
    ]
    context = {"rows": rows, "all": len(row.changed or []), "row": row, "draft": draft}
    return TemplateResponse(request, "console/studio/listed.html", context)


def _shop_ids(members: list[int]) -> dict[int, str]:
    """The shop's own id of each member that has one."""
    found = OutsideId.objects.filter(kind=OutsideId.USER, member_id__in=members).order_by("-id")
    return dict(found.values_list("member_id", "value"))

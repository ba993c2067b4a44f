"""Making a game: from a template by a form to the file; then check the file, look at what it says, publish it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.file_lines import around_problems
from regulars.console.games.forms import FORMS, rows_of
from regulars.console.games.templates import BY_KEY, TEMPLATES, beginning, prizes
from regulars.console.games.told import facts_of, outcomes
from regulars.console.games.writing import written
from regulars.files.problem_words import sentence
from regulars.flow.phrases import named
from regulars.flow.play import publishing
from regulars.play import reads
from regulars.play.models import Game
from regulars.rules.games import QUIZ
from regulars.rules.programme import Programme

TEXT_MAX = 200_000


def may_publish(request: HttpRequest) -> None:
    """Admins and marketers publish games. Raises PermissionDenied for others."""
    if not request.user.has_perm("play.add_game"):
        raise PermissionDenied


def begin(request: HttpRequest) -> HttpResponse:
    """The templates to begin with."""
    may_publish(request)
    context = _context(request, _("New game")) | {"templates": TEMPLATES, "programme": publishing.programme_now()}
    return TemplateResponse(request, "console/games/begin.html", context)


def new(request: HttpRequest, template: str) -> HttpResponse:
    """The form of a template; filled in, the file that it makes."""
    may_publish(request)
    kind, programme = BY_KEY.get(template), publishing.programme_now()
    if kind is None:
        raise Http404
    if programme is None:
        return redirect("admin:play_game_new")
    tiers = [(level.key, named(level.name, level.key)) for level in programme.tiers.levels] if programme.tiers else []
    currencies = [(one.key, named(one.name, one.key)) for one in programme.points if one.spendable]
    rows_class = rows_of(kind.kind)
    more = {"form_kwargs": {"currencies": currencies}} if kind.kind != QUIZ else {}
    if request.method == "POST":
        form = FORMS[kind.kind](request.POST, tiers=tiers, currencies=currencies)
        rows = rows_class(request.POST, prefix="row", **more) if rows_class else None
        if form.is_valid() and (rows is None or rows.is_valid()):
            filled = [row for row in (rows.cleaned_data if rows is not None else []) if row]
            return _editor(request, written(kind.kind, form.cleaned_data, filled, programme), None)
    else:
        today = datetime.now(UTC).astimezone(ZoneInfo(programme.time_zone)).date()
        form = FORMS[kind.kind](initial=beginning(kind, today), tiers=tiers, currencies=currencies)
        first = [] if kind.kind == QUIZ else prizes(kind)
        rows = rows_class(initial=first, prefix="row", **more) if rows_class else None
    context = _context(request, str(kind.title)) | {"template": kind, "form": form, "rows": rows}
    context |= {"is_quiz": kind.kind == QUIZ, "is_contest": kind.kind == "contest", "zone": programme.time_zone}
    return TemplateResponse(request, "console/games/new.html", context)


def edit(request: HttpRequest) -> HttpResponse:
    """The file itself: check it, look at it, publish it. ``?key=…`` begins with a game that is there."""
    may_publish(request)
    before = reads.called(request.GET.get("key", ""))
    if request.method != "POST":
        return _editor(request, before.text if before is not None else "", before)
    return _editor(request, request.POST.get("text", "")[:TEXT_MAX], before)


def _editor(request: HttpRequest, text: str, before: Game | None) -> HttpResponse:
    text = text.replace("\r\n", "\n")
    checked = publishing.checked(text) if text.strip() else None
    refused: list[str] = []
    if checked is not None and checked.game is not None:
        refused = [sentence(problem) for problem in publishing.unfit(checked.game, datetime.now(UTC))]
        if "publish" in request.POST and not refused:
            done = _published(request, text, refused)
            if done is not None:
                return redirect(reverse("admin:play_game_change", args=[done.pk]))
    found = checked.game if checked is not None else None
    context = _context(request, _("The game's file")) | {
        "text": text,
        "before": before,
        "checked": checked,
        "refused": refused,
        "lines": around_problems(text, checked.problems) if checked is not None else [],
        "facts": facts_of(found) if found is not None else [],
        "outcomes": outcomes(found) if found is not None else [],
        "may_publish": found is not None and not refused,
    }
    return TemplateResponse(request, "console/games/editor.html", context)


def _published(request: HttpRequest, text: str, refused: list[str]) -> Game | None:
    try:
        game = publishing.publish(text, by=request.user)
    except publishing.NotApplicable as error:
        refused += [sentence(problem) for problem in error.problems]
        return None
    assert request.user.pk is not None
    said = f"published {game.key} version {game.number}"
    LogEntry.objects.log_actions(request.user.pk, [game], ADDITION, change_message=said, single_object=True)
    messages.success(request, _("The game is published."))
    return game


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    programme: Programme | None = publishing.programme_now()
    return {
        **admin.site.each_context(request),
        "opts": Game._meta,
        "title": title,
        "has_programme": programme is not None,
    }

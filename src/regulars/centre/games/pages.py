"""All games, one game's page, and playing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.centre.games import play_views
from regulars.centre.games.words import cost_words, kind_words, prize_words, state_words, tier_words
from regulars.centre.gifts import SOURCE
from regulars.centre.pages import about
from regulars.centre.reward_words import left_words, shelves
from regulars.centre.session import Visit, for_members
from regulars.flow.kinds import words
from regulars.flow.phrases import named
from regulars.flow.play import pace, quiz, tickets, who
from regulars.flow.play.rain import grab
from regulars.flow.play.spin import spin
from regulars.flow.problems import Problem
from regulars.play import reads
from regulars.play.models import Game, Play
from regulars.programmes import reads as programmes
from regulars.rules.programme import Programme

SOON = timedelta(days=14)
LATELY = timedelta(days=30)


@require_GET
@for_members
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What there is to play, and what I have won."""
    _version, programme = programmes.current()
    now = datetime.now(UTC)
    games = [_card(game, visit.member_id, programme, now) for game in reads.running(now, now + SOON)]
    won = [
        {"play": play, "game": named(play.game.name, play.game.key), "prize": prize_words(play, programme)}
        | {"state": state_words(play)}
        for play in reads.won_by(visit.member_id, 20)
    ]
    context = {"games": games, "won": won, "tabs": shelves("games")}
    return render(request, "centre/games/list.html", about(programme, visit, "rewards") | context)


@require_GET
@for_members
def game(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """One game, and with ``?play=…`` what came of a play."""
    return _page(request, visit, key)


@require_POST
@for_members
def play(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """A turn of the wheel, or a red packet: one ticket, one play."""
    found = _game(key)
    act: Callable[[str], Play]
    if found.kind == Game.WHEEL:
        own = request.POST.get("client_seed", "").strip()
        act = lambda message: spin(visit.member_id, key, message, SOURCE, own)  # noqa: E731
    elif found.kind == Game.RAIN:
        act = lambda message: grab(visit.member_id, key, message, SOURCE)  # noqa: E731
    else:
        raise Http404
    try:
        message = tickets.message_of(request.POST.get("ticket", ""), visit.member_id, found)
        pace.check(visit.member_id, address_of(request))
        done = act(message)
    except Problem as refused:
        return _page(request, visit, key, refused)
    return redirect(f"{reverse('centre:game', args=[key])}?{urlencode({'play': str(done.pk)})}")


@require_POST
@for_members
def begin(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """A round of a quiz begins: from here on the clock runs."""
    found = _game(key)
    try:
        message = tickets.message_of(request.POST.get("ticket", ""), visit.member_id, found)
        pace.check(visit.member_id, address_of(request))
        quiz.begin(visit.member_id, key, message, SOURCE)
    except Problem as refused:
        return _page(request, visit, key, refused)
    return redirect("centre:game", key)


@require_POST
@for_members
def answers(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """The round is over: what was right, what it brought."""
    given = {
        name.removeprefix("answer-"): int(value)
        for name, value in request.POST.items()
        if name.startswith("answer-") and isinstance(value, str) and value.isascii() and value.isdigit()
    }
    try:
        done = quiz.answer(visit.member_id, request.POST.get("round", ""), given)
    except Problem as refused:
        return _page(request, visit, key, refused)
    return redirect(f"{reverse('centre:game', args=[key])}?{urlencode({'play': str(done.pk)})}")


@require_http_methods(["GET"])
@for_members
def fair(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """How anybody can check that a draw was fair, with my own plays to do it on."""
    found = _game(key)
    _version, programme = programmes.current()
    context = play_views.fair(found, visit.member_id, programme, datetime.now(UTC))
    context |= {"game": found, "name": named(found.name, found.key), "tabs": shelves("games")}
    return render(request, "centre/games/fair.html", about(programme, visit, "rewards") | context)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as the server in front of us says."""
    return str(request.META.get("REMOTE_ADDR") or "")


def _game(key: str) -> Game:
    found = reads.called(key)
    now = datetime.now(UTC)
    if found is None or found.ends_at < now - LATELY or found.begins_at > now + SOON:
        raise Http404
    return found


def _card(found: Game, member_id: int, programme: Programme, now: datetime) -> dict[str, Any]:
    rules = reads.rules(found)
    begun = found.begins_at <= now
    turn = who.turn(rules, reads.player(found, member_id), who.today(rules, now))
    return {
        "game": found,
        "name": named(found.name, found.key),
        "description": named(rules.description),
        "kind": kind_words(found.kind),
        "begun": begun,
        "left": left_words(found.ends_at if begun else found.begins_at, now),
        "lack": tier_words(rules, programme) if who.not_for(rules, member_id, now) else "",
        "turns": cost_words(rules, turn, programme) if found.kind == Game.WHEEL and begun else "",
    }


def _page(request: HttpRequest, visit: Visit, key: str, refused: Problem | None = None) -> HttpResponse:
    found = _game(key)
    _version, programme = programmes.current()
    now = datetime.now(UTC)
    done = reads.play(request.GET.get("play", "")) if refused is None else None
    if done is not None and (done.member_id, done.game_id) != (visit.member_id, found.pk):
        raise Http404
    rules = reads.rules(found)
    shut = who.closed(found, now)
    context = _card(found, visit.member_id, programme, now) | {
        "problem": "" if refused is None else " ".join(words(refused.as_json())),
        "shut": "" if shut is None else words(shut.as_json())[0],
        "is_open": shut is None and not who.not_for(rules, visit.member_id, now),
        "ticket": tickets.ticket(visit.member_id, found),
        "tabs": shelves("games"),
    }
    context |= play_views.VIEWS[found.kind](found, visit.member_id, programme, now, done)
    template = f"centre/games/{found.kind}.html"
    status = 200 if refused is None else refused.status
    return render(request, template, about(programme, visit, "rewards") | context, status=status)

"""Games: their odds and seeds for anybody with a key, plays for those who may write games."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api import keys
from regulars.api.answers import answer
from regulars.api.doors import ANY_KEY, MAY_READ_MEMBERS, MAY_WRITE_GAMES
from regulars.api.game_answers import board_out, game_out, play_out, proof_out, round_out
from regulars.api.game_schemas import (
    AnsweredOut,
    AnswersIn,
    Board,
    GameOut,
    Games,
    PlayIn,
    PlayOut,
    Plays,
    ProofOut,
    RoundOut,
)
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.routes.members import MemberId, member_called
from regulars.api.schemas import problems
from regulars.flow.play import pace, proof, quiz, who
from regulars.flow.play.rain import grab
from regulars.flow.play.spin import spin
from regulars.flow.problems import problem
from regulars.play import reads, writes
from regulars.play.models import Game, Play

router = Router(tags=["games"])

ForMember = Annotated[str | None, Query(description="The shop's own id of a customer, to say whether they can play")]


@router.get(
    "/games", auth=ANY_KEY, summary="The games that are on", response={200: Games, **problems(401, 403, 404, 503)}
)
def get_games(request: HttpRequest, member: ForMember = None) -> HttpResponse:
    """With their odds as they are this moment, and what their seeds were committed to."""
    now = datetime.now(UTC)
    who_asks = _asked(request, member)
    return answer({"games": [game_out(game, now, who_asks) for game in reads.running(now, now)]})


@router.get("/games/{key}", auth=ANY_KEY, summary="One game", response={200: GameOut, **problems(401, 403, 404, 503)})
def get_game(request: HttpRequest, key: str, member: ForMember = None) -> HttpResponse:
    """On, over or still to come: its odds, and the seeds of the days that are over."""
    return answer(game_out(who.game_called(key), datetime.now(UTC), _asked(request, member)))


@router.get(
    "/games/{key}/board",
    auth=ANY_KEY,
    summary="A leaderboard",
    response={200: Board, **problems(401, 403, 404, 409, 503)},
)
def get_board(request: HttpRequest, key: str, member: ForMember = None) -> HttpResponse:
    """A minute or so behind the log. Who is level shares a place or not, as the game's file has it. Only a key that may
    read members sees which customers they are."""
    game = who.game_called(key, Game.CONTEST)
    card: keys.Card = request.auth  # type: ignore[attr-defined]
    return answer(board_out(game, _asked(request, member), names=keys.MEMBERS_READ in card.scopes))


@router.post(
    "/members/{member_id}/games/{key}/plays",
    auth=MAY_WRITE_GAMES,
    summary="Play",
    response={201: PlayOut, **problems(400, 401, 403, 404, 409, 422, 429, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def post_play(request: HttpRequest, member_id: MemberId, key: str, wanted: PlayIn) -> HttpResponse:
    """One turn of a wheel, or one red packet. Sent again with the same key it is the same play."""
    member = member_called(member_id).pk
    message, source = key_of(request), source_of(request)
    pace.check(member, wanted.address)
    if who.game_called(key).kind == Game.RAIN:
        return answer(play_out(grab(member, key, message, source)), status=201)
    return answer(play_out(spin(member, key, message, source, wanted.client_seed)), status=201)


@router.post(
    "/members/{member_id}/games/{key}/rounds",
    auth=MAY_WRITE_GAMES,
    summary="Begin a round of a quiz",
    response={201: RoundOut, **problems(400, 401, 403, 404, 409, 429, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def post_round(request: HttpRequest, member_id: MemberId, key: str) -> HttpResponse:
    """Its questions, without what is right. Who is in the middle of a round gets that one."""
    member = member_called(member_id).pk
    message = key_of(request)
    pace.check(member)
    return answer(round_out(quiz.begin(member, key, message, source_of(request))), status=201)


@router.post(
    "/members/{member_id}/rounds/{round_id}/answers",
    auth=MAY_WRITE_GAMES,
    summary="Answer a round",
    response={200: AnsweredOut, **problems(401, 403, 404, 422, 503)},
)
def post_answers(request: HttpRequest, member_id: MemberId, round_id: str, given: AnswersIn) -> HttpResponse:
    """What it brought, and now also what would have been right. The first answers count; what is too late does not."""
    play = quiz.answer(member_called(member_id).pk, round_id, given.answers)
    right = {question.key: question.right for question in quiz.questions_of(play.round)}
    return answer({"play": play_out(play), "right": right})


@router.get(
    "/members/{member_id}/plays",
    auth=MAY_READ_MEMBERS,
    summary="What a member played",
    response={200: Plays, **problems(401, 403, 404, 503)},
)
def get_plays(request: HttpRequest, member_id: MemberId, game: str) -> HttpResponse:
    """Their last fifty plays of a game, the newest first."""
    return answer({"plays": _plays(who.game_called(game), member_called(member_id).pk)})


@router.get(
    "/plays/{play_id}/proof",
    auth=ANY_KEY,
    summary="How a play was drawn",
    response={200: ProofOut, **problems(401, 403, 404, 503)},
)
def get_proof(request: HttpRequest, play_id: str) -> HttpResponse:
    """The seed is in it as soon as its day is over; then anybody can compute the draw again."""
    play = reads.play(play_id)
    if play is None or play.draw is None:
        raise problem("unknown-play", "play")
    return answer(proof_out(proof.proof_of(play, datetime.now(UTC))))


@router.post(
    "/plays/{play_id}/hand-over",
    auth=MAY_WRITE_GAMES,
    summary="A gift that was won is handed over",
    response={200: PlayOut, **problems(401, 403, 404, 409, 503)},
)
def post_hand_over(request: HttpRequest, play_id: str) -> HttpResponse:
    """The shop has given the member what they won. Doing it twice is refused."""
    play = reads.play(play_id)
    if play is None:
        raise problem("unknown-play", "play")
    if not writes.hand_over(play.pk, source_of(request), datetime.now(UTC)):
        raise problem("nothing-to-hand-over", "play")
    play.refresh_from_db()
    return answer(play_out(play))


def _asked(request: HttpRequest, member: str | None) -> int | None:
    """The member that a request asks about, which takes a key that may know of members."""
    card: keys.Card = request.auth  # type: ignore[attr-defined]
    if member is None:
        return None
    if not card.scopes & {keys.MEMBERS_READ, keys.GAMES_WRITE}:
        raise problem("out-of-scope", scope=keys.MEMBERS_READ)
    return member_called(member).pk


def _plays(game: Game, member_id: int) -> list[dict[str, Any]]:
    found: list[Play] = reads.plays_of(game, member_id)
    for play in found:
        play.game = game
    return [play_out(play) for play in found]

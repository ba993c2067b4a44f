"""Games, plays and boards as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from regulars.flow.play import contest, odds, quiz, rain, who
from regulars.flow.play.contest import Line
from regulars.flow.play.odds import PrizeOdds
from regulars.flow.play.proof import Proof
from regulars.members.reads import shop_id_of
from regulars.play import reads
from regulars.play.models import Game, Play, Round
from regulars.programmes.reads import moment
from regulars.rules.games.chances import chance_text


def game_out(game: Game, now: datetime, member_id: int | None = None) -> dict[str, Any]:
    """One game, with whether the member can play it when one is asked for."""
    found = reads.rules(game)
    seeds = odds.seeds_of(game, now)
    shown = {str(day): seed for day, seed in seeds.shown.items()}
    is_wheel = game.kind == Game.WHEEL
    return {
        "key": game.key,
        "version": game.number,
        "kind": game.kind,
        "name": dict(found.name),
        "description": dict(found.description),
        "begins_at": game.begins_at,
        "ends_at": game.ends_at,
        "stopped_at": game.stopped_at,
        "denominator": found.denominator if is_wheel else None,
        "odds": [_outcome(one) for one in odds.odds_of(game, now)] if is_wheel else [],
        "seeds": asdict(seeds) | {"shown": shown},
        "rains": _rains(game),
        "member": None if member_id is None else _turn(game, member_id, now),
    }


def play_out(play: Play) -> dict[str, Any]:
    """One play."""
    return {
        "id": str(play.pk),
        "game": play.game.key,
        "version": play.game.number,
        "kind": play.game.kind,
        "at": play.at,
        "day": play.day,
        "nonce": play.nonce,
        "client_seed": play.client_seed or None,
        "draw": play.draw,
        "drawn": play.drawn or None,
        "won": play.won or None,
        "name": play.name,
        "gives": play.gives or None,
        "points": play.points,
        "currency": play.currency or None,
        "coupon": play.coupon_id,
        "cost": play.cost,
        "place": play.place,
        "right": play.right,
        "handed_over_at": play.handed_over_at,
    }


def proof_out(found: Proof) -> dict[str, Any]:
    """How a play was drawn."""
    said = asdict(found)
    for key in ("seed", "committed", "drawn", "won"):
        said[key] = said[key] or None
    return said | {"message": f"{found.player}:{found.client_seed}:{found.nonce}:0"}


def round_out(found: Round) -> dict[str, Any]:
    """A round, without what is right."""
    return {
        "id": str(found.pk),
        "game": found.game.key,
        "begun_at": found.begun_at,
        "until": found.until,
        "closed": found.closed_at is not None,
        "questions": [
            {
                "key": question.key,
                "ask": dict(question.ask),
                "answers": [dict(text) for text in question.answers],
                "points": question.points,
            }
            for question in quiz.questions_of(found)
        ],
    }


def board_out(game: Game, member_id: int | None, names: bool) -> dict[str, Any]:
    """A leaderboard; ``names``: with what the shop calls the customers."""
    lines = contest.board(game)
    own = None if member_id is None else contest.own(game, member_id)
    every = [line.member_id for line in [*lines, *([own] if own else [])]]
    known = shop_id_of(every) if names else {}
    return {
        "game": game.key,
        "settled": game.settled_at is not None,
        "lines": [_line(line, known) for line in lines],
        "own": None if own is None else _line(own, known),
    }


def _line(line: Line, names: dict[int, str]) -> dict[str, Any]:
    return {"place": line.place, "alias": line.alias, "score": line.score, "member": names.get(line.member_id)}


def _outcome(one: PrizeOdds) -> dict[str, Any]:
    prize = one.prize
    return {
        "key": None if prize is None else prize.key,
        "name": {} if prize is None else dict(prize.name),
        "chance": one.text,
        "chance_in_file": chance_text(one.file),
        "left": one.left,
        "gives": None if prize is None else {key: value for key, value in asdict(prize.gives).items() if value},
    }


def _rains(game: Game) -> list[dict[str, Any]]:
    part = reads.rules(game).rain
    if part is None:
        return []
    out = []
    for number, at_us in enumerate(part.at_us):
        every, gone = reads.packets(game, number)
        out.append(
            {"at": moment(at_us), "minutes": part.minutes, "points": part.points, "packets": every, "gone": gone}
        )
    return out


def _turn(game: Game, member_id: int, now: datetime) -> dict[str, Any]:
    found = reads.rules(game)
    turn = who.turn(found, reads.player(game, member_id), who.today(found, now))
    shut = who.closed(game, now)
    part = found.rain
    why = shut.kind if shut is not None else who.not_for(found, member_id, now) or turn.refusal
    if not why and part is not None and rain.falling(part, now) is None:
        why = "rain-not-now"
    return {
        "why": why or None,
        "left_today": turn.left_today,
        "left": turn.left,
        "free": turn.free,
        "cost": turn.cost,
    }

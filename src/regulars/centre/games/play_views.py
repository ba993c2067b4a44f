"""What each kind of game shows on its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from regulars.centre.games.wheel import slices
from regulars.centre.games.words import points_words, won_words
from regulars.flow.kinds import words
from regulars.flow.phrases import named
from regulars.flow.play import contest, odds, proof, quiz, rain, who
from regulars.flow.problems import problem
from regulars.play import reads
from regulars.play.models import Game, Play, Round
from regulars.points import reads as points
from regulars.programmes.reads import moment
from regulars.rules.programme import Programme
from regulars.screens import figures

View = Callable[[Game, int, Programme, datetime, Play | None], dict[str, Any]]


def wheel(game: Game, member_id: int, programme: Programme, now: datetime, done: Play | None) -> dict[str, Any]:
    """The wheel with its odds of this moment, my turns, and what the last one brought."""
    rules = reads.rules(game)
    player = reads.player(game, member_id)
    turn = who.turn(rules, player, who.today(rules, now))
    found = odds.odds_of(game, now)
    drawn = slices(found)
    legend = [
        {
            "slice": one,
            "odds": outcome,
            "name": "" if outcome.prize is None else named(outcome.prize.name, outcome.prize.key),
        }
        for one, outcome in zip(drawn, found, strict=True)
        if outcome.chance or outcome.file
    ]
    landed = next((one for one in drawn if done is not None and one.key == done.won), None)
    balances = points.balances(member_id)
    has = next((balances[c.key].available for c in programme.points if c.spendable and c.key in balances), 0)
    return {
        "slices": drawn,
        "legend": legend,
        "turn": turn,
        "refusal": words(problem(turn.refusal, "game").as_json())[0] if turn.refusal else "",
        "player": player,
        "has": points_words(programme, has, rules.cost_currency) if rules.cost_points else "",
        "done": done,
        "said": "" if done is None else won_words(done, programme),
        "landed": landed,
    }


def red_packets(game: Game, member_id: int, programme: Programme, now: datetime, done: Play | None) -> dict[str, Any]:
    """When it rains, how many packets are left, and mine."""
    part = reads.rules(game).rain
    assert part is not None
    number = rain.falling(part, now)
    mine = None if number is None else reads.grabbed(game, number, member_id)
    every, gone = (0, 0) if number is None else reads.packets(game, number)
    coming = rain.next_at(part, now)
    return {
        "falls": number is not None,
        "until": None if number is None else moment(part.at_us[number]) + timedelta(minutes=part.minutes),
        "mine": "" if mine is None else points_words(programme, mine.points, part.currency),
        "every": every,
        "free": every - gone,
        "coming": coming,
        "times": [moment(at) for at in part.at_us],
        "budget": points_words(programme, part.points, part.currency),
        "packets": part.packets,
        "least": points_words(programme, part.least, part.currency),
        "done": done,
        "said": "" if done is None else won_words(done, programme),
    }


def questions(game: Game, member_id: int, programme: Programme, now: datetime, done: Play | None) -> dict[str, Any]:
    """The round I am in, or what the last one brought with the right answers, or how to begin."""
    rules = reads.rules(game)
    part = rules.quiz
    assert part is not None
    turn = who.turn(rules, reads.player(game, member_id), who.today(rules, now))
    open_round = None if done is not None else reads.open_round(game, member_id, now)
    closed = Round.objects.filter(play=done).select_related("game").first() if done is not None else None
    return {
        "turn": turn,
        "refusal": words(problem(turn.refusal, "game").as_json())[0] if turn.refusal else "",
        "asks": part.asks,
        "seconds": part.seconds,
        "best": points_words(programme, part.points_max, part.currency),
        "round": open_round,
        "seconds_left": 0 if open_round is None else max(int((open_round.until - now).total_seconds()), 0),
        "asked": [] if open_round is None else [_asked(question) for question in quiz.questions_of(open_round)],
        "review": [] if closed is None else [_reviewed(one, closed) for one in quiz.questions_of(closed)],
        "done": done,
        "said": "" if done is None else won_words(done, programme),
    }


def board(game: Game, member_id: int, programme: Programme, now: datetime, done: Play | None) -> dict[str, Any]:
    """The leaderboard, my place, and what there is to win."""
    rules = reads.rules(game)
    part = rules.contest
    assert part is not None
    is_money = part.sums == contest.SPENDING

    def score(value: int) -> str:
        return figures.money(value, rules.currency) if is_money else figures.whole(value)

    own = contest.own(game, member_id)
    lines = contest.board(game)
    return {
        "lines": [{"line": line, "score": score(line.score), "me": line.member_id == member_id} for line in lines],
        "own": None if own is None else {"line": own, "score": score(own.score)},
        "on_board": any(line.member_id == member_id for line in lines),
        "prizes": [{"prize": prize, "name": named(prize.name, prize.key)} for prize in rules.prizes],
        "shares": part.ties == "share",
    }


VIEWS: dict[str, View] = {Game.WHEEL: wheel, Game.RAIN: red_packets, Game.QUIZ: questions, Game.CONTEST: board}


def fair(game: Game, member_id: int, programme: Programme, now: datetime) -> dict[str, Any]:
    """The seeds as far as they are shown, and my plays with everything that went into them."""
    is_wheel = game.kind == Game.WHEEL
    plays = reads.plays_of(game, member_id, 20) if is_wheel else []
    for play in plays:
        play.game = game
    rules = reads.rules(game)
    slots = []
    upto = 0
    for prize in rules.prizes if is_wheel else ():
        width = int(prize.chance * rules.denominator)
        slots.append({"name": named(prize.name, prize.key), "first": upto, "last": upto + width - 1})
        upto += width
    rains = []
    if rules.rain is not None:
        for number, at in enumerate(rules.rain.at_us):
            rains.append({"at": moment(at), "holds": proof.split_again(game, number, now)})
    return {
        "seeds": odds.seeds_of(game, now),
        "is_wheel": is_wheel,
        "plays": [
            {"play": play, "proof": proof.proof_of(play, now), "said": won_words(play, programme)} for play in plays
        ],
        "slots": slots,
        "rest": upto,
        "denominator": rules.denominator,
        "rains": rains,
    }


def _asked(question: Any) -> dict[str, Any]:
    return {
        "key": question.key,
        "ask": named(question.ask),
        "answers": [(number, named(text)) for number, text in enumerate(question.answers, 1)],
    }


def _reviewed(question: Any, closed: Round) -> dict[str, Any]:
    given = (closed.answers or {}).get(question.key)
    return {
        "ask": named(question.ask),
        "right": named(question.answers[question.right - 1]),
        "given": named(question.answers[given - 1]) if given else "",
        "is_right": given == question.right,
    }

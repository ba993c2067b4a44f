"""A quiz: a round of questions against the clock, and points for the right answers. Which answer is right leaves the
server only after the round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from random import SystemRandom
from uuid import UUID, uuid4

from django.db import transaction

from regulars.flow import facts
from regulars.flow.play import giving, who
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import retried
from regulars.play import reads, writes
from regulars.play.models import Game, Play, Round
from regulars.play.seeds import day_of
from regulars.rules.games.model import Question, Quiz

ON_THE_WAY = timedelta(seconds=5)
"""How much later than a round's end answers may arrive: they take their time on the way."""
_random = SystemRandom()


def begin(member_id: int, key: str, message_id: str, source: str, now: datetime | None = None) -> Round:
    """A new round; the one the member is in the middle of, if they are. The same message again gets the same round.

    Raises Problem: unknown, not now, not for them, played often enough, nothing left to win.
    """
    return retried(partial(_begin, member_id, key, message_id, source, now or datetime.now(UTC)))


def questions_of(found: Round) -> Sequence[Question]:
    """The questions of a round, in its order. Their ``right`` is not for the browser before it is closed."""
    quiz = _quiz(found.game)
    by_key = {question.key: question for question in quiz.questions}
    return [by_key[key] for key in found.questions]


def answer(member_id: int, round_id: str | UUID, answers: Mapping[str, int], now: datetime | None = None) -> Play:
    """Close a round with the numbers (from 1) of the answers by their questions' keys. What comes too late counts as no
    answer; a round that is closed stays as it is, and gives its play again.

    Raises Problem: no such round of theirs, not its questions or answers.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        found = _locked(round_id)
        if found is None or found.member_id != member_id:
            raise problem("unknown-round", "round")
        if found.play is not None:
            return found.play
        _fit(found, answers)
        in_time = now <= found.until + ON_THE_WAY
        return _close(found, answers if in_time else {}, now)


def lapse(now: datetime) -> int:
    """Close the rounds that nobody finished; what was set aside for them goes back. How many they were."""
    done = 0
    for round_id in reads.lapsed_rounds(now - ON_THE_WAY):
        with transaction.atomic():
            found = _locked(round_id)
            if found is not None and found.play is None:
                _close(found, {}, now)
                done += 1
    return done


def _begin(member_id: int, key: str, message_id: str, source: str, now: datetime) -> Round:
    with transaction.atomic():
        before = _before(source, message_id, member_id, key)
        if before is not None:
            return before
        game = who.game_called(key, Game.QUIZ)
        found = reads.rules(game)
        quiz = _quiz(game)
        who.check(game, found, member_id, now)
        player = writes.enter(game, member_id)
        before = _before(source, message_id, member_id, key) or reads.open_round(game, member_id, now)
        if before is not None:
            return before
        today = who.today(found, now)
        turn = who.turn(found, player, today)
        if turn.refusal:
            raise problem(turn.refusal, "game")
        asked = _random.sample(quiz.questions, quiz.asks)
        most = sum(question.points for question in asked) if quiz.points_in_all is not None else 0
        if most:
            try:
                writes.take(game, reads.POINTS, most)
            except writes.SpentError:
                raise problem("game-spent", "game") from None
        made = Round.objects.create(
            id=uuid4(),
            game=game,
            member_id=member_id,
            nonce=writes.count(player, today),
            questions=[question.key for question in asked],
            begun_at=now,
            until=min(now + timedelta(seconds=quiz.seconds), game.ends_at),
            set_aside=most,
            source=source,
            message_id=message_id,
        )
        said = {"game": game.key, "version": game.number, "round": str(made.pk)}
        facts.record([facts.Fact(facts.QUIZ_BEGUN, member_id, said)], now)
        return made


def _close(found: Round, answers: Mapping[str, int], now: datetime) -> Play:
    quiz = _quiz(found.game)
    right = [question for question in questions_of(found) if answers.get(question.key) == question.right]
    points = sum(question.points for question in right)
    play = Play(
        id=uuid4(),
        game=found.game,
        member_id=found.member_id,
        at=now,
        day=min(day_of(found.game, now), found.game.days - 1),
        nonce=found.nonce,
        right=len(right),
        won="points" if points else "",
        gives="points" if points else "",
        source=giving.SOURCE,
        message_id=f"round-{found.pk}",
    )
    if found.set_aside > points:
        writes.give_back(found.game, reads.POINTS, found.set_aside - points)
    if points:
        giving.points(found.game, play, points, quiz.currency)
    giving.written(play, found.game, now)
    found.answers, found.closed_at, found.play = dict(answers), now, play
    found.save(update_fields=["answers", "closed_at", "play"])
    return play


def _fit(found: Round, answers: Mapping[str, int]) -> None:
    known = {question.key: len(question.answers) for question in questions_of(found)}
    for key, number in answers.items():
        if key not in known or isinstance(number, bool) or not 1 <= number <= known[key]:
            raise problem("unfit-answers", "answers")


def _locked(round_id: str | UUID) -> Round | None:
    try:
        number = UUID(str(round_id))
    except ValueError:
        return None
    found = Round.objects.select_for_update(of=("self",)).filter(pk=number)
    return found.select_related("game", "play").first()


def _before(source: str, message_id: str, member_id: int, key: str) -> Round | None:
    before = reads.round_by_message(source, message_id)
    if before is not None and (before.member_id, before.game.key) != (member_id, key):
        raise reused(message_id)
    return before


def _quiz(game: Game) -> Quiz:
    quiz = reads.rules(game).quiz
    assert quiz is not None
    return quiz

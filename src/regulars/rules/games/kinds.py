"""What each kind of game adds: red packets, questions, what a contest counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.rules.games.model import Contest, Question, Quiz, Rain
from regulars.rules.language.reading import Path, Reader
from regulars.rules.language.where import MONEY, PREFIXES, Names, read_condition
from regulars.rules.offers.limits import read_moment
from regulars.rules.programme import Text

RAIN = ("points", "currency", "packets", "least", "at", "minutes")
QUIZ = ("asks", "seconds", "currency", "points_in_all", "questions")
QUESTION = ("key", "ask", "answers", "right", "points")
CONTEST = ("counts", "where", "sums", "per_day", "ties", "shows", "wait_minutes")
POINTS_MAX = 10**9
PACKETS_MAX = 100_000
TIMES_MAX = 100
_MINUTE_US = 60_000_000


class Kinds:
    """Reads the section of a kind; ``first``, ``until``: the game's time."""

    def __init__(self, reader: Reader, zone: str | None, first: int | None, until: int | None) -> None:
        self.reader = reader
        self.zone = zone
        self.first = first
        self.until = until

    def rain(self, whole: Mapping[str, Any]) -> Rain | None:
        """``rain``: so many points in so many packets, at these moments."""
        reader = self.reader
        path: Path = ("rain",)
        rain = self._section(whole, "rain", RAIN, ("points", "packets", "at"))
        if rain is None:
            return None
        points = reader.whole(rain["points"], (*path, "points"), 1, POINTS_MAX) if "points" in rain else None
        count = reader.whole(rain["packets"], (*path, "packets"), 1, PACKETS_MAX) if "packets" in rain else None
        least = reader.whole(rain["least"], (*path, "least"), 1, POINTS_MAX) if "least" in rain else 1
        minutes = reader.whole(rain["minutes"], (*path, "minutes"), 1, 24 * 60) if "minutes" in rain else 10
        moments = self._moments(rain, minutes or 1)
        if points is None or count is None or least is None or minutes is None or not moments:
            return None
        if count * least > points:
            reader.say(
                (*path, "points"),
                "must be at least {most}: {count} packets of {least} each",
                most=count * least,
                count=count,
                least=least,
            )
            return None
        return Rain(points, count, least, tuple(moments), minutes, self._currency(rain, path))

    def _moments(self, rain: Mapping[str, Any], minutes: int) -> list[int]:
        reader = self.reader
        found: list[int] = []
        for place, item in enumerate(reader.items(rain.get("at", ()), ("rain", "at"), most=TIMES_MAX)):
            at: Path = ("rain", "at", place)
            moment = read_moment(reader, item, at, self.zone)
            if moment is None:
                continue
            ends = moment + minutes * _MINUTE_US
            if (self.first is not None and moment < self.first) or (self.until is not None and ends > self.until):
                reader.say(at, "must begin and end between `from` and `until`")
            elif found and moment < found[-1] + minutes * _MINUTE_US:
                reader.say(at, "must come after the one before has ended")
            else:
                found.append(moment)
        return found

    def quiz(self, whole: Mapping[str, Any]) -> Quiz | None:
        """``quiz``: the questions, and how many of them a round has."""
        reader = self.reader
        path: Path = ("quiz",)
        quiz = self._section(whole, "quiz", QUIZ, ("questions",))
        if quiz is None:
            return None
        items = reader.items(quiz.get("questions", ()), (*path, "questions"), most=300) if "questions" in quiz else ()
        found = [self._question(item, (*path, "questions", place)) for place, item in enumerate(items)]
        questions = tuple(question for question in found if question is not None)
        seen: set[str] = set()
        for place, question in enumerate(questions):
            if question.key in seen:
                reader.say((*path, "questions", place, "key"), "is the key of another question already")
            seen.add(question.key)
        asks = reader.whole(quiz["asks"], (*path, "asks"), 1, 50) if "asks" in quiz else min(len(items), 50)
        if asks is not None and questions and asks > len(items):
            reader.say((*path, "asks"), "must be at most {most}: so many questions there are", most=len(items))
        seconds = reader.whole(quiz["seconds"], (*path, "seconds"), 10, 3600) if "seconds" in quiz else 60
        most = quiz.get("points_in_all")
        in_all = None if most is None else reader.whole(most, (*path, "points_in_all"), 1, 10**12)
        if not questions or asks is None or seconds is None:
            return None
        return Quiz(questions, asks, seconds, self._currency(quiz, path), in_all)

    def _question(self, value: Any, path: Path) -> Question | None:
        reader = self.reader
        question = reader.section(value, path, QUESTION, needs=("key", "ask", "answers", "right", "points"))
        if question is None:
            return None
        key = reader.key(question["key"], (*path, "key")) if "key" in question else None
        ask: Text = reader.name(question["ask"], (*path, "ask"), 500) if "ask" in question else {}
        items = reader.items(question.get("answers", ()), (*path, "answers"), most=8) if "answers" in question else ()
        if len(items) == 1:
            reader.say((*path, "answers"), "must be at least two")
        answers = tuple(reader.name(item, (*path, "answers", place)) for place, item in enumerate(items))
        right = reader.whole(question["right"], (*path, "right"), 1) if "right" in question else None
        if right is not None and answers and right > len(answers):
            reader.say((*path, "right"), "must be the number of an answer, from 1 to {most}", most=len(answers))
        points = reader.whole(question["points"], (*path, "points"), 0, POINTS_MAX) if "points" in question else None
        if key is None or right is None or points is None:
            return None
        return Question(key, ask, answers, right, points)

    def contest(self, whole: Mapping[str, Any], digits: int) -> Contest | None:
        """``contest``: which events count, and how much."""
        reader = self.reader
        path: Path = ("contest",)
        contest = self._section(whole, "contest", CONTEST, ("counts",))
        if contest is None:
            return None
        event = reader.text(contest["counts"], (*path, "counts")) if "counts" in contest else None
        names = Names(MONEY, PREFIXES, {"member": (), "line": ()}, None)
        tests = read_condition(reader, contest["where"], (*path, "where"), names) if "where" in contest else ()
        sums = reader.text(contest["sums"], (*path, "sums")) if "sums" in contest else ""
        if sums == "spending" and event not in (None, "Order Completed"):
            reader.say((*path, "sums"), "spending is summed of `counts: Order Completed` only")
        per_day = reader.whole(contest["per_day"], (*path, "per_day"), 1, 10_000) if "per_day" in contest else None
        if per_day is not None and sums == "spending":
            reader.say((*path, "per_day"), "does not go with spending")
        ties = reader.choice(contest["ties"], (*path, "ties"), ("first", "share")) if "ties" in contest else "first"
        shows = reader.whole(contest["shows"], (*path, "shows"), 1, 100) if "shows" in contest else 20
        given = contest.get("wait_minutes")
        wait = 60 if given is None else reader.whole(given, (*path, "wait_minutes"), 1, 30 * 24 * 60)
        if event is None or ties is None or shows is None or wait is None or sums is None:
            return None
        return Contest(event, tests, sums, per_day, ties, shows, wait)  # type: ignore[arg-type]  # one of two words

    def _section(
        self, whole: Mapping[str, Any], key: str, known: tuple[str, ...], needs: tuple[str, ...]
    ) -> Mapping[str, Any] | None:
        if key not in whole:
            self.reader.say((), "needs `{key}`", key=key)
            return None
        return self.reader.section(whole[key], (key,), known, needs=needs)

    def _currency(self, settings: Mapping[str, Any], path: Path) -> str:
        if "currency" not in settings:
            return ""
        return self.reader.key(settings["currency"], (*path, "currency")) or ""

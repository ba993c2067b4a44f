"""Publishing a game, and ending one before its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase, phrase
from regulars.flow import facts
from regulars.flow.coupons.known import known
from regulars.flow.problems import problem
from regulars.play import reads, writes
from regulars.play.file import Checked, check
from regulars.play.models import Game
from regulars.programmes import reads as programmes
from regulars.programmes.reads import microseconds
from regulars.rules.games import CONTEST, RAIN
from regulars.rules.games import Game as Rules
from regulars.rules.language.reading import listed
from regulars.rules.programme import Programme

REASON_MAX = 300


class NotApplicable(ValueError):
    """The file cannot be published; ``problems`` says why, in plain words."""

    def __init__(self, problems: Sequence[LocatedProblem | Phrase]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def checked(text: str) -> Checked:
    """A game's file, checked against the tiers of the programme in effect."""
    return check(text, levels(programme_now()))


def programme_now() -> Programme | None:
    """The programme in effect, None before there is one."""
    try:
        return programmes.current()[1]
    except programmes.NoProgramme:
        return None


def levels(programme: Programme | None) -> list[str] | None:
    """The keys of the programme's tiers; None where nobody knows."""
    if programme is None:
        return None
    return [level.key for level in programme.tiers.levels] if programme.tiers else []


def publish(text: str, by: Any = None, now: datetime | None = None) -> Game:
    """Publish a game, or the next version of one that has not begun. The same text again changes nothing.

    Raises NotApplicable.
    """
    now = now or datetime.now(UTC)
    found = checked(text)
    if found.game is None:
        raise NotApplicable(found.problems)
    before = reads.called(found.game.key)
    if before is not None and before.text == text:
        return before
    problems = list(unfit(found.game, now))
    if problems:
        raise NotApplicable(problems)
    try:
        with transaction.atomic():
            return writes.publish(found.game, text, now, by)
    except writes.BegunError:
        raise NotApplicable([_begun(found.game.key)]) from None


def unfit(found: Rules, now: datetime) -> Iterable[Phrase]:
    """What keeps a game that is fine in itself from being published now."""
    before = reads.called(found.key)
    if before is not None and before.begins_at <= now:
        yield _begun(found.key)
    if found.until_us <= microseconds(now):
        yield phrase("`until` has passed")
    begins = min(found.rain.at_us) if found.rain is not None else found.from_us
    if found.kind in (RAIN, CONTEST) and begins <= microseconds(now):
        yield phrase("a contest and a rain count from a moment that is still to come: choose a later one")
    programme = programme_now()
    if programme is None:
        yield phrase("there is no programme yet; apply one first")
        return
    for name, theirs, ours in [
        ("currency", programme.currency, found.currency),
        ("time_zone", programme.time_zone, found.time_zone),
    ]:
        if theirs != ours:
            yield phrase("`{name}` must be {theirs}, as the programme has it", name=name, theirs=theirs)
    every = [points.key for points in programme.points]
    spendable = [points.key for points in programme.points if points.spendable]
    for key in sorted(_given_currencies(found) - {"", *every}):
        yield phrase("{key} are no points of the programme; there are {known}", key=key, known=listed(every))
    if found.cost_points and found.cost_currency not in ("", *spendable):
        yield phrase(
            "{key} cannot be spent; there are {known}", key=found.cost_currency, known=listed(spendable or ["–"])
        )
    coupons = known().coupons
    for prize in found.every_prize:
        if prize.gives.kind == "coupon" and prize.gives.coupon not in coupons:
            yield phrase("the offers in effect have no coupon `{key}`", key=prize.gives.coupon)


def stop(key: str, reason: str, author: str, now: datetime | None = None) -> Game:
    """End a game before its time: nobody plays any more, what was won stays won.

    Raises Problem: unknown, no reason, over already.
    """
    now = now or datetime.now(UTC)
    reason = reason.strip()[:REASON_MAX]
    if not reason:
        raise problem("reason-missing", "reason")
    with transaction.atomic():
        game = reads.called(key)
        if game is None:
            raise problem("unknown-game", "game", given=key)
        if not writes.stop(game.pk, reason, author, now):
            raise problem("not-now", "game")
        said = {"game": key, "version": game.number, "reason": reason}
        facts.record([facts.Fact(facts.GAME_STOPPED, None, said, context={"author": author} if author else {})], now)
        game.refresh_from_db()
        return game


def _given_currencies(found: Rules) -> set[str]:
    given = {prize.gives.currency for prize in found.every_prize if prize.gives.kind == "points"}
    given |= {part.currency for part in (found.rain, found.quiz) if part is not None}
    return given


def _begun(key: str) -> Phrase:
    return phrase("{key} has begun and can change no more: end it, or publish this under another key", key=key)

"""What goes in and comes out where members play."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, StrictInt, StrictStr


class OutcomeOut(Schema):
    """One outcome of a wheel. `key` null: nothing is won."""

    key: str | None
    name: dict[str, str]
    chance: str = Field(description="What it is now, exact: `12.5%` or `1/3`; 0% when it has run out")
    chance_in_file: str = Field(description="What it is while every prize is there")
    left: int | None = Field(description="How many there are; null without limit")
    gives: dict[str, Any] | None


class SeedsOut(Schema):
    """What commits to the draws. `committed` is the SHA-256 of the seed of day `day`; `shown` the seeds of the days
    that are over. Each seed's SHA-256 is the seed of the day before, and that of day 0 is `anchor`."""

    day: int
    days: int
    anchor: str
    committed: str
    shown: dict[str, str]


class TurnOut(Schema):
    """Where a member is. `why` says why they cannot play now, null when they can."""

    why: str | None
    left_today: int | None
    left: int | None
    free: int
    cost: int


class GameOut(Schema):
    """One game."""

    key: str
    version: int
    kind: str = Field(description="wheel, rain, quiz or contest")
    name: dict[str, str]
    description: dict[str, str]
    begins_at: datetime
    ends_at: datetime
    stopped_at: datetime | None
    denominator: int | None = Field(description="Draws of a wheel are whole numbers below this")
    odds: list[OutcomeOut] = Field(description="Of a wheel: every outcome, summing to exactly 1")
    seeds: SeedsOut
    rains: list[dict[str, Any]] = Field(description="Of a red-packet rain: when, how many packets, how many are gone")
    member: TurnOut | None


class Games(Schema):
    """The games that are on, those that end first leading."""

    games: list[GameOut]


class PlayIn(Schema):
    """A play. Send the customer's address if you know it: more than 240 plays a minute from one are refused."""

    model_config = ConfigDict(extra="forbid")

    client_seed: StrictStr = Field("", max_length=64, description="The member's own part of the draw, from now on")
    address: StrictStr = Field("", max_length=64)


class PlayOut(Schema):
    """One play and what came of it. `drawn` is the prize the draw fell on, `won` what was given."""

    id: str
    game: str
    version: int
    kind: str
    at: datetime
    day: int
    nonce: int
    client_seed: str | None
    draw: int | None
    drawn: str | None
    won: str | None
    name: dict[str, str]
    gives: str | None
    points: int
    currency: str | None
    coupon: int | None
    cost: int
    place: int | None
    right: int | None
    handed_over_at: datetime | None


class Plays(Schema):
    """Plays of a member, the newest first."""

    plays: list[PlayOut]


class ProofOut(Schema):
    """Everything that went into a draw. `seed` is null until `shown_at`; `holds` says whether it all fits."""

    game: str
    version: int
    day: int
    player: str
    client_seed: str
    nonce: int
    denominator: int
    draw: int
    drawn: str | None
    won: str | None
    anchor: str
    committed: str | None
    seed: str | None
    shown_at: datetime
    holds: bool | None
    message: str = Field(description="What HMAC-SHA256 is computed of, with the seed as its key")


class QuestionOut(Schema):
    """One question; its answers are numbered from 1."""

    key: str
    ask: dict[str, str]
    answers: list[dict[str, str]]
    points: int


class RoundOut(Schema):
    """A round of a quiz, to be answered before `until`."""

    id: str
    game: str
    begun_at: datetime
    until: datetime
    closed: bool
    questions: list[QuestionOut]


class AnswersIn(Schema):
    """The number of the chosen answer, from 1, by the key of its question; questions may be left out."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[StrictStr, StrictInt] = Field(max_length=50)


class AnsweredOut(Schema):
    """What a round brought, and which answers are right."""

    play: PlayOut
    right: dict[str, int]


class BoardLine(Schema):
    """One line of a leaderboard. `alias` is what others see of the member."""

    place: int
    alias: str
    score: int
    member: str | None = Field(description="The shop's own id of the customer")


class Board(Schema):
    """The best of a contest; scores of money are minor units. `own`: the member asked for."""

    game: str
    settled: bool
    lines: list[BoardLine]
    own: BoardLine | None

"""How anybody can check a play: everything that went into its draw, with the seed as soon as its day is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.play import reads, seeds
from regulars.play.models import Game, Packet, Play
from regulars.programmes.reads import moment
from regulars.rules.games.draw import commitment, drawn, leads_to, packets, play_number


@dataclass(frozen=True, slots=True)
class Proof:
    """seed: in hex, empty until it is shown at ``shown_at``. holds: whether everything computed again is what was
    played; None until the seed is shown."""

    game: str
    version: int
    day: int
    player: str
    client_seed: str
    nonce: int
    denominator: int
    draw: int
    drawn: str
    won: str
    anchor: str
    committed: str
    seed: str
    shown_at: datetime
    holds: bool | None


def proof_of(play: Play, now: datetime) -> Proof:
    """The proof of a turn of the wheel. Raises SeedLostError."""
    game = play.game
    found = reads.rules(game)
    player = reads.player(game, play.member_id)
    assert player is not None and play.draw is not None
    shown_at = seeds.shown_at(game, play.day)
    seed = seeds.seed(game, play.day)
    is_shown = now >= shown_at
    again = play_number(seed, player.code, play.client_seed, play.nonce, found.denominator)
    prize = drawn(found, again)
    holds = again == play.draw and (prize.key if prize else "") == play.drawn
    # Of a day that is still to come the commitment is itself a seed that is not shown yet: the anchor stands for it.
    known = now >= seeds.shown_at(game, play.day - 1) if play.day else True
    return Proof(
        game=game.key,
        version=game.number,
        day=play.day,
        player=player.code,
        client_seed=play.client_seed,
        nonce=play.nonce,
        denominator=found.denominator,
        draw=play.draw,
        drawn=play.drawn,
        won=play.won,
        anchor=bytes(game.anchor).hex(),
        committed=commitment(seed).hex() if known else "",
        seed=seed.hex() if is_shown else "",
        shown_at=shown_at,
        holds=holds and leads_to(seed, play.day, bytes(game.anchor)) if is_shown else None,
    )


def split_again(game: Game, rain: int, now: datetime) -> bool | None:
    """Whether the packets of a rain are those that its day's seed splits the points into; None until it is shown."""
    found = reads.rules(game)
    assert found.rain is not None
    day = rain_day(game, rain)
    if now < seeds.shown_at(game, day):
        return None
    part = found.rain
    again = packets(seeds.seed(game, day), f"rain:{rain}", part.points, part.packets, part.least)
    rows = Packet.objects.filter(game=game, rain=rain).order_by("number")
    return list(again) == list(rows.values_list("points", flat=True))


def rain_day(game: Game, rain: int) -> int:
    """The game's day (from 0) that a rain falls on."""
    part = reads.rules(game).rain
    assert part is not None
    return seeds.day_of(game, moment(part.at_us[rain]))

"""Giving what was won: points through the ledger, coupons into the wallet, gifts as a promise that the shop keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.coupons import writes as coupons
from regulars.flow import facts, holds
from regulars.flow.coupons.known import ends, known
from regulars.flow.coupons.once import Asked, issued
from regulars.flow.play.publishing import programme_now
from regulars.play import writes
from regulars.play.models import Game, Play
from regulars.play.reads import BUDGET, of_prize
from regulars.programmes.reads import moment
from regulars.rules.games import Game as Rules
from regulars.rules.games import Prize

SOURCE = "regulars"


def barred(found: Rules, now: datetime) -> frozenset[str]:
    """The keys of prizes that cannot be given at all now: their coupon has left the offers or is over, or their points
    the programme. They are drawn no more, as if they had run out."""
    out = set()
    prizes = found.every_prize
    if any(prize.gives.kind == "coupon" for prize in prizes):
        live = known(now)
        for prize in prizes:
            if prize.gives.kind == "coupon":
                coupon = live.coupons.get(prize.gives.coupon)
                over = coupon is not None and coupon.offer.valid_until_us is not None
                if coupon is None or (over and moment(coupon.offer.valid_until_us or 0) <= now):
                    out.add(prize.key)
    if any(prize.gives.currency for prize in prizes):
        programme = programme_now()
        there = {""} if programme is None else {"", *(points.key for points in programme.points)}
        out |= {prize.key for prize in prizes if prize.gives.currency not in there}
    return frozenset(out)


def take(game: Game, found: Rules, prize: Prize | None, now: datetime) -> Prize | None:
    """Count the prize as given; the consolation where there is none of it any more; None where there is neither.

    The prize's own tally is locked before the budget's, by everybody.
    """
    cannot = barred(found, now)
    for one in (prize, found.consolation):
        if one is None or one.key in cannot:
            continue
        try:
            with transaction.atomic():
                if one.stock is not None:
                    writes.take(game, of_prize(one.key))
                if found.budget_minor is not None and one.worth_minor:
                    writes.take(game, BUDGET, one.worth_minor)
            return one
        except writes.SpentError:
            continue
    return None


def charge(game: Game, member_id: int, points: int, currency: str, play_id: Any) -> None:
    """What a play costs, through the ledger. Raises Problem: too few points."""
    about = {"game": game.key, "name": game.name, "play": str(play_id)}
    holds.spend(member_id, points, currency, about, f"play-{play_id}-cost", SOURCE)


def give(game: Game, play: Play, prize: Prize | None, now: datetime) -> None:
    """Give the member a prize that is theirs, and note it on the play."""
    if prize is None:
        return
    play.won, play.name, play.gives, play.worth_minor = prize.key, dict(prize.name), prize.gives.kind, prize.worth_minor
    if prize.gives.kind == "points":
        points(game, play, prize.gives.points, prize.gives.currency)
    elif prize.gives.kind == "coupon":
        live = known(now)
        until = ends(live, live.coupons[prize.gives.coupon], now)
        [coupon] = coupons.give(prize.gives.coupon, [play.member_id], now, until)
        play.coupon_id = coupon.pk
        issued([coupon], "won", Asked(), now)


def points(game: Game, play: Play, number: int, currency: str) -> None:
    """Give points that were won, through the ledger, and note them on the play."""
    play.points, play.currency = number, holds.currency_called(currency).key
    about: dict[str, Any] = {"game": game.key, "name": game.name, "play": str(play.pk)}
    if play.name:
        about |= {"prize": play.won, "prize_name": play.name}
    holds.award(play.member_id, number, play.currency, "game", about, f"play-{play.pk}-prize", SOURCE)


def written(play: Play, game: Game, now: datetime) -> Play:
    """Keep a play, with its fact in the log."""
    play.number = writes.next_number()
    play.save(force_insert=True)
    said: dict[str, Any] = {
        "game": game.key,
        "version": game.number,
        "kind": game.kind,
        "play": str(play.pk),
        "won": play.won or None,
        "points": play.points,
        "cost": play.cost,
    }
    for key in ("draw", "place", "right", "coupon_id"):
        if getattr(play, key) is not None:
            said[key] = getattr(play, key)
    if play.draw is not None:
        said |= {"nonce": play.nonce, "day": play.day}
    facts.record([facts.Fact(facts.GAME_PLAYED, play.member_id, said)], now)
    return play

"""Many at one wheel at once, on a real PostgreSQL, a connection each; and whether everything is exact afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from django.db import connections
from django.db.models import Count, Sum

from regulars.events.models import Event
from regulars.flow.play.spin import spin
from regulars.flow.problems import Problem
from regulars.play import reads
from regulars.play.models import Game, Play, Player, Tally

THREADS = 50


@dataclass(frozen=True, slots=True)
class Job:
    """One press of the button: by whom, under which message id."""

    member_id: int
    message_id: str


def press(key: str, jobs: Sequence[Job], threads: int = THREADS) -> Counter[str]:
    """Do every job, so many threads at the same moment; what refused each, empty for a play."""
    ready = Barrier(threads)

    def work(place: int) -> list[str]:
        ready.wait(120)
        out = []
        try:
            for job in jobs[place::threads]:
                try:
                    spin(job.member_id, key, job.message_id, "crowd")
                    out.append("")
                except Problem as refused:
                    out.append(refused.kind)
        finally:
            connections.close_all()
        return out

    with ThreadPoolExecutor(threads) as pool:
        return Counter(kind for kinds in pool.map(work, range(threads)) for kind in kinds)


def offences(game: Game) -> list[str]:
    """What is not exact: stock, budget, limits, nonces, facts. Empty when everything is."""
    found = reads.rules(game)
    plays = Play.objects.filter(game=game)
    out = []
    won = dict(plays.exclude(won="").order_by().values_list("won").annotate(n=Count("id")))
    for prize in found.every_prize:
        tally = Tally.objects.filter(game=game, what=reads.of_prize(prize.key)).first()
        if tally is not None and tally.taken != won.get(prize.key, 0):
            out.append(f"{prize.key}: counted {tally.taken}, given {won.get(prize.key, 0)}")
        if prize.stock is not None and won.get(prize.key, 0) > prize.stock:
            out.append(f"{prize.key}: {won[prize.key]} of {prize.stock}")
    spent = plays.aggregate(s=Sum("worth_minor"))["s"] or 0
    if found.budget_minor is not None:
        counted = Tally.objects.get(game=game, what=reads.BUDGET).taken
        if not counted == spent <= found.budget_minor:
            out.append(f"budget: counted {counted}, spent {spent} of {found.budget_minor}")
    for member, n in plays.order_by().values_list("member_id").annotate(n=Count("id")):
        if found.ever is not None and n > found.ever:
            out.append(f"member {member} played {n} times of {found.ever}")
        nonces = set(plays.filter(member_id=member).values_list("nonce", flat=True))
        if nonces != set(range(n)) or Player.objects.get(game=game, member_id=member).plays != n:
            out.append(f"member {member}: nonces")
    if Event.objects.filter(name="Game Played", fact=True).count() != plays.count():
        out.append("facts")
    return out

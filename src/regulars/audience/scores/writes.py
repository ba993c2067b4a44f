"""Writing a run: its rows by ``COPY``, a part at a time, unseen until one small transaction puts it in force.

Killed at any moment, the run in force stays whole: rows of a run that is not in force are nobody's, and the next run
sweeps them. Facts are written after that, a batch a transaction with the place they reached, so none is lost or twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from regulars.audience.scores import bands
from regulars.audience.scores.models import Score, ScoreRun
from regulars.flow import facts

LOCK = 7_305_112_250_023_001
FACTS_AT_ONCE = 5000
RUNS_KEPT = 60
COLUMNS = [field.column for field in Score._meta.concrete_fields if field.column]
_COPY = f"COPY scores_score ({', '.join(COLUMNS)}) FROM STDIN (FORMAT CSV)"


class Busy(RuntimeError):
    """Another run is under way."""


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one who makes scores; the database lets go by itself of whoever is killed. Raises Busy."""
    if not _ask("SELECT pg_try_advisory_lock(%s)", [LOCK]):
        raise Busy
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock(%s)", [LOCK])


def under_way() -> bool:
    """Whether somebody is making scores at this moment."""
    return bool(
        _ask(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = %s AND objid::bigint = %s)",
            [LOCK >> 32, LOCK & 0xFFFFFFFF],
        )
    )


def begin() -> ScoreRun:
    """A new run; what killed ones left is swept, and facts they owed are written. Only inside ``alone``."""
    ScoreRun.objects.filter(state=ScoreRun.RUNNING).update(state=ScoreRun.FAILED, said={"key": "interrupted"})
    finish()
    return ScoreRun.objects.create()


def step(run: ScoreRun, name: str, percent: int) -> None:
    """Say what is being done, and how far the whole is."""
    run.step, run.done = name, percent
    ScoreRun.objects.filter(pk=run.pk).update(step=name, done=percent, moved_at=timezone.now())


def copy(text: bytes) -> None:
    """Rows of a run that is not in force, as CSV with ``COLUMNS``; one transaction."""
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as rows:
        rows.write(text)


def put_in_force(run: ScoreRun, now: datetime, **found: Any) -> None:
    """Let this run count from now on, in place of the one before. All its rows must be there."""
    with transaction.atomic():
        before = ScoreRun.objects.select_for_update().filter(current=True).first()
        ScoreRun.objects.filter(current=True).update(current=False)
        for name, value in found.items():
            setattr(run, name, value)
        run.state, run.current, run.made_at, run.step, run.done = ScoreRun.MADE, True, now, "", 100
        run.before = before.pk if before else None
        run.facts_after = 0 if before else None
        run.save()


def fail(run: ScoreRun, said: dict[str, Any]) -> None:
    """This run came to nothing; the one in force stays."""
    run.state, run.said, run.step = ScoreRun.FAILED, said, ""
    run.save()


def finish() -> int:
    """Write the facts that the run in force still owes, then take away rows of all others; how many facts."""
    run = ScoreRun.objects.filter(current=True).first()
    told = 0
    while run is not None and run.facts_after is not None:
        told += _tell(run)
    _sweep(None if run is None else run.pk)
    return told


def _tell(run: ScoreRun) -> int:
    """The next facts: whose risk is in another band than in the run before."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n.member_id, o.risk, n.risk, n.leaving_90 FROM scores_score n JOIN scores_score o"
                " ON o.run_id = %s AND o.member_id = n.member_id"
                " WHERE n.run_id = %s AND n.member_id > %s AND n.risk <> o.risk ORDER BY n.member_id LIMIT %s",
                [run.before, run.pk, run.facts_after, FACTS_AT_ONCE],
            )
            rows = cursor.fetchall()
        facts.record([_fact(run.pk, *row) for row in rows], timezone.now())
        run.facts_after = rows[-1][0] if len(rows) == FACTS_AT_ONCE else None
        run.save(update_fields=["facts_after"])
    return len(rows)


def _fact(run: int, member: int, before: int, after: int, leaving: float) -> facts.Fact:
    return facts.Fact(
        facts.SCORE_CHANGED,
        member,
        {
            "score": "leaving",
            "from": bands.KEYS[before],
            "to": bands.KEYS[after],
            "percent": round(100 * leaving),
            "run": run,
        },
        message_id=f"score-{run}-{member}",
    )


def _sweep(current: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT run_id FROM scores_score WHERE run_id IS DISTINCT FROM %s", [current])
        for (run,) in cursor.fetchall():
            cursor.execute("DELETE FROM scores_score WHERE run_id = %s", [run])
    old = ScoreRun.objects.filter(current=False).order_by("-pk").values_list("pk", flat=True)[RUNS_KEPT:]
    ScoreRun.objects.filter(pk__in=list(old)).delete()


def _ask(sql: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchone()
        return found[0] if found else None

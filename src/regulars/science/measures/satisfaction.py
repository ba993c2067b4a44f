"""What members say: answers to the three usual questions, as events bring them.

An answer is an event ``Survey Answered`` whose properties have ``kind`` (``csat``, ``nps`` or ``ces``) and a whole
``score``: CSAT 1–5, NPS 0–10 (Reichheld, Harvard Business Review 12/2003), CES 1–7 (Dixon, Freeman & Toman, Harvard
Business Review 7/2010, in its later form where 7 is "very easy"). Scores outside their scale count nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ibis.expr import types as ir

from regulars.science.measures.groups import cut_into, part, seen, total
from regulars.science.measures.periods import Period, last_whole, number, start

ANSWERED = "Survey Answered"
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}


def answers(visits: ir.Table, events: ir.Table) -> ir.Table:
    """The answers among the visits, their scores read from the events' properties: member, day, kind, score.

    Columns needed: ``visits`` seq, member, day, name; ``events`` seq, properties (JSON as text).
    """
    asked = visits.filter(visits.name == ANSWERED).select("seq", "member", "day")
    told = asked.inner_join(events.select("seq", "properties"), "seq")
    # read with patterns: Ibis's JSON needs functions in Python on Spark
    score = told.properties.re_extract(r'"score"\s*:\s*"?(\d+)(\.0+)?"?\s*[,}]', 1)
    kind = told.properties.re_extract(r'"kind"\s*:\s*"([A-Za-z]+)"', 1).lower()
    said = told.select("member", "day", kind=kind, score=score.nullif("").try_cast("int64"))
    valid = [(said.kind == name) & said.score.between(*ends) for name, ends in SCALES.items()]
    return said.filter(valid[0] | valid[1] | valid[2])


def csat(
    answers: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Customer satisfaction: the share of answers that are 4 or 5 of 5.

    Columns: ``by``…, ``period``, ``answers``, ``satisfied``, ``csat`` (0–1), ``mean_score``, ``complete``.
    """
    return _score(
        answers, "csat", period, until, cut, by, "satisfied",
        lambda score: (score >= 4).cast("int64"), lambda good, count: part(good, count),
    )  # fmt: skip


def nps(
    answers: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Net promoter score: the percentage of 9 and 10 less the percentage of 0 to 6.

    Columns: ``by``…, ``period``, ``answers``, ``balance`` (promoters less detractors), ``nps`` (−100 to 100),
    ``mean_score``, ``complete``.
    """
    return _score(
        answers, "nps", period, until, cut, by, "balance",
        lambda score: (score >= 9).cast("int64") - (score <= 6).cast("int64"),
        lambda balance, count: part(balance * 100, count),
    )  # fmt: skip


def ces(
    answers: ir.Table, period: Period, until: date, *, cut: ir.Table | None = None, by: Sequence[str] = ()
) -> ir.Table:
    """Customer effort: the share of answers of 5, 6 or 7 to "it was easy", and their mean.

    Columns: ``by``…, ``period``, ``answers``, ``easy``, ``ces`` (0–1), ``mean_score``, ``complete``.
    """
    return _score(
        answers, "ces", period, until, cut, by, "easy",
        lambda score: (score >= 5).cast("int64"), lambda easy, count: part(easy, count),
    )  # fmt: skip


def _score(
    answers: ir.Table,
    kind: str,
    period: Period,
    until: date,
    cut: ir.Table | None,
    by: Sequence[str],
    counted: str,
    worth: Callable[[ir.IntegerValue], ir.IntegerValue],
    figure: Callable[[ir.IntegerValue, ir.IntegerValue], ir.FloatingValue],
) -> ir.Table:
    """One question's answers by period: their number, what ``worth`` says of each, summed, and ``figure`` of both."""
    rows = seen(answers.filter(answers.kind == kind), until)
    rows = rows.select("member", "score", at=number(rows.day, period), worth=worth(rows.score))
    rows = cut_into(rows, cut, by)
    sums = rows.group_by([*by, "at"]).agg(
        answers=rows.count(), worth=total(rows.worth), mean_score=rows.score.cast("float64").mean()
    )
    return sums.select(
        *by,
        period=start(sums["at"], period),
        answers=sums.answers,
        **{counted: sums.worth, kind: figure(sums.worth, sums.answers)},
        mean_score=sums.mean_score,
        complete=sums["at"] <= last_whole(until, period),
    )

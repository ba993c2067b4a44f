"""What members did before they signed in: the visits of the visitors that they were.

Nothing is decided for a visitor, so ``events`` and ``lines``, which replays read, do not hold what they did; ``visits``
does, under the member whom they became, once it is known whom. ``merges`` names the visitors taken so far. A visitor
who is not in it brings everything below the sync's position; one who is, only what the sync's window holds. So each
event is taken once, whenever the joining commits: a sync whose snapshot does not see it leaves all of that visitor's
events to the next, which takes them by the same rule. Both tables count by the same manifest.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from django.db import connection

from regulars.insight.lake import derive
from regulars.insight.lake.draft import Draft
from regulars.insight.lake.log import chunks
from regulars.insight.lake.past import stream
from regulars.insight.spread import Spread
from regulars.science.history import EVENTS, LINES, Part
from regulars.science.lake.tables import MERGES

TABLE = "merges"
_BECAME = """
WITH RECURSIVE up (visitor, member) AS (
    SELECT m.id, m.merged_into_id FROM members_member m WHERE m.merged_into_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM points_account a WHERE a.member_id = m.id)
  UNION
    SELECT up.visitor, m.merged_into_id FROM up JOIN members_member m ON m.id = up.member
    WHERE m.merged_into_id IS NOT NULL AND NOT EXISTS (SELECT FROM points_account a WHERE a.member_id = m.id)
)
SELECT visitor, member FROM up WHERE EXISTS (SELECT FROM points_account a WHERE a.member_id = up.member)
"""
"""Whom each visitor became: up the chain of joinings to the first with an account, for only they are in the lake. One
who has none up there yet is not taken yet; a visitor with an account of their own is taken by the log."""


def take(draft: Draft, low: int, high: int, zone: str) -> int:
    """Take the visits of joined visitors into the draft, of those already taken what transactions from ``low`` on and
    below ``high`` wrote. In the sync's transaction. Returns how many rows."""
    became, known = _became(), _known(draft)
    new = became.join(known, on="visitor", how="anti").sort("visitor")
    spread = Spread(EVENTS, LINES)
    count = 0
    if new.height:
        more = " AND e.xid < %s::xid8 AND e.member_id = ANY(%s)"
        asked = (str(high), new["visitor"].to_list())
        count += _file(draft, stream(spread, more, asked, anybody=True), new, zone)
        draft.add(TABLE, "", new, draft.next_name())
    if known.height:
        more = (
            " AND e.xid >= %s::xid8 AND e.xid < %s::xid8"
            " AND e.member_id IN (SELECT id FROM members_member WHERE merged_into_id IS NOT NULL)"
        )
        count += _file(draft, stream(spread, more, (str(low), str(high)), anybody=True), known, zone)
    return count


def _file(draft: Draft, parts: Iterable[Part], of: pl.DataFrame, zone: str) -> int:
    """The visits of these visitors among the events, under their members."""
    count = 0
    for part in chunks(parts):
        visits = derive.derive(part, zone)["visits"]
        theirs = visits.rename({"member": "visitor"}).join(of, on="visitor").select(visits.columns)
        draft.add_by_month("visits", theirs)
        count += theirs.height
    return count


def _became() -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_BECAME)
        return pl.DataFrame(cursor.fetchall(), MERGES, orient="row")


def _known(draft: Draft) -> pl.DataFrame:
    """The visitors taken so far, each with the member that their visits are under."""
    return pl.concat([pl.DataFrame(schema=MERGES), *(draft.read(TABLE, file) for file in draft.tables[TABLE])])

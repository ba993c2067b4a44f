"""Definitions of segments over the lake: one Ibis expression, one pass over each table whatever is asked of it.

::

    from regulars.science import segments

    found = segments.members(lake, who, until)        # a table of one column, ``member``
    lake.connection.to_polars(found.count())

Everybody counted has a row in ``standing``. Days are the programme's local days, ``until`` is the last whole one: later
rows do not count yet. Amounts are integers in minor units.
"""

from regulars.science.segments.compiled import CannotTell, NoScores, belonging, members

__all__ = ["CannotTell", "NoScores", "belonging", "members"]

# ruff: noqa: E501 (messages stand in one line, as they are read)
"""Slips in `earn` and its conditions: the line and the words they get."""

from __future__ import annotations

import pytest

from tests.programmes.file.example import Bad, is_told_once_with_its_line

SLIPS = [
    Bad(
        "no number at all",
        "points: 20\n",
        "points: .nan\n",
        "line 67: earn[3].points must be a number that can be counted with",
    ),
    Bad(
        "no day of the calendar",
        "2026-12-01",
        "2026-13-01",
        "line 58: earn[1].valid.from is no day of the calendar",
    ),
    Bad(
        "a rule without a key",
        "  - key: share\n    when: Product Shared\n",
        "  - when: Product Shared\n",
        "line 74: earn[5] needs `key`",
    ),
    Bad(
        "two rules with one key",
        "  - key: share\n",
        "  - key: review\n",
        "line 74: earn[5].key must be unique: earn[3] has this key already",
    ),
    Bad(
        "a rule without an event",
        "    when: Product Shared\n",
        "",
        "line 74: earn[5] needs `when`",
    ),
    Bad(
        "a rule that gives nothing",
        "    when: Product Shared\n    points: 2\n",
        "    when: Product Shared\n",
        "line 74: earn[5] needs `rate` or `points`",
    ),
    Bad(
        "a rule with a rate and points",
        "    when: Product Shared\n    points: 2\n",
        "    when: Order Completed\n    points: 2\n    rate: {points: 1, per: 1}\n",
        "line 76: earn[5].points does not go with `rate`; keep one of the two",
    ),
    Bad(
        "a rate per nothing",
        "per: 1.00}\n    of: net                                  #",
        "per: 0}\n    of: net                                  #",
        "line 51: earn[0].rate.per must be above 0",
    ),
    Bad(
        "a rate without per",
        "    rate: {points: 1, per: 1.00}\n    of: net                                  #",
        "    rate: {points: 1}\n    of: net                                  #",
        "line 51: earn[0].rate needs `per`",
    ),
    Bad(
        "a rate too high",
        "    rate: {points: 1, per: 1.00}\n    of: net                                  #",
        "    rate: {points: 1000001, per: 1.00}\n    of: net                                  #",
        "line 51: earn[0].rate is too fine or too high a rate; write fewer decimals or fewer points",
    ),
    Bad(
        "half a fixed point",
        "    points: 20\n",
        "    points: 20.5\n",
        "line 67: earn[3].points must be a whole number",
    ),
    Bad(
        "no fixed point",
        "    points: 20\n",
        "    points: 0\n",
        "line 67: earn[3].points must be at least 1",
    ),
    Bad(
        "too many fixed points",
        "    points: 20\n",
        "    points: 10000001\n",
        "line 67: earn[3].points must be at most 10000000",
    ),
    Bad(
        "a number nobody means",
        "    points: 20\n",
        "    points: 1e999999999\n",
        "line 67: earn[3].points is too long a number",
    ),
    Bad(
        "an unknown currency of points",
        "gives: growth\n",
        "gives: growht\n",
        "line 62: earn[2].gives must be points or growth; did you mean `growth`?",
    ),
    Bad(
        "what counts, with fixed points",
        "    points: 20\n",
        "    points: 20\n    of: gross\n",
        "line 68: earn[3].of only goes with `rate`",
    ),
    Bad(
        "paid with a condition on lines",
        "    where: {line.category: [tea, coffee], ",
        "    of: paid\n    where: {line.category: [tea, coffee], ",
        "line 56: earn[1].of counts whole orders; it does not go with a condition on line.*",
    ),
    Bad(
        "a refund that earns",
        "when: Product Shared",
        "when: Order Refunded",
        "line 75: earn[5].when moves points by itself; it cannot earn",
    ),
    Bad(
        "until before from",
        "until: 2027-01-01",
        "until: 2026-12-01",
        "line 58: earn[1].valid.until must be after 2026-12-01 (`from`)",
    ),
    Bad(
        "a time instead of a day",
        "from: 2026-12-01,",
        "from: 2026-12-01T00:00:00Z,",
        "line 58: earn[1].valid.from must be a day such as 2026-12-01",
    ),
    Bad(
        "a cap without a window",
        "at_most: {points: 500, per: month}",
        "at_most: {points: 500}",
        "line 59: earn[1].at_most needs `per`",
    ),
    Bad(
        "a cap of nothing",
        "at_most: {points: 500, per: month}",
        "at_most: {per: month}",
        "line 59: earn[1].at_most needs `points` or `times`",
    ),
    Bad(
        "a cap with an unknown window",
        "at_most: {points: 500, per: month}",
        "at_most: {points: 500, per: hour}",
        "line 59: earn[1].at_most.per must be day, week, month, year or ever",
    ),
    Bad(
        "a member's city",
        "where: {photos: {at_least: 1}}",
        "for: {member.city: 杭州}",
        "line 71: earn[4].for.member.city is not available yet: a rule can ask for member.tier or member.joined_days",
    ),
    Bad(
        "a tier that is not there",
        "where: {photos: {at_least: 1}}",
        "for: {member.tier: [gold, diamnod]}",
        "line 71: earn[4].for.member.tier[1] is not one of the tiers; did you mean `diamond`?",
    ),
    Bad(
        "at least a tier",
        "where: {photos: {at_least: 1}}",
        "for: {member.tier: {at_least: gold}}",
        "line 71: earn[4].for.member.tier.at_least does not go with member.tier; write a tier, a list of tiers or none_of",
    ),
    Bad(
        "an unknown comparison",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {at_lest: 1}}",
        "line 71: earn[4].where.photos.at_lest is not a known setting here; did you mean `at_least`?",
    ),
    Bad(
        "at least a text",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {at_least: one}}",
        "line 71: earn[4].where.photos.at_least must be a number",
    ),
    Bad(
        "an amount that is a text",
        "total: {at_least: 100}}   #",
        "total: hundred}   #",
        "line 56: earn[1].where.total must be a number",
    ),
    Bad(
        "any of nothing",
        "line.category: [tea, coffee]",
        "line.category: []",
        "line 56: earn[1].where.line.category must not be empty",
    ),
    Bad(
        "a value that is missing",
        "where: {photos: {at_least: 1}}",
        "where: {photos: }",
        "line 71: earn[4].where.photos must be a value; for a value that is missing write {exists: false}",
    ),
    Bad(
        "exists with a text",
        "where: {photos: {at_least: 1}}",
        "where: {photos: {exists: maybe}}",
        "line 71: earn[4].where.photos.exists must be true or false",
    ),
    Bad(
        "line without a name",
        "line.category: [tea, coffee]",
        "line: tea",
        "line 56: earn[1].where.line needs a dot and a name after it, such as line.category",
    ),
    Bad(
        "a name with brackets",
        "line.category: [tea, coffee]",
        "\"photos[0]\": 1",
        "line 56: earn[1].where.photos[0] is no name of a value; write it like total, line.category or context.page.path",
    ),
    Bad(
        "the same test twice",
        "where: {photos: {at_least: 1}}",
        "where: {member.tier: gold}\n    for: {member.tier: diamond}",
        "line 72: earn[4].for.member.tier is tested in `where` already; keep one of the two",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    is_told_once_with_its_line(old, new, problems)

"""Slips in `tiers` and `benefits`: the line and the words they get."""

from __future__ import annotations

import pytest

from tests.programmes.file.example import Bad, is_told_once_with_its_line

SLIPS = [
    Bad(
        "a level below the one before",
        "      from: 5000\n",
        "      from: 1500\n",
        "line 38: tiers.levels[2].from must be above 2000 (the level before)",
    ),
    Bad(
        "a level as high as the one before",
        "      from: 5000\n",
        "      from: 2000.00\n",
        "line 38: tiers.levels[2].from must be above 2000 (the level before)",
    ),
    Bad(
        "a level without a threshold",
        "      from: 5000\n",
        "",
        "line 37: tiers.levels[2] needs `from`",
    ),
    Bad(
        "a slip of the pen in a level",
        "      from: 5000\n",
        "      form: 5000\n",
        "line 38: tiers.levels[2].form is not a known setting here; did you mean `from`?",
    ),
    Bad(
        "a level of a tenth of a cent",
        "      from: 5000\n",
        "      from: 5000.001\n",
        "line 38: tiers.levels[2].from has more decimals than CNY has (2)",
    ),
    Bad(
        "a level below nothing",
        "    - key: member\n      from: 500\n",
        "    - key: member\n      from: -500\n",
        "line 29: tiers.levels[0].from must be at least 0",
    ),
    Bad(
        "an amount in quotes",
        "      from: 5000\n",
        "      from: '5000'\n",
        "line 38: tiers.levels[2].from must be a number",
    ),
    Bad(
        "an amount with its unit",
        "      from: 5000\n",
        "      from: 5,000 CNY\n",
        "line 38: tiers.levels[2].from must be a number",
    ),
    Bad(
        "two levels with one key",
        "    - key: platinum\n",
        "    - key: gold\n",
        "line 37: tiers.levels[2].key must be unique: tiers.levels[1] has this key already",
        "line 113: calendar[1].for.member.tier[0] is not one of the tiers; known are member, gold or diamond",
    ),
    Bad(
        "a level called none",
        "    - key: member\n",
        "    - key: none\n",
        "line 28: tiers.levels[0].key cannot be `none`: reports call members without a tier that",
    ),
    Bad(
        "a multiplier of nothing",
        "earns_times: 1.5",
        "earns_times: 0",
        "line 40: tiers.levels[2].earns_times must be above 0",
    ),
    Bad(
        "a multiplier too fine",
        "earns_times: 1.5",
        "earns_times: 1.50001",
        "line 40: tiers.levels[2].earns_times must be a simple number such as 1.2 or 1.25",
    ),
    Bad(
        "a benefit twice",
        "[points_rebate, early_preorder, free_delivery]",
        "[points_rebate, early_preorder, points_rebate]",
        "line 41: tiers.levels[2].benefits[2] is listed twice",
    ),
    Bad(
        "an unknown measure",
        "measure: spending ",
        "measure: spent ",
        "line 24: tiers.measure must be spending, orders or growth; did you mean `spending`?",
    ),
    Bad(
        "two windows",
        "{rolling_days: 365}",
        "{rolling_days: 365, calendar: year}",
        "line 25: tiers.window.calendar does not go with `rolling_days`; keep one of the two",
    ),
    Bad(
        "keeping for no time",
        "keep: {for_days: 365, ",
        "keep: {",
        "line 26: tiers.keep needs `for_days`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    is_told_once_with_its_line(old, new, problems)

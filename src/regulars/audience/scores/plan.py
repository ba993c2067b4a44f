"""The actions that the next best one is chosen from, and what is assumed of them.

What an action does is not known from orders: it is the operator's assumption until a group that did not get it proves
it. Before the operator says anything, three common ones are weighed, with costs in parts of the mean order; every page
that shows them says that they are assumed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from regulars.audience.scores.models import ActionPlan

ON_VALUE, ON_LEAVING = "value", "leaving"
NOTHING = "nothing"
ACTIONS_MAX = 6
MARGIN_PERCENT = 30
_OF_ORDER_PERCENT = {"reminder": 1, "coupon": 10, "thanks": 5}


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do for a member: ``name`` is the operator's own, empty for the common ones (worded by ``words``);
    cost in minor units; uplifts in percent, of ``acts_on``: what she brings, or the chance that she would leave."""

    key: str
    name: str
    cost_minor: int
    low_percent: int
    high_percent: int
    acts_on: str


def common(mean_order_minor: int) -> list[Action]:
    """The three that are weighed before an operator says otherwise."""
    cost = {key: mean_order_minor * percent // 100 for key, percent in _OF_ORDER_PERCENT.items()}
    return [
        Action("reminder", "", cost["reminder"], 1, 3, ON_LEAVING),
        Action("coupon", "", cost["coupon"], 5, 15, ON_LEAVING),
        Action("thanks", "", cost["thanks"], 1, 3, ON_VALUE),
    ]


def kept() -> ActionPlan | None:
    """What the operator said, if anything."""
    return ActionPlan.objects.select_related("changed_by").order_by("pk").first()


def in_force(mean_order_minor: int) -> tuple[list[Action], int, bool]:
    """The actions to weigh, the margin in percent, and whether an operator said so."""
    said = kept()
    if said is None:
        return common(mean_order_minor), MARGIN_PERCENT, False
    return [Action(**action) for action in said.actions], said.margin_percent, True


def keep(actions: list[Action], margin_percent: int, user: Any) -> None:
    """Weigh these from the next run on. Raises ValueError for a margin outside 1 to 100, uplifts the wrong way round,
    or too many actions."""
    if not 1 <= margin_percent <= 100 or len(actions) > ACTIONS_MAX or len({a.key for a in actions}) != len(actions):
        raise ValueError("margin, number or keys of the actions")
    for one in actions:
        if one.cost_minor < 0 or not 0 <= one.low_percent <= one.high_percent <= 100 or one.key == NOTHING:
            raise ValueError(one.key)
    ActionPlan.objects.update_or_create(
        pk=1,
        defaults={"actions": [asdict(one) for one in actions], "margin_percent": margin_percent, "changed_by": user},
    )

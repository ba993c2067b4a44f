"""Why an offer did not apply, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.rules.offers.model import Bundle, BuyGet, Nth, Spend
from regulars.rules.pricing.aftermath import Seen
from regulars.rules.pricing.breakdown import Missing, NotApplied
from regulars.rules.pricing.claims import spend_off
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.tables import DELIVERY, GIFT, SETS
from regulars.rules.pricing.till import Live, Till
from regulars.rules.values import WholeTest

_LAST = 1_000_000
"""The seat of what is in no file."""


def not_applied(till: Till, seen: Sequence[Seen]) -> list[NotApplied]:
    """Every offer that speaks of these goods, and every coupon, that took nothing off; in the order of the file."""
    found = [
        (_LAST if refused.ready is None else refused.ready.seat, NotApplied(refused.name, refused.why))
        for refused in till.refused
    ]
    found += [(one.live.ready.seat, _why(till, one)) for one in seen if one.step is None]
    found.sort(key=lambda one: one[0])
    return [one for _, one in found]


def _why(till: Till, seen: Seen) -> NotApplied:
    live, turn = seen.live, seen.turn
    key, steps = live.ready.key, turn.steps
    if seen.unmet is not None:
        return NotApplied(key, "threshold", missing_of(seen.unmet))
    deal = live.ready.offer.deal
    if isinstance(deal, Spend):
        counted = till.sum_of(f"goods.{deal.of}", turn.start, live.lines)
        step = next_threshold(deal, counted)
        if step is not None and spend_off(live, counted, counted, 1) == 0:
            return NotApplied(key, "threshold", Missing(deal.of, step))
    if live.shape == DELIVERY:
        others = tuple(step.live.ready.key for step in steps if step.live.shape == DELIVERY)
        return NotApplied(key, "better" if others else "nothing_left", instead=others)
    group = turn.group
    if turn.only_one or (live.only_one and steps):
        return NotApplied(key, "exclusive", instead=_keys(steps))
    if group.rule.at_most is not None and len(steps) >= group.rule.at_most:
        return NotApplied(key, "at_most", instead=_keys(steps))
    lines = live.lines if len(live.parts) == 1 else {line for part in live.parts for line in part}
    if turn.rule != "stack":
        rivals = turn.on(lines)
        if rivals:
            return NotApplied(key, "better" if turn.rule == "best_of" else "taken", instead=_keys(rivals))
    if live.shape == GIFT:
        return NotApplied(key, "sold_out")
    if live.shape == SETS:
        lacking = _missing_units(till, live)
        if lacking is not None or (isinstance(deal, Nth) and deal.each == "line"):
            return NotApplied(key, "set_incomplete", lacking)
    if not any(seen.nets[line] for line in lines):
        return NotApplied(key, "nothing_left")
    if turn.rule == "best_of" or group.chosen:
        return NotApplied(key, "dearer")
    return NotApplied(key, "no_gain")


def missing_of(unmet: tuple[str, WholeTest, int]) -> Missing | None:
    """How much a sum lacks, when more would do."""
    name, test, value = unmet
    return Missing(name, test.bound - value) if test.op == "at_least" else None


def next_threshold(deal: Spend, counted: int) -> int | None:
    """How much is missing to the next step of a spend deal."""
    if deal.every_minor:
        return deal.every_minor - counted % deal.every_minor
    return next((step.from_minor - counted for step in deal.steps if step.from_minor > counted), None)


def _keys(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([step.live.ready.key for step in steps]))


def _missing_units(till: Till, live: Live) -> Missing | None:
    """How many more units would make one set, when one kind of goods is all it lacks."""
    deal = live.ready.offer.deal
    sizes = [sum([till.quantities[i] for i in part]) for part in live.parts]
    if isinstance(deal, Nth):
        needs = [deal.nth]
    elif isinstance(deal, Bundle):
        needs = [slot.quantity for slot in deal.slots]
    else:
        assert isinstance(deal, BuyGet)
        needs = [deal.buy_quantity, deal.get_quantity]
        if set(live.parts[0]) == set(live.parts[1]):
            sizes, needs = sizes[:1], [sum(needs)]
    lacks = sum([max(0, need - size) for need, size in zip(needs, sizes, strict=True)])
    return Missing("quantity", lacks) if lacks else None

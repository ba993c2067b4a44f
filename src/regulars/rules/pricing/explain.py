"""Why an offer did not apply, what it lacks, and what one step more would bring."""

from __future__ import annotations

from regulars.rules.offers.model import Amount, Bundle, BuyGet, Gift, Nth, Percent, Spend
from regulars.rules.pricing.breakdown import Missing, NextStep, NotApplied
from regulars.rules.pricing.claims import spend_off
from regulars.rules.pricing.search import Solution, Stage
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.tables import DELIVERY, GIFT
from regulars.rules.pricing.till import Live, Till
from regulars.rules.pricing.worth import settle
from regulars.rules.values import WholeTest


def not_applied(till: Till, solution: Solution) -> list[NotApplied]:
    """Every offer that speaks of these goods, and every coupon, that took nothing off; in the order of the file."""
    found = [(_seat(refused.ready), NotApplied(refused.name, refused.why)) for refused in till.refused]
    for stage in _stages(till, solution):
        done = {step.live.ready.seat for step in stage.steps}
        for live in (*till.groups[stage.group], *till.idle[stage.group]):
            if live.ready.seat not in done:
                found.append((live.ready.seat, _why(till, live, stage)))
    found.sort(key=lambda one: one[0])
    return [one for _, one in found]


def _stages(till: Till, solution: Solution) -> list[Stage]:
    """A stage for every group, also where nothing could be done."""
    known = {stage.group: stage for stage in solution.stages}
    state, stages = solution.final, []
    for place in range(len(till.groups) - 1, -1, -1):
        stage = known.get(place) or Stage(place, state, ())
        state = stage.start
        stages.append(stage)
    return stages[::-1]


def _seat(ready: object) -> int:
    return getattr(ready, "seat", 1_000_000)


def _why(till: Till, live: Live, stage: Stage) -> NotApplied:
    key = live.ready.key
    nets = nets_at_turn(till, live, stage)
    unmet = till.unmet(live, nets)
    if unmet is not None:
        return NotApplied(key, "threshold", missing_of(unmet))
    deal = live.ready.offer.deal
    if isinstance(deal, Spend):
        step = _next_threshold(till, live, stage)
        counted = till.sum_of(f"goods.{deal.of}", stage.start.nets, live.lines)
        if step is not None and spend_off(live, counted, counted, 1) == 0:
            return NotApplied(key, "threshold", Missing(deal.of, step))
    if live.shape == DELIVERY:
        others = tuple(step.live.ready.key for step in stage.steps if step.live.shape == DELIVERY)
        return NotApplied(key, "better" if others else "nothing_left", instead=others)
    lines = {line for part in live.parts for line in part}
    rivals = [step for step in stage.steps if any(line in lines for line, _ in step.offs)]
    group = till.tables.groups[stage.group]
    if (live.only_one and stage.steps) or any(step.live.only_one for step in stage.steps):
        return NotApplied(key, "exclusive", instead=_keys(list(stage.steps)))
    if group.rule.at_most is not None and len(stage.steps) >= group.rule.at_most:
        return NotApplied(key, "at_most", instead=_keys(list(stage.steps)))
    if rivals and group.rule.rule != "stack":
        return NotApplied(key, "better" if group.rule.rule == "best_of" else "taken", instead=_keys(rivals))
    if live.shape == GIFT:
        return NotApplied(key, "sold_out")
    if isinstance(deal, (Bundle, BuyGet, Nth)):
        lacking = _missing_units(till, live)
        if lacking is not None or (isinstance(deal, Nth) and deal.each == "line"):
            return NotApplied(key, "set_incomplete", lacking)
    if not sum([nets[line] for line in lines]):
        return NotApplied(key, "nothing_left")
    if group.rule.rule == "best_of" or group.chosen:
        return NotApplied(key, "dearer")
    return NotApplied(key, "no_gain")


def nets_at_turn(till: Till, live: Live, stage: Stage) -> list[int]:
    """What everything cost when the offer's turn came: in a stack, after those before it."""
    group = till.tables.groups[stage.group]
    if not group.chosen and group.rule.rule != "stack":
        return stage.start.nets
    nets = stage.start.nets.copy()
    if stage.steps:
        for step in stage.steps:
            if step.live.ready.rank < live.ready.rank:
                for line, off in step.offs:
                    nets[line] -= off
    return nets


def missing_of(unmet: tuple[str, WholeTest, int]) -> Missing | None:
    """How much a sum lacks, when more would do."""
    name, test, value = unmet
    return Missing(name, test.bound - value) if test.op == "at_least" else None


def _keys(steps: list[Step]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.live.ready.key for step in steps))


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


def _next_threshold(till: Till, live: Live, stage: Stage) -> int | None:
    """How much is missing to the next step of a spend deal."""
    deal = live.ready.offer.deal
    assert isinstance(deal, Spend)
    counted = till.sum_of(f"goods.{deal.of}", stage.start.nets, live.lines)
    if deal.every_minor:
        return deal.every_minor - counted % deal.every_minor
    return next((step.from_minor - counted for step in deal.steps if step.from_minor > counted), None)


def next_step(till: Till, solution: Solution) -> NextStep | None:
    """The threshold that brings most for what it asks; nothing that asks more than the goods cost now.

    What it saves is what that offer would take off more at its threshold, all else as it is.
    """
    most = sum(solution.final.nets) - solution.final.nets[-1]
    best: tuple[tuple[bool, int, int, int], NextStep] | None = None
    for stage in _stages(till, solution):
        for live in (*till.groups[stage.group], *till.idle[stage.group]):
            step = _step_more(till, live, stage)
            if step is None or (step.add.is_money and step.add.amount > max(most, 1)):
                continue
            asks = step.add.amount if step.add.is_money else _unit_price(till, live) * step.add.amount
            # Most saved for what it asks, compared without fractions below.
            rank = (step.saves_minor > 0, step.saves_minor * 1_000_000 // max(1, asks), step.saves_minor, -asks)
            if best is None or rank > best[0]:
                best = (rank, step)
    return best[1] if best is not None else None


def _unit_price(till: Till, live: Live) -> int:
    return min([till.prices[line] for part in live.parts for line in part], default=0)


def _step_more(till: Till, live: Live, stage: Stage) -> NextStep | None:
    deal, key = live.ready.offer.deal, live.ready.key
    had = next((step for step in stage.steps if step.live is live), None)
    nets = nets_at_turn(till, live, stage)
    unmet = till.unmet(live, nets)
    if unmet is not None:
        add = missing_of(unmet)
        return None if add is None else _worth_of(till, live, nets, add, key)
    if isinstance(deal, Spend) and deal.of == "net":
        lacks = _next_threshold(till, live, stage)
        if lacks is None:
            return None
        now = sum([nets[i] for i in live.lines]) + lacks
        counted = till.sum_of("goods.net", stage.start.nets, live.lines) + lacks
        (off,) = settle([spend_off(live, counted, now, till.tables.scale)], till.tables.scale)
        saves = min(off, live.off_minor, now) - (had.off_minor if had is not None else 0)
        return NextStep(key, Missing("net", lacks), saves) if saves > 0 else None
    return None


def _worth_of(till: Till, live: Live, nets: list[int], add: Missing, key: str) -> NextStep | None:
    """What an offer whose threshold is missed would bring at it."""
    deal, scale = live.ready.offer.deal, till.tables.scale
    if live.shape == GIFT:
        product = deal.product_id if isinstance(deal, Gift) else till.lines[live.parts[1][0]].product_id
        return NextStep(key, add, 0, product)
    if live.shape == DELIVERY:
        assert live.ready.worth is not None
        (off,) = settle([live.ready.worth(nets[-1], 1, till.cart.delivery_minor)], scale)
        saves = min(off, nets[-1], live.off_minor)
    elif isinstance(deal, (Percent, Amount)) and live.units >= 2**62:
        now = sum([nets[i] for i in live.lines]) + (add.amount if add.of == "net" else 0)
        if isinstance(deal, Percent):
            saves = min(int(now * deal.percent / 100), live.off_minor)
        else:
            times = {"order": 1, "line": len(live.lines), "unit": sum([till.quantities[i] for i in live.lines])}
            saves = min(deal.off_minor * times[deal.each], now, live.off_minor)
    else:
        return None
    return NextStep(key, add, saves) if saves > 0 else None

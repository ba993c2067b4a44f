"""What one step more would bring: closed forms, no pricing again."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.rules.offers.model import Amount, Gift, Percent, Spend
from regulars.rules.pricing.aftermath import Seen
from regulars.rules.pricing.breakdown import Missing, NextStep
from regulars.rules.pricing.claims import spend_off
from regulars.rules.pricing.explain import missing_of, next_threshold
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.tables import DELIVERY, GIFT
from regulars.rules.pricing.till import Live, Till
from regulars.rules.pricing.worth import settle


def next_step(till: Till, seen: Sequence[Seen], goods_minor: int) -> NextStep | None:
    """The threshold that brings most for what it asks; nothing that asks more than the goods cost now (goods_minor).

    What it saves is what that offer would take off more at its threshold, all else as it is.
    """
    most = max(goods_minor, 1)
    best: tuple[tuple[bool, int, int, int], NextStep] | None = None
    for one in seen:
        if one.unmet is None and not isinstance(one.live.ready.offer.deal, Spend):
            continue
        step = _step_more(till, one, most)
        if step is None:
            continue
        asks = step.add.amount if step.add.is_money else _unit_price(till, one.live) * step.add.amount
        # Most saved for what it asks, compared without fractions below.
        rank = (step.saves_minor > 0, step.saves_minor * 1_000_000 // max(1, asks), step.saves_minor, -asks)
        if best is None or rank > best[0]:
            best = (rank, step)
    return best[1] if best is not None else None


def _unit_price(till: Till, live: Live) -> int:
    return min([till.prices[line] for part in live.parts for line in part], default=0)


def _step_more(till: Till, seen: Seen, most: int) -> NextStep | None:
    live, nets = seen.live, seen.nets
    deal, key = live.ready.offer.deal, live.ready.key
    if seen.unmet is not None:
        add = missing_of(seen.unmet)
        if add is None or (add.is_money and add.amount > most):
            return None
        return _worth_of(till, live, nets, add, key)
    if isinstance(deal, Spend) and deal.of == "net":
        counted = till.sum_of("goods.net", seen.turn.start, live.lines)
        lacks = next_threshold(deal, counted)
        if lacks is None or lacks > most:
            return None
        now = sum([nets[i] for i in live.lines]) + lacks
        (off,) = settle([spend_off(live, counted + lacks, now, till.tables.scale)], till.tables.scale)
        saves = min(off, live.off_minor, now) - (seen.step.off_minor if seen.step is not None else 0)
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
    elif isinstance(deal, (Percent, Amount)) and live.units >= PLENTY:
        now = sum([nets[i] for i in live.lines]) + (add.amount if add.of == "net" else 0)
        if isinstance(deal, Percent):
            percent = deal.percent
            saves = min(now * percent.numerator // (percent.denominator * 100), live.off_minor)
        else:
            times = {"order": 1, "line": len(live.lines), "unit": sum([till.quantities[i] for i in live.lines])}
            saves = min(deal.off_minor * times[deal.each], now, live.off_minor)
    else:
        return None
    return NextStep(key, add, saves) if saves > 0 else None

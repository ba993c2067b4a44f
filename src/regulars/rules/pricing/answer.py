"""A breakdown as JSON: money as decimal texts, offers by their keys, reasons as keys that upper rooms word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.rules.pricing.breakdown import Breakdown, Missing, NextStep, NotApplied, PricedLine
from regulars.rules.pricing.tender import Tender


def decimal_text(minor: int, digits: int) -> str:
    """Minor units as an exact decimal text: 1205 with 2 digits is ``12.05``."""
    if not digits:
        return str(minor)
    whole, part = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{digits}d}"


def answer(found: Breakdown, points_to_earn: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The JSON answer to a cart. points_to_earn: by currency of points, when the caller knows the programme."""
    return _Answer(found).whole(points_to_earn)


class _Answer:
    def __init__(self, found: Breakdown) -> None:
        self.found = found

    def money(self, minor: int) -> str:
        return decimal_text(minor, self.found.minor_digits)

    def whole(self, points_to_earn: Mapping[str, int] | None) -> dict[str, Any]:
        found = self.found
        return {
            "currency": found.currency,
            "total": self.money(found.total_minor),
            "goods": self.money(found.goods_minor),
            "delivery": self.money(found.delivery_minor),
            "tax": self.money(found.tax_minor),
            "to_pay": self.money(found.to_pay_minor),
            "lines": [self.line(line) for line in found.lines],
            "discounts": [
                {"offer": one.offer, "amount": self.money(one.amount_minor), "why": one.why, "units": one.units}
                for one in found.discounts
            ],
            "gifts": [
                {"offer": one.offer, "product_id": one.product_id, "quantity": one.quantity} for one in found.gifts
            ],
            "tenders": [self.tender(one) for one in found.tenders],
            "not_applied": [self.refusal(one) for one in found.not_applied],
            "next_step": None if found.next_step is None else self.step(found.next_step),
            "points_to_earn": dict(points_to_earn or {}),
            "proved_best": found.proved_best,
        }

    def line(self, line: PricedLine) -> dict[str, Any]:
        return {
            "line_id": line.line_id,
            "list": self.money(line.list_minor),
            "net": self.money(line.net_minor),
            "tax": self.money(line.tax_minor),
            "earning": self.money(line.earning_minor),
            "discounts": [{"offer": off.offer, "amount": self.money(off.amount_minor)} for off in line.discounts],
        }

    def tender(self, tender: Tender) -> dict[str, Any]:
        amount = self.money(tender.amount_minor)
        if tender.points:
            return {"points": tender.points, "amount": amount}
        return {"gift_card": tender.code, "amount": amount}

    def refusal(self, one: NotApplied) -> dict[str, Any]:
        said: dict[str, Any] = {"offer": one.offer, "why": one.why}
        if one.missing is not None:
            said["missing"] = {one.missing.of: self.amount(one.missing)}
        if one.instead:
            said["instead"] = list(one.instead)
        return said

    def amount(self, missing: Missing) -> str | int:
        return self.money(missing.amount) if missing.is_money else missing.amount

    def step(self, step: NextStep) -> dict[str, Any]:
        said: dict[str, Any] = {"offer": step.offer, "add": self.amount(step.add), "of": step.add.of}
        said["saves"] = self.money(step.saves_minor)
        if step.gift:
            said["gift"] = step.gift
        return said

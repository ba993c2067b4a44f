"""The coupons that a cart brings: which of them are hers and hold, why others do not, and codes nobody knows here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from regulars.coupons import reads as coupons
from regulars.coupons.models import Coupon
from regulars.coupons.reads import Held
from regulars.offers.reads import Live
from regulars.rules.pricing import Cart, Left
from regulars.rules.pricing.breakdown import NotApplied
from regulars.store.questions import Question


@dataclass(slots=True)
class Brought:
    """keys: every coupon to be priced with, ids: the coupon itself behind each that holds, closed: why others do not.
    codes: what the pricing itself must know (public words, or nobody does). refused: codes of coupons that do not
    hold."""

    keys: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    closed: dict[str, Left] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    refused: list[NotApplied] = field(default_factory=list)


class Bringing:
    """A cart's keys and codes, sorted out: ``question`` is what must be asked, then ``brought`` says the rest."""

    def __init__(self, cart: Cart, live: Live, member_id: int | None, wallet: bool, now: datetime) -> None:
        self.cart, self.live, self.member_id, self.wallet, self.now = cart, live, member_id, wallet, now
        self.known = {coupon.offer.key for coupon in live.offers.coupons}
        words = [one.codes.public for one in live.offers.coupons if one.codes and one.codes.public]
        self.public = {word.casefold(): word for word in words}
        self.wanted = [key for key in dict.fromkeys(cart.coupons) if key in self.known]
        self.typed = [code for code in dict.fromkeys(cart.codes) if code.casefold() not in self.public]
        self.question: Question[Sequence[Held]] = coupons.brought(member_id, self.wanted, self.typed, wallet, now)

    def brought(self) -> Brought:
        """The coupons behind the keys and codes of the cart."""
        found = self.question.answer
        out = Brought()
        # the pricing says that it knows the others not
        out.keys = [key for key in dict.fromkeys(self.cart.coupons) if key not in self.known]
        mine = self._mine([one for one in found if not one.by_code])
        for key in self.wanted:
            out.keys.append(key)
            why = self._why_not(mine.get(key))
            if why:
                out.closed[key] = Left(closed=why)
            else:
                out.ids[key] = mine[key].id
        self._bring_codes(out, {one.code: one for one in found if one.by_code})
        return out

    def _mine(self, hers: list[Held]) -> dict[str, Held]:
        """By key the coupon that she would use: what can be used now and ends first, else what ends first."""
        best: dict[str, Held] = {}
        for one in hers:
            best.setdefault(one.key, one)
        if self.wallet:
            usable = {one.key for one in hers if one.state == Coupon.OPEN and not self._is_past(one)}
            self.wanted = list(dict.fromkeys([*self.wanted, *sorted(usable & self.known)]))
        return best

    def _bring_codes(self, out: Brought, found: dict[str, Held]) -> None:
        asked = [code.casefold() for code in self.cart.codes]
        out.codes = list(dict.fromkeys(self.public[code] for code in asked if code in self.public))
        for code in self.typed:
            coupon = found.get(coupons.normal(code))
            if coupon is None:
                out.codes.append(code)
                continue
            why = "over" if coupon.key not in self.known else self._why_not(coupon)
            if not why and coupon.key in out.ids and out.ids[coupon.key] != coupon.id:
                why = "at_most"
            if why:
                out.refused.append(NotApplied(code, why))
                continue
            out.ids[coupon.key] = coupon.id
            out.closed.pop(coupon.key, None)
            if coupon.key not in out.keys:
                out.keys.append(coupon.key)

    def _why_not(self, coupon: Held | None) -> str:
        """Why a coupon cannot be used now, as the pricing words it; empty when it can."""
        if coupon is not None and coupon.code and coupon.state == Coupon.USED:
            return "code_used"
        if coupon is None or (coupon.member_id is not None and coupon.member_id != self.member_id):
            return "foreign"
        if coupon.state == Coupon.USED:
            return "used_up"
        if coupon.state == Coupon.RESERVED:
            return "set_aside"
        if coupon.state != Coupon.OPEN or self._is_past(coupon):
            return "expired"
        return "over" if coupon.stopped else ""

    def _is_past(self, coupon: Held) -> bool:
        return coupon.valid_until is not None and coupon.valid_until <= self.now

"""The offer language: plain settings in, typed ``Offers`` or problems in plain words out, and back."""

from regulars.rules.offers.model import Charity, Coupon, GroupBuy, Offer, Offers, PointsGift, Policy
from regulars.rules.offers.whole import read
from regulars.rules.offers.written import write

__all__ = ["Charity", "Coupon", "GroupBuy", "Offer", "Offers", "PointsGift", "Policy", "read", "write"]

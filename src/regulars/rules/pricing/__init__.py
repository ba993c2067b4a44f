"""What a cart costs: the cheapest of all allowed combinations of offers, proved and explained."""

from regulars.rules.pricing.answer import answer
from regulars.rules.pricing.breakdown import Breakdown
from regulars.rules.pricing.cart import Cart, GiftCard, Line
from regulars.rules.pricing.cart_read import read_cart, unwrapped
from regulars.rules.pricing.left import Left
from regulars.rules.pricing.price import NODES, Pricer
from regulars.rules.pricing.tender import PointsWorth

__all__ = [
    "NODES",
    "Breakdown",
    "Cart",
    "GiftCard",
    "Left",
    "Line",
    "PointsWorth",
    "Pricer",
    "answer",
    "read_cart",
    "unwrapped",
]

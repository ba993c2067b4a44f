"""Offers and coupons: the file they come from."""

"""Coupons that somebody holds: batches of them, their codes, whose they are and what became of them."""

"""Checkouts: a price that is kept for a while, with everything it needs set aside; and gift cards."""

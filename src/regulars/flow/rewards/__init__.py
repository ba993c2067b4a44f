"""Gifts for points and points for charity: what there is for a member, and taking it. No tables of its own."""

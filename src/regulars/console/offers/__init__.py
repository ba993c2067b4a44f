"""Offers and coupons in the console: the list, the editor and its previews, versions, the calendar, use and effect."""

"""What the shop owes its members in points: now, month by month, and how much of it will never be asked for.

Owed are the points in three accounts of a member: pending, available and held. Debt is what a member owes the shop
after a refund of points already spent; it stands beside, never netted. Everything else (issued, redeemed, donated,
expired) is the programme's own.
"""

"""Writing down redemptions and donations: the only code that changes these tables. Stock, limits and points are moved
by the caller, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from regulars.rewards.models import Donation, Redemption


class SettledError(Exception):
    """The redemption was handed over or cancelled before."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def locked(redemption_id: int) -> Redemption:
    """The redemption, nobody else's to change until the transaction ends. Raises Redemption.DoesNotExist."""
    return Redemption.objects.select_for_update().get(pk=redemption_id)


@dataclass(frozen=True, slots=True)
class Hand:
    """By whose hand (a user name, or empty) and by which message of which source a redemption is settled, and when."""

    by: str
    source: str
    message_id: str
    at: datetime

    @property
    def message(self) -> str:
        """The message, as a redemption remembers it."""
        return f"{self.source}:{self.message_id}"


def hand_over(redemption: Redemption, hand: Hand) -> None:
    """The member has it. Raises SettledError when it is no longer to be sent."""
    _settle(redemption, Redemption.HANDED_OVER, hand)


def cancel(redemption: Redemption, reason: str, hand: Hand) -> None:
    """It is not sent, or the coupon was taken back. Raises SettledError when it cannot be cancelled any more."""
    redemption.reason = reason
    _settle(redemption, Redemption.CANCELLED, hand)


def _settle(redemption: Redemption, state: str, hand: Hand) -> None:
    # A coupon is handed over at once, and can be taken back while it is open; a parcel that is on its way cannot.
    back = state == Redemption.CANCELLED and redemption.kind == Redemption.COUPON
    if redemption.state == Redemption.CANCELLED or (redemption.state == Redemption.HANDED_OVER and not back):
        raise SettledError(redemption.state)
    redemption.state, redemption.settled_at = state, hand.at
    redemption.settled_by, redemption.settled_message = hand.by, hand.message
    redemption.save(update_fields=["state", "settled_at", "settled_by", "settled_message", "reason"])


def donated(donation: Donation) -> None:
    """Keep a donation and count it. The project's sum is locked last and for a moment only: everybody's meet there."""
    donation.save(force_insert=True)
    numbers = [donation.points, donation.amount_minor]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT + " RETURNING times", [donation.charity, donation.member_id, *numbers, 0])
        first = cursor.fetchone()[0] == 1
        cursor.execute(_COUNT, [donation.charity, 0, *numbers, int(first)])


_COUNT = (
    "INSERT INTO rewards_tally AS t (charity, member_id, points, amount_minor, times, donors)"
    " VALUES (%s, %s, %s, %s, 1, %s)"
    " ON CONFLICT (charity, member_id) DO UPDATE SET points = t.points + excluded.points,"
    " amount_minor = t.amount_minor + excluded.amount_minor, times = t.times + 1, donors = t.donors + excluded.donors"
)

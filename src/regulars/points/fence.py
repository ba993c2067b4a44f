"""Up to which transfer the ledger is complete: none with a lower number can still appear.

A transfer gets its number while its member is locked, so its transaction has one by then: when the last transfer's
number is asked first and the next transaction's number after it, every transfer up to the one was written by a
transaction below the other, and once all of those are over, none can still appear.
"""

from __future__ import annotations

from django.db import connection

from regulars.store.transactions import next_number


def fence() -> tuple[int, int]:
    """(transfer, transaction): every transfer up to the one is by a transaction numbered below the other. Not in a
    transaction, whose snapshot might be older than the first answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM points_transfer_id_seq")
        [transfer] = cursor.fetchone()
    return int(transfer), next_number()

"""What must hold of the whole ledger at any time, asked of the tables in SQL. Each query finds the offenders."""

from __future__ import annotations

from django.db import connection

_OF_BALANCE = (
    "FROM points_balance b WHERE b.{column}"
    " <> coalesce(({sum} AND x.member_id = b.member_id AND x.currency = b.currency), 0)"
)


def _moved(account: int) -> str:
    return (
        f"SELECT sum(CASE WHEN x.credit = {account} THEN x.amount WHEN x.debit = {account} THEN -x.amount END)"
        " FROM points_transfer x WHERE true"
    )


LAWS: dict[str, str] = {
    "available is what available lots hold": "SELECT * "
    + _OF_BALANCE.format(column="available", sum="SELECT sum(x.remaining) FROM points_lot x WHERE x.state = 1"),
    "pending is what pending lots hold": "SELECT * "
    + _OF_BALANCE.format(column="pending", sum="SELECT sum(x.remaining) FROM points_lot x WHERE x.state = 0"),
    "held is what open holds use": "SELECT * "
    + _OF_BALANCE.format(
        column="held",
        sum="SELECT sum(u.points) FROM points_holdlot u JOIN points_hold x ON x.id = u.hold_id WHERE x.state = 0",
    ),
    "transfers lead to pending": "SELECT * " + _OF_BALANCE.format(column="pending", sum=_moved(2)),
    "transfers lead to available": "SELECT * " + _OF_BALANCE.format(column="available", sum=_moved(3)),
    "transfers lead to held": "SELECT * " + _OF_BALANCE.format(column="held", sum=_moved(4)),
    "transfers lead to debt": "SELECT * "
    + _OF_BALANCE.format(
        column="debt",
        sum="SELECT -m.sum FROM ("
        + _moved(5).replace("WHERE true", "WHERE x.member_id = b.member_id AND x.currency = b.currency")
        + ") m(sum), (SELECT b.member_id, b.currency) x WHERE true",
    ),
    "nobody owes while they have": "SELECT * FROM points_balance WHERE debt > 0 AND available > 0",
    "nothing is below zero": "SELECT * FROM points_balance WHERE least(pending, available, held, debt) < 0",
    "a lot holds what transfers left in it": """
        SELECT l.id, l.remaining, t.sum FROM points_lot l JOIN (
          SELECT lot_id, sum(CASE WHEN credit IN (2, 3) AND debit NOT IN (2, 3) THEN amount
                                  WHEN debit IN (2, 3) AND credit NOT IN (2, 3) THEN -amount ELSE 0 END) AS sum
          FROM points_transfer GROUP BY lot_id) t ON t.lot_id = l.id WHERE t.sum <> l.remaining""",
    "a lot earned what transfers gave it": """
        SELECT l.id FROM points_lot l LEFT JOIN (
          SELECT lot_id, sum(amount) AS sum FROM points_transfer
          WHERE kind = 1 OR (kind = 11 AND credit = 3) GROUP BY lot_id) t ON t.lot_id = l.id
        WHERE coalesce(t.sum, 0) <> l.earned""",
    "an order takes back no more than it gave": """
        SELECT l.id FROM points_lot l JOIN (
          SELECT lot_id, sum(amount) AS sum FROM points_transfer WHERE kind = 8 AND debit = 5 GROUP BY lot_id
        ) t ON t.lot_id = l.id WHERE t.sum > l.earned""",
    "a hold gave back no more than it spent": "SELECT * FROM points_hold WHERE returned > points AND state = 1",
    "a counter is not below zero": "SELECT * FROM points_counter WHERE least(points, times) < 0",
    "every transfer has its event": """
        SELECT t.id FROM points_transfer t LEFT JOIN events_event e ON e.id = t.event_id
        WHERE e.id IS NULL OR e.member_id <> t.member_id""",
    "every account has its first event": """
        SELECT a.member_id FROM points_account a WHERE NOT EXISTS
          (SELECT FROM events_event e WHERE e.member_id = a.member_id AND NOT e.fact)""",
    "no refund waits for an order that has come": """
        SELECT r.id FROM events_refusal r JOIN events_event e ON e.order_id = r.order_id
        WHERE r.state = 'waiting' AND e.name = 'Order Completed'""",
    "spending that counts is what was ordered and not refunded": """
        SELECT * FROM (SELECT a.member_id, sum(a.spent_minor) AS spent FROM tiers_activity a GROUP BY 1) a
        JOIN (SELECT e.member_id, sum((CASE WHEN e.name = 'Order Completed' THEN 1 ELSE -1 END) *
                (SELECT sum((line->>'net_minor')::bigint) FROM json_array_elements(e.amounts->'lines') line)) AS net
              FROM events_event e WHERE e.amounts IS NOT NULL AND NOT e.fact GROUP BY 1) e USING (member_id)
        WHERE a.spent <> e.net""",
}


def offences() -> dict[str, list[tuple[object, ...]]]:
    """The laws that are broken, each with the first rows that break it."""
    found = {}
    with connection.cursor() as cursor:
        for law, query in LAWS.items():
            cursor.execute(query)
            rows = cursor.fetchmany(5)
            if rows:
                found[law] = rows
    return found

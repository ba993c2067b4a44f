"""The log and the ledger refuse to be rewritten, whoever asks: by trigger, by grants, by constraints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from regulars.insight.verify import verify
from regulars.project.grants import apply_grants
from tests.flow.stories import a_gold_member, publish_live_commerce

pytestmark = pytest.mark.django_db

ROLE = "regulars_app_of_proof"
TRANSFER = (
    "INSERT INTO points_transfer (member_id, currency, kind, debit, credit, amount, event_id, times_num, times_den,"
    " version_id, effective_at) SELECT member_id, currency, kind, debit, {credit}, {amount}, event_id, 1, 1,"
    " version_id, effective_at FROM points_transfer"
)


@pytest.fixture
def a_ledger() -> None:
    publish_live_commerce()
    a_gold_member()


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["points_transfer", "events_event"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "UPDATE {} SET member_id = member_id",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE id = (SELECT min(id) FROM {})",
    ],
)
def test_the_owner_cannot_rewrite(a_ledger: None, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"append|change|only"):
        run(statement.replace("{}", table))


@pytest.fixture
def daily_role(a_ledger: None) -> Iterator[None]:
    assert apply_grants(ROLE, settings.APPEND_ONLY_TABLES) == ""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("table", ["points_transfer", "events_event"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
def test_the_daily_role_may_not_even_try(daily_role: None, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(statement.replace("{}", table))


@pytest.mark.parametrize(
    ("law", "statement"),
    [
        ("points_lot_remaining_in_bounds", "UPDATE points_lot SET remaining = -1"),
        ("points_lot_remaining_in_bounds", "UPDATE points_lot SET remaining = earned + 1"),
        ("points_balance_not_negative", "UPDATE points_balance SET available = -1"),
        ("points_balance_not_negative", "UPDATE points_balance SET pending = -1"),
        ("points_balance_not_negative", "UPDATE points_balance SET held = -1"),
        ("points_balance_not_negative", "UPDATE points_balance SET debt = -1"),
        ("points_hold_lot_not_negative", "UPDATE points_holdlot SET points = -1"),
        (
            "points_balance_once",
            "INSERT INTO points_balance (member_id, currency, pending, available, held, debt)"
            " SELECT member_id, currency, 0, 0, 0, 0 FROM points_balance",
        ),
        ("points_transfer_above_zero", TRANSFER.format(credit="credit", amount=0)),
        ("points_transfer_above_zero", TRANSFER.format(credit="credit", amount=-5)),
        ("points_transfer_two_accounts", TRANSFER.format(credit="debit", amount=5)),
        (
            "events_message_once",
            "INSERT INTO events_event (id, source, message_id, name, fact, member_id, occurred_at,"
            " effective_at, body_hash, properties, context) SELECT -id, source, message_id, name, fact, member_id,"
            " occurred_at, effective_at, body_hash, properties, context FROM events_event",
        ),
        (
            "events_order_completed_once",
            "INSERT INTO events_event (id, source, message_id, name, fact, member_id, occurred_at,"
            " effective_at, body_hash, properties, context, order_id) SELECT -id, source, message_id || '-2', name,"
            " fact, member_id, occurred_at, effective_at, body_hash, properties, context, order_id FROM events_event"
            " WHERE name = 'Order Completed'",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(a_ledger: None, law: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match=law):
        run(statement)


# the proof sees whatever was changed behind the rules' back

TAMPERED = [
    ("a balance", "UPDATE points_balance SET available = available + 1 WHERE currency = 'points'"),
    (
        "a lot's rest",
        "UPDATE points_lot SET remaining = remaining - 1"
        " WHERE id = (SELECT min(id) FROM points_lot WHERE remaining > 0)",
    ),
    ("a lot's expiry", "UPDATE points_lot SET expires_at = expires_at + interval '1 day' WHERE expires_at IS NOT NULL"),
    (
        "a lot that disappeared",
        "DELETE FROM points_lot WHERE id = (SELECT max(l.id) FROM points_lot l"
        " WHERE NOT EXISTS (SELECT FROM points_holdlot u WHERE u.lot_id = l.id))",
    ),
    ("a hold", "UPDATE points_hold SET state = 3 WHERE state = 0"),
    ("a level", "UPDATE tiers_standing SET level = 'diamond'"),
    ("a review", "UPDATE tiers_standing SET review_at = review_at + interval '1 year'"),
    ("what counts toward the tier", "UPDATE tiers_standing SET spent_minor = spent_minor + 1"),
    ("points out of nothing", TRANSFER.format(credit="credit", amount=1) + " LIMIT 1"),
    ("an account", "UPDATE points_account SET joined_day = joined_day - 1"),
]


@pytest.mark.parametrize("statement", [pytest.param(one[1], id=one[0]) for one in TAMPERED])
def test_the_proof_sees(a_ledger: None, statement: str) -> None:
    assert verify().drift == 0
    run(statement)
    assert verify().drift == 1


def test_the_proof_of_some_members_is_of_them_only(a_ledger: None) -> None:
    a_gold_member("other")
    first, second = sorted(_members())
    run(f"UPDATE points_balance SET available = available + 1 WHERE member_id = {second}")
    assert verify([first]).drift == 0
    assert verify([second]).drift == 1
    assert verify().drift == 1
    assert verify().members == 2


def _members() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id FROM points_account")
        return [row[0] for row in cursor.fetchall()]

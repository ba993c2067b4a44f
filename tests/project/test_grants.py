"""What web, worker and commands may do in the database: add to the log and the ledger, never change them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from regulars.project.grants import apply_grants

pytestmark = pytest.mark.django_db

# Roles belong to the whole server, which other tests share: a name that nobody else uses.
ROLE = "regulars_app_of_tests"


@pytest.fixture
def lesser_role() -> Iterator[None]:
    assert apply_grants(ROLE, settings.APPEND_ONLY_TABLES) == ""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("table", settings.APPEND_ONLY_TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET id = id"])
def test_append_only_table_refuses(lesser_role: None, table: str, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        *(f"SELECT count(*) FROM {table}" for table in settings.APPEND_ONLY_TABLES),
        "DELETE FROM django_session",
        "UPDATE procrastinate_jobs SET priority = 1",
        "SELECT nextval('django_admin_log_id_seq')",
    ],
)
def test_daily_work_goes_on(lesser_role: None, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_append_only_tables_exist() -> None:
    assert set(settings.APPEND_ONLY_TABLES) <= set(connection.introspection.table_names())


def test_without_the_right_to_make_roles_it_warns_and_goes_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE regulars_poor_of_tests")
        cursor.execute("GRANT regulars_poor_of_tests TO CURRENT_USER")
        cursor.execute("SET LOCAL ROLE regulars_poor_of_tests")
        warning = apply_grants("regulars_other_of_tests", settings.APPEND_ONLY_TABLES)
        cursor.execute("SELECT 1")
        cursor.execute("RESET ROLE")
    assert "CREATE ROLE regulars_other_of_tests" in warning

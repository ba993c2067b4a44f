"""What the role of web, worker and commands may do, said again after every migration."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import ProgrammingError, connection, transaction
from psycopg import sql


def apply_grants(role: str, append_only_tables: Sequence[str]) -> str:
    """Make ``role`` if it is missing, let it read and write every table, but only add to the append-only ones.

    Must run as the owner of the tables. Returns a warning for the operator, empty when all went well; without the right
    to make roles nothing is changed, and only the tables' own triggers protect them.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(_compose("CREATE ROLE {} NOLOGIN", role))
            # Who makes a role may give it, but since PostgreSQL 16 not take it.
            cursor.execute("SELECT current_setting('server_version_num')::int")
            right = "SET" if cursor.fetchone()[0] >= 160000 else "MEMBER"
            cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [role, right])
            if not cursor.fetchone()[0]:
                cursor.execute(_compose("GRANT {} TO CURRENT_USER", role))
    except ProgrammingError:
        return (
            f"This database user may not make the role {role}: going on without it. "
            f"Append-only tables are then protected by their triggers alone. To have both, let an administrator run: "
            f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO <this user>;"
        )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            # Written only by `regulars migrate`.
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
        ):
            cursor.execute(_compose(statement, role))
        present = set(connection.introspection.table_names(cursor))
        for table in append_only_tables:
            if table in present:
                cursor.execute(_compose("REVOKE UPDATE, DELETE, TRUNCATE ON {1} FROM {0}", role, table))
    return ""


def _compose(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*(sql.Identifier(name) for name in names))

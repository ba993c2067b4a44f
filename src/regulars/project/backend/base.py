"""Django's PostgreSQL connection, which takes a lesser role when it opens.

Not by libpq's ``options``: those fail the connection where the role does not exist, and a hosted PostgreSQL may not let
its user make roles (``regulars migrate`` then says so, and everything still works, guarded by the triggers alone).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that acts as ``ROLE`` of its settings, if that role exists and its login may take it."""

    def get_connection_params(self) -> dict[str, Any]:
        """What psycopg is given; ROLE is ours alone."""
        params = super().get_connection_params()
        params.pop("role", None)
        return params

    def init_connection_state(self) -> None:
        """Prepare a new connection: Django's own steps, then the role."""
        super().init_connection_state()
        role = self.settings_dict["OPTIONS"].get("role")
        if role:
            # Until PostgreSQL 16 every member might take the role; since then that is a right of its own.
            right = "SET" if self.connection.info.server_version >= 160000 else "MEMBER"
            with self.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('role', rolname, false) FROM pg_roles"
                    " WHERE rolname = %s AND pg_has_role(session_user, oid, %s)",
                    [role, right],
                )

"""Transfers keep the transaction that wrote them, as events do.

In two steps, so that no row is written again: rows that exist have none, and this migration's lock has waited until
every transaction that wrote one was over.
"""

from django.db import migrations, models

import regulars.events.models


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0007_calendar_rounds"),
        ("events", "0005_local_days"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    """
                    ALTER TABLE points_transfer ADD COLUMN xid xid8;
                    ALTER TABLE points_transfer ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
                    """,
                    "ALTER TABLE points_transfer DROP COLUMN xid;",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="transfer",
                    name="xid",
                    field=regulars.events.models.Xid8Field(
                        db_default=models.Func(function="pg_current_xact_id"), editable=False, null=True
                    ),
                ),
            ],
        ),
    ]

"""Rows that change with every order keep room on their page, so that an update touches no index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """No index on the account's version, and free space for updates in place."""

    dependencies = [("points", "0002_append_only"), ("programmes", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="account",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="programmes.version",
                verbose_name="programme version",
            ),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE points_account SET (fillfactor = 70);
            ALTER TABLE points_balance SET (fillfactor = 70);
            ALTER TABLE points_lot SET (fillfactor = 85);
            """,
            """
            ALTER TABLE points_account RESET (fillfactor);
            ALTER TABLE points_balance RESET (fillfactor);
            ALTER TABLE points_lot RESET (fillfactor);
            """,
        ),
    ]

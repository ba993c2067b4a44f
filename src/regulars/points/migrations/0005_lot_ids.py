"""Lots are numbered by their event; the sequence goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("points", "0004_lots_due")]
    operations = [
        migrations.RunSQL(
            "DROP SEQUENCE points_lot_seq",
            "CREATE SEQUENCE points_lot_seq AS bigint OWNED BY points_lot.id",
        )
    ]

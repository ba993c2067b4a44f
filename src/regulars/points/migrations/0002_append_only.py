"""Numbers of lots and holds; transfers are added and never changed."""

from django.db import migrations


class Migration(migrations.Migration):
    """The ledger is protected by the database itself."""

    dependencies = [("points", "0001_initial"), ("events", "0003_append_only")]
    operations = [
        migrations.RunSQL(
            """
            CREATE SEQUENCE points_lot_seq AS bigint OWNED BY points_lot.id;
            CREATE SEQUENCE points_hold_seq AS bigint OWNED BY points_hold.id;
            CREATE TRIGGER points_transfer_append_only BEFORE UPDATE OR DELETE ON points_transfer
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER points_transfer_append_only ON points_transfer;
            DROP SEQUENCE points_lot_seq;
            DROP SEQUENCE points_hold_seq;
            """,
        )
    ]

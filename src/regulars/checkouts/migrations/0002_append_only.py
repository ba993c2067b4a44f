"""Movements on gift cards are only ever added; the database itself refuses anything else."""

from django.db import migrations


class Migration(migrations.Migration):
    """A trigger, also for the owner of the tables."""

    dependencies = [("checkouts", "0001_initial"), ("events", "0003_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER checkouts_giftcardentry_append_only BEFORE UPDATE OR DELETE ON checkouts_giftcardentry
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            "DROP TRIGGER checkouts_giftcardentry_append_only ON checkouts_giftcardentry;",
        )
    ]

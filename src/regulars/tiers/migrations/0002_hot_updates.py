"""A standing changes with every order: keep room on its page, so that an update touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    """Free space for updates in place."""

    dependencies = [("tiers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE tiers_standing SET (fillfactor = 70)", "ALTER TABLE tiers_standing RESET (fillfactor)"
        )
    ]

"""E-mail addresses are found by how they begin, phone numbers by how they end: an index for each.

``members.personal.find`` asks in exactly these expressions.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX members_personal_email ON members_personaldata (lower(data->>'email') text_pattern_ops)",
            "DROP INDEX members_personal_email",
        ),
        migrations.RunSQL(
            "CREATE INDEX members_personal_phone ON members_personaldata"
            r" (reverse(regexp_replace(data->>'phone', '\D', '', 'g')) text_pattern_ops)",
            "DROP INDEX members_personal_phone",
        ),
    ]

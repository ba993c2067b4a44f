"""Each use of a benefit, one by one; those that the log has already come along, without their period."""

import django.db.models.deletion
from django.db import migrations, models

FROM_THE_LOG = """
    INSERT INTO tiers_use (member_id, key, "window", event_id, used_at, taken_back_by, reason)
    SELECT member_id, left(properties->>'benefit', 64), NULL, id, occurred_at, '', ''
    FROM events_event WHERE fact AND name = 'Benefit Used' AND member_id IS NOT NULL AND properties ? 'benefit'
    ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_local_days"),
        ("tiers", "0004_benefit_uses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Use",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, verbose_name="benefit")),
                ("window", models.IntegerField(null=True, verbose_name="window")),
                ("used_at", models.DateTimeField(db_index=True, verbose_name="used")),
                ("taken_back_at", models.DateTimeField(null=True, verbose_name="taken back")),
                ("taken_back_by", models.CharField(blank=True, max_length=150, verbose_name="taken back by")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="events.event",
                        verbose_name="because of",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="members.member",
                        verbose_name="member",
                    ),
                ),
            ],
            options={
                "verbose_name": "benefit used",
                "verbose_name_plural": "benefits used",
                "constraints": [models.UniqueConstraint(fields=("event",), name="tiers_use_of_event")],
                "indexes": [models.Index(fields=["member", "id"], name="tiers_use_member")],
            },
        ),
        migrations.RunSQL(FROM_THE_LOG, migrations.RunSQL.noop),
    ]

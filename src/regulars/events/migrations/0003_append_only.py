"""Places in the log come from a sequence; the database refuses to change or delete what was written."""

from django.db import migrations


class Migration(migrations.Migration):
    """The log is added to and never changed."""

    dependencies = [("events", "0002_quarantine_typed")]
    operations = [
        migrations.RunSQL(
            """
            CREATE SEQUENCE events_event_seq AS bigint CACHE 1 OWNED BY events_event.id;
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER events_event_append_only BEFORE UPDATE OR DELETE ON events_event
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER events_event_append_only ON events_event;
            DROP FUNCTION refuse_change();
            DROP SEQUENCE events_event_seq;
            """,
        )
    ]

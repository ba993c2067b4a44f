"""Daily counts are of the programme's days, no more of UTC's: the reader counts the log once again."""

from django.db import migrations

AGAIN = """
    DELETE FROM events_daycount;
    UPDATE events_reader SET low = 0, high = 0, place = 0, read_count = 0 WHERE name = 'day-counts';
"""


class Migration(migrations.Migration):
    """Forget the counts and the reader's place; the worker has counted a year of events again in a minute or so."""

    dependencies = [("events", "0004_reader_failures")]
    operations = [migrations.RunSQL(AGAIN, AGAIN)]

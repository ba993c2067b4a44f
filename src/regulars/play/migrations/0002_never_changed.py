"""The order of plays; and a published game's file, time and seeds never change."""

from django.db import migrations


class Migration(migrations.Migration):
    """What was promised before play is protected by the database itself."""

    dependencies = [("play", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            CREATE SEQUENCE play_play_number AS bigint OWNED BY play_play.number;
            CREATE FUNCTION play_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'a published game never changes';
            END $$;
            CREATE TRIGGER play_game_never_changed BEFORE UPDATE ON play_game FOR EACH ROW
                WHEN ((OLD.key, OLD.number, OLD.text, OLD.begins_at, OLD.ends_at, OLD.salt, OLD.anchor, OLD.days)
                    IS DISTINCT FROM
                    (NEW.key, NEW.number, NEW.text, NEW.begins_at, NEW.ends_at, NEW.salt, NEW.anchor, NEW.days))
                EXECUTE FUNCTION play_refuse_change();
            """,
            """
            DROP TRIGGER play_game_never_changed ON play_game;
            DROP FUNCTION play_refuse_change();
            DROP SEQUENCE play_play_number;
            """,
        )
    ]

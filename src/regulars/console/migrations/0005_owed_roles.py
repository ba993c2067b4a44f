"""Who may see what the shop owes in points: all but those who look after members one by one."""

from django.db import migrations

ROLES = ("admin", "marketer", "analyst")


def give(apps, schema_editor):
    # It is no permission on a model's rows, so Django makes none by itself.
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="points", model="balance")
    permission, _ = Permission.objects.get_or_create(
        content_type=kind, codename="view_owed", defaults={"name": "Can view what is owed in points"}
    )
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(permission)


class Migration(migrations.Migration):
    """A permission of three of the four roles."""

    dependencies = [("console", "0004_game_roles"), ("points", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

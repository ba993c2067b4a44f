"""What each role may do with reports: everybody reads them and gets them by e-mail."""

from django.db import migrations

ROLES = ("admin", "marketer", "service", "analyst")


def give(apps, schema_editor):
    # Django makes permissions after all migrations ran; those that a role needs now are made here, as it would.
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="reports", model="report")
    permission, _ = Permission.objects.get_or_create(
        content_type=kind, codename="view_report", defaults={"name": "Can view report"}
    )
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(permission)


class Migration(migrations.Migration):
    """A permission of the four roles."""

    dependencies = [("console", "0011_score_roles"), ("reports", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

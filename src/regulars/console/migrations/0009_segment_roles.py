"""What each role may do with segments: marketers and admins make them, everybody else sees them."""

from django.db import migrations

SEE = ["segments.view_segment"]
MAKE = [*SEE, "segments.add_segment", "segments.change_segment"]
PERMISSIONS = {"admin": MAKE, "marketer": MAKE, "service": SEE, "analyst": SEE}


def give(apps, schema_editor):
    # Django makes permissions after all migrations ran; those that a role needs now are made here, as it would.
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        for name in names:
            app, codename = name.split(".")
            action, model = codename.split("_", 1)
            kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
            verbose = apps.get_model(app, model)._meta.verbose_name_raw
            permission, _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": f"Can {action} {verbose}"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    """Permissions of the four roles."""

    dependencies = [("console", "0008_referral_roles"), ("segments", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

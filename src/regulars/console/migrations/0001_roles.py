"""The four roles and what each may do."""

from django.db import migrations

SEE = [
    "members.view_member",
    "events.view_event",
    "events.view_refusal",
    "programmes.view_version",
    "points.view_balance",
    "points.view_lot",
    "points.view_hold",
    "points.view_transfer",
    "tiers.view_standing",
    "tiers.view_change",
]
PERMISSIONS = {
    "admin": [
        *SEE,
        "members.view_personaldata",
        "points.add_transfer",
        "points.change_hold",
        "events.change_refusal",
        "programmes.add_version",
        "api.view_key",
        "api.add_key",
        "api.change_key",
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
    ],
    "marketer": [*SEE, "members.view_personaldata", "programmes.add_version"],
    "service": [
        *SEE,
        "members.view_personaldata",
        "points.add_transfer",
        "points.change_hold",
        "events.change_refusal",
    ],
    "analyst": SEE,
}


def make(apps, schema_editor):
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


def unmake(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=PERMISSIONS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("members", "0001_initial"),
        ("events", "0001_initial"),
        ("programmes", "0001_initial"),
        ("points", "0001_initial"),
        ("tiers", "0001_initial"),
        ("api", "0001_initial"),
    ]
    operations = [migrations.RunPython(make, unmake)]

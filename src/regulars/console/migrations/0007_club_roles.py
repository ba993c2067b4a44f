"""Who may see tasks, badges and benefits, and who may record the use of a benefit."""

from django.db import migrations

SEES = [("points", "counter"), ("tiers", "badge"), ("tiers", "use")]
NAMES = {"counter": "counter", "badge": "badge", "use": "benefit used"}
PERMISSIONS = {
    "admin": ["view", "change"],
    "marketer": ["view"],
    "service": ["view", "change"],
    "analyst": ["view"],
}


def give(apps, schema_editor):
    # Django makes permissions after all migrations ran; those that a role needs now are made here, as it would.
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, verbs in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        for app, model in SEES:
            kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
            for verb in verbs:
                if verb == "change" and model != "use":
                    continue
                words = f"Can {verb} {NAMES[model]}"
                permission, _ = Permission.objects.get_or_create(
                    content_type=kind, codename=f"{verb}_{model}", defaults={"name": words}
                )
                group.permissions.add(permission)


def take(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for group in Group.objects.filter(name__in=PERMISSIONS):
        for app, model in SEES:
            gone = Permission.objects.filter(
                content_type__app_label=app, codename__in=[f"view_{model}", f"change_{model}"]
            )
            group.permissions.remove(*gone)


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0006_studio_roles"),
        ("points", "0006_birthday_day"),
        ("tiers", "0005_uses"),
    ]
    operations = [migrations.RunPython(give, take)]

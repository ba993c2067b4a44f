"""Who may work on drafts of the programme, and who may approve them."""

from django.db import migrations

PERMISSIONS = {
    "admin": ["view_draft", "add_draft", "change_draft", "approve_draft", "view_rehearsal"],
    "marketer": ["view_draft", "add_draft", "change_draft", "approve_draft", "view_rehearsal"],
    "analyst": ["view_draft", "view_rehearsal"],
}
WORDS = {
    "view_draft": ("draft", "Can view draft"),
    "add_draft": ("draft", "Can add draft"),
    "change_draft": ("draft", "Can change draft"),
    "approve_draft": ("draft", "Can approve draft"),
    "view_rehearsal": ("rehearsal", "Can view rehearsal"),
}


def give(apps, schema_editor):
    # Django makes permissions after all migrations ran; those that a role needs now are made here, as it would.
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        for name in names:
            model, words = WORDS[name]
            kind, _ = ContentType.objects.get_or_create(app_label="programmes", model=model)
            permission, _ = Permission.objects.get_or_create(content_type=kind, codename=name, defaults={"name": words})
            group.permissions.add(permission)


def take(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for group in Group.objects.filter(name__in=PERMISSIONS):
        group.permissions.remove(*Permission.objects.filter(content_type__app_label="programmes", codename__in=WORDS))


class Migration(migrations.Migration):
    dependencies = [("console", "0005_owed_roles"), ("programmes", "0002_drafts")]
    operations = [migrations.RunPython(give, take)]

"""What each role may do with offers, coupons, checkouts and gift cards."""

from django.db import migrations

SEE = [
    "offers.view_version",
    "offers.view_use",
    "coupons.view_batch",
    "coupons.view_coupon",
    "checkouts.view_checkout",
    "checkouts.view_giftcard",
]
PERMISSIONS = {
    "admin": [
        *SEE,
        "offers.add_version",
        "coupons.add_batch",
        "coupons.change_batch",
        "coupons.add_coupon",
        "coupons.change_coupon",
        "checkouts.change_checkout",
        "checkouts.add_giftcard",
        "checkouts.change_giftcard",
    ],
    "marketer": [*SEE, "offers.add_version", "coupons.add_batch", "coupons.change_batch", "coupons.add_coupon"],
    "service": [
        *SEE,
        "coupons.add_coupon",
        "coupons.change_coupon",
        "checkouts.change_checkout",
        "checkouts.add_giftcard",
        "checkouts.change_giftcard",
    ],
    "analyst": SEE,
}


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

    dependencies = [
        ("console", "0001_roles"),
        ("offers", "0001_initial"),
        ("coupons", "0001_initial"),
        ("checkouts", "0001_initial"),
    ]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]

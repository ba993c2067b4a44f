"""The demo shop around its year: the programme, people who sign in to the console, and a key for its till.

Passwords and key are made per installation and kept where ``regulars serve`` shows them; see
``project.demo_logins``.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.text import capfirst

from regulars.api.models import Key
from regulars.api.writes import make_key, revoke_key
from regulars.console.roles import ROLES
from regulars.coupons.models import Batch
from regulars.flow.coupons.beginning import Wanted, begin
from regulars.flow.coupons.once import Asked
from regulars.offers import writes as offers
from regulars.offers.models import Version as OffersVersion
from regulars.programmes import writes as programmes
from regulars.programmes.models import Version
from regulars.project.config import HOME
from regulars.project.demo_logins import KEY_SOURCE, DemoLogin, read_logins, write_logins

KEY_NAME = "Demo shop"
_CLAIMED = [("welcome-5", "Five dollars to begin with", 2_000), ("produce-20", "Fruit and vegetables for less", 500)]
"""Batches of the claim centre: coupon, name, how many."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


def apply_programme() -> Version:
    """The programme in force; in an empty installation, ``programmes/grocery.yaml`` becomes it."""
    last = Version.objects.order_by("-id").first()
    if last is not None:
        return last
    text = (HOME / "programmes" / "grocery.yaml").read_text(encoding="utf-8")
    return programmes.apply(text, note="The demo shop's programme")


def open_offers() -> None:
    """Offers to try: in an installation without any, ``offers/grocery.yaml`` takes effect, and two of its coupons wait
    in the claim centre."""
    if OffersVersion.objects.exists():
        return
    offers.apply((HOME / "offers" / "grocery.yaml").read_text(encoding="utf-8"), note="The demo shop's offers")
    for coupon, name, count in _CLAIMED:
        wanted = Wanted(coupon, Batch.CLAIMED, name, count)
        begin(wanted, Asked(KEY_SOURCE, f"demo-{coupon}"))


def is_open(data_dir: Path) -> bool:
    """Whether the demo was loaded to its end here and its logins can be shown."""
    return bool(read_logins(data_dir)) and Key.objects.filter(source=KEY_SOURCE).exists()


def open_doors(data_dir: Path) -> list[DemoLogin]:
    """Make the console's demo users and the shop's key, or new passwords and a new key where they exist."""
    logins = []
    with transaction.atomic():
        for role in ROLES:
            password = "-".join(_word() for _ in range(3))
            user, _ = User.objects.get_or_create(username=f"demo-{role}", defaults={"email": ""})
            user.is_staff = user.is_active = True
            user.first_name = capfirst(role)
            user.set_password(password)
            user.save()
            user.groups.set(Group.objects.filter(name=role))
            logins.append(DemoLogin(role, user.username, password, "/console/"))
        for old in Key.objects.filter(source=KEY_SOURCE, revoked_at__isnull=True):
            revoke_key(old.pk)
        _, token = make_key(KEY_NAME, KEY_SOURCE)
        logins.append(DemoLogin("API key", KEY_NAME.lower(), token, "/api/docs"))
        write_logins(data_dir, logins)
    return logins


def _word() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))

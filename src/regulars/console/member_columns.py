"""The columns of the file of members."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.console.exports import Column
from regulars.console.tiers import tier_names
from regulars.screens import figures


def _tier(member: Any) -> str:
    row = getattr(member, "standing", None)
    key = row.level if row else ""
    return tier_names(member.programme).get(key or "none", key)


def _in_grace(member: Any) -> bool:
    row = getattr(member, "standing", None)
    return bool(row and row.in_grace)


def _spent(member: Any) -> Decimal | None:
    row = getattr(member, "standing", None)
    return figures.plain(row.spent_minor, member.programme.currency) if row and member.programme else None


def _name(member: Any) -> str:
    data = member.personal_data
    parts = (data.get("first_name") or data.get("firstName"), data.get("last_name") or data.get("lastName"))
    return data.get("name") or " ".join(part for part in parts if part)


MEMBER_COLUMNS = [
    Column(_("Member number"), lambda member: member.pk),
    Column(_("Shop id"), lambda member: member.shop_id),
    Column(_("Tier"), _tier),
    Column(_("In grace"), _in_grace),
    Column(_("Available"), lambda member: member.available),
    Column(_("Pending"), lambda member: member.pending),
    Column(_("Spent in the window"), _spent),
    Column(_("Currency"), lambda member: member.programme.currency if member.programme else ""),
    Column(_("First seen"), lambda member: member.first_seen_at),
    Column(_("Known since"), lambda member: member.identified_at),
    Column(_("Last event"), lambda member: member.last_at),
]
"""As the list shows them; nothing here is personal data."""

PERSONAL_COLUMNS = [
    Column(_("Name"), _name),
    Column(_("E-mail"), lambda member: member.personal_data.get("email")),
    Column(_("Phone"), lambda member: member.personal_data.get("phone")),
]
"""For those who may see personal data."""

"""What a programme promises and the shop could not keep as things stand: said before it is applied, never a refusal."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.flow.gifts import unknown_coupons
from regulars.programmes.calendar import unknown_holidays
from regulars.rules.programme import Programme


def apply_warnings(programme: Programme, now: datetime | None = None) -> list[str]:
    """In the active language: coupons that the offers in effect do not have, holidays whose day nobody knows."""
    now = now or datetime.now(UTC)
    said = [
        _("coupon `%(key)s` is not in the offers in effect; until it is, nobody gets it") % {"key": key}
        for key in unknown_coupons(programme, now)
    ]
    said += [
        _("calendar `%(key)s`: nobody knows its day in %(year)s; write it as `dates`") % {"key": key, "year": year}
        for key, year in unknown_holidays(programme, now.date())
    ]
    return said

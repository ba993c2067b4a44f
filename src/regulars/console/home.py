"""The console's first page: how is the club doing today?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from regulars.console import charts, reads
from regulars.flow.phrases import named
from regulars.rules.programme import Programme

_REMEMBERED_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the home page says, computed once and remembered for half a minute."""

    at: datetime
    programme: Programme | None
    name: str
    tiers: list[reads.TierCount]
    visitors: int
    events: list[reads.DayEvents]
    currencies: list[reads.CurrencyState]
    quarantine: dict[str, int]
    readers: list[reads.ReaderState]
    verified: reads.Proof | None

    @property
    def members(self) -> int:
        """Known members, on any level or none."""
        return sum(row.members for row in self.tiers)

    @property
    def ranked(self) -> int:
        """Members who hold a tier."""
        return sum(row.members for row in self.tiers if row.key != "none")

    @property
    def events_today(self) -> int:
        """Events that happened today, by the shop's clock."""
        return self.events[-1].total

    @property
    def events_week_ago(self) -> int:
        """Events of the same weekday a week before."""
        return self.events[-8].total

    @property
    def main(self) -> reads.CurrencyState | None:
        """The currency that pays: the first spendable one."""
        return next((state for state in self.currencies if state.spendable), None)

    @property
    def empty(self) -> bool:
        """Whether nothing has ever come in."""
        return not self.members and not self.visitors and not any(day.total for day in self.events)

    @property
    def shares(self) -> list[tuple[reads.TierCount, float]]:
        """Each level with its share of all members, in percent to one place."""
        return [(row, round(100 * row.members / self.members, 1) if self.members else 0.0) for row in self.tiers]


def today(now: datetime, programme: Programme | None) -> Today:
    """The club as of ``now`` under the programme in force, in the active language; days are the programme's."""
    zone = ZoneInfo(programme.time_zone if programme else "UTC")
    return Today(
        at=now,
        programme=programme,
        name=named(programme.name, programme.key) if programme else "",
        tiers=reads.tier_counts(programme, nobody=_("No tier yet")),
        visitors=reads.visitors(),
        events=reads.events_by_day(now.astimezone(zone).date()),
        currencies=reads.currencies(programme, now),
        quarantine=reads.quarantine(),
        readers=reads.readers(),
        verified=reads.last_proof(),
    )


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's dashboard callback: adds the page's numbers and charts."""
    language = translation.get_language() or "en"
    key = f"console.today.{language}"
    known = cache.get(key)
    if known is None:
        club = today(timezone.now(), reads.programme_of(request))
        known = (club, _charts(club, language))
        cache.set(key, known, _REMEMBERED_SECONDS)
    club, drawn = known
    return {**context, "title": _("Today"), "club": club, "charts": drawn}


def _charts(club: Today, language: str) -> dict[str, Any]:
    drawn = {}
    if club.members:
        drawn["tiers"] = charts.specs(lambda: charts.members_by_tier(club.tiers), language)
    if any(day.total for day in club.events):
        drawn["events"] = charts.specs(lambda: charts.events_by_day(club.events), language)
    main = club.main
    if main and any((main.earned, main.redeemed, main.expired, main.taken_back)):
        drawn["moves"] = charts.specs(lambda: charts.moves_by_day(main.days), language)
    return drawn


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Unfold's global callback: what every console page knows."""
    if not request.user.is_authenticated:
        return {}
    return {"simulated": reads.simulated(), "shop_zone": timezone.get_current_timezone_name()}


def room(request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """An address that ends at a room's name: Django's list of tables is no page of ours, so on to the room's first page
    that this person may see, else to Today."""
    found = admin.site.get_app_list(request, app_label)
    addresses = [model["admin_url"] for one in found for model in one["models"] if model["admin_url"]]
    return redirect(addresses[0] if addresses else "admin:index")

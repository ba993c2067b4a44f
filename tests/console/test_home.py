"""The first page: the numbers are those of the club, and an empty club says how to begin."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from regulars.console import reads
from regulars.console.home import today
from regulars.events.models import DayCount, Event, Reader
from regulars.events.readers import run_all
from regulars.flow import intake
from regulars.points.models import Balance, Transfer
from regulars.rules import layout as y
from tests.console.conftest import make_person
from tests.events.conftest import wait_for_older_transactions
from tests.flow.stories import Customer


def home(client: Client, language: str = "en") -> Any:
    """The page's answer."""
    return client.get(reverse("admin:index"), headers={"accept-language": language})


def test_an_empty_club_says_how_to_begin(admin: Client) -> None:
    page = home(admin).content.decode()
    assert "Nothing has come in yet" in page
    assert "curl http://testserver/api/events" in page
    assert "data-chart" not in page


def test_members_by_tier_are_everybody_once(admin: Client, club: dict[str, Customer]) -> None:
    club_today = home(admin).context["club"]
    assert {row.key: row.members for row in club_today.tiers} == {
        "none": 1,
        "member": 0,
        "gold": 3, "platinum": 0, "diamond": 1,
    }  # fmt: skip
    assert (club_today.members, club_today.ranked) == (5, 4)


def test_points_are_the_ledgers(admin: Client, club: dict[str, Customer]) -> None:
    shown = {state.key: state for state in home(admin).context["club"].currencies}["points"]
    sums = Balance.objects.filter(currency="points").aggregate(
        available=Sum("available"), pending=Sum("pending"), held=Sum("held"), debt=Sum("debt")
    )
    assert {key: getattr(shown, key) for key in sums} == sums
    assert shown.debt > 0
    assert shown.held == 200
    # A hundred points pay 1.00, so a point pays one minor unit.
    assert shown.owed_minor == shown.available + shown.pending + shown.held

    since = datetime.combine(datetime.now(UTC).date() - timedelta(days=29), datetime.min.time(), UTC)
    for name, kind in {"earned": y.EARN, "redeemed": y.CAPTURE, "expired": y.EXPIRE, "taken_back": y.CLAW_BACK}.items():
        moved = Transfer.objects.filter(currency="points", kind=kind, effective_at__gte=since).aggregate(
            s=Sum("amount")
        )["s"]
        assert getattr(shown, name) == (moved or 0), name


@pytest.mark.django_db(transaction=True)
def test_events_are_counted_by_day_once_the_reader_has_read_them() -> None:
    from tests.console.conftest import make_person
    from tests.flow.stories import everybody, publish_live_commerce

    publish_live_commerce()
    everybody()
    client = Client()
    client.force_login(make_person("admin"))
    assert home(client).context["club"].events_today == 0
    wait_for_older_transactions()
    run_all()
    zone = ZoneInfo("Asia/Shanghai")
    days = {day.day: day.total for day in reads.events_by_day(datetime.now(zone).date())}
    for day, total in days.items():
        begins = datetime.combine(day, datetime.min.time(), zone)
        happened = Event.objects.filter(occurred_at__gte=begins, occurred_at__lt=begins + timedelta(days=1)).count()
        assert total == happened, day
    assert sum(days.values()) > 0
    assert DayCount.objects.aggregate(s=Sum("count"))["s"] == Event.objects.count()
    assert {state.behind for state in reads.readers()} == {0}


EVENING = datetime(2026, 5, 1, 16, 30, tzinfo=UTC)  # half past midnight of 2 May in Shanghai


@pytest.mark.parametrize(("now", "counted"), [(EVENING, 7), (EVENING - timedelta(hours=1), 5)])
def test_today_is_the_shops_day(programme: None, now: datetime, counted: int) -> None:
    DayCount.objects.create(day=date(2026, 5, 1), name="Order Completed", count=5)
    DayCount.objects.create(day=date(2026, 5, 2), name="Order Completed", count=7)
    club = today(now, reads.programme_now())
    assert club.events_today == counted
    assert club.main is not None
    assert club.main.days[-1].day == now.astimezone(ZoneInfo("Asia/Shanghai")).date()


def test_a_reader_that_fails_is_named(admin: Client, club: dict[str, Customer]) -> None:
    Reader.objects.create(name="day-counts", failed_at=datetime.now(UTC), error="ValueError between events 3 and 5")
    page = home(admin).content.decode()
    assert "failing" in page
    assert "ValueError between events 3 and 5" in page


def test_quarantine_stands_on_the_card_and_in_the_menu(admin: Client, programme: None) -> None:
    intake.take([{"event": "Order Completed", "message_id": "x", "properties": {}}], intake.reader("shop"))
    answer = home(admin)
    assert answer.context["club"].quarantine == {"open": 1, "waiting": 0}
    [badge] = [i["badge"] for g in answer.context["sidebar_navigation"] for i in g["items"] if "badge" in i]
    assert badge == "1"


@pytest.mark.parametrize(("source", "said"), [("demo", True), ("shop", False)])
def test_demo_data_is_said_to_be_simulated(source: str, said: bool, admin: Client, programme: None) -> None:
    Customer("a", source).orders_for(1, ("Tea", "tea", "10.00"))
    for page in (reverse("admin:index"), reverse("admin:members_member_changelist")):
        assert ("simulated data" in admin.get(page).content.decode()) is said


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_charts_are_vega_lite_with_our_numbers(language: str, admin: Client, club: dict[str, Customer]) -> None:
    here = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    DayCount.objects.create(day=here, name="Order Completed", count=7)
    drawn = home(admin, language).context["charts"]
    assert set(drawn) == {"tiers", "events", "moves"}
    for name, one in drawn.items():
        alt.Chart.from_dict(json.loads(json.dumps(one["chart"])))  # raises where it is no Vega-Lite
        for ground in ("light", "dark"):
            assert one[ground][one["chart"]["background"]].startswith("#"), (name, ground)
    tiers = drawn["tiers"]["chart"]
    values = next(iter(tiers["datasets"].values())) if "datasets" in tiers else tiers["data"]["values"]
    assert sum(row["members"] for row in values) == 5


def test_the_last_proof_of_the_ledger_is_shown(
    admin: Client, club: dict[str, Customer], settings: Any, tmp_path: Any
) -> None:
    import dataclasses

    settings.CONFIG = dataclasses.replace(settings.CONFIG, data_dir=tmp_path)
    assert "Not run yet" in home(admin).content.decode()
    (tmp_path / "verify.json").write_text('{"at": "2026-05-01T03:00:00+00:00", "members": 2469, "drift": 0}')
    from django.core.cache import cache

    cache.clear()
    page = home(admin).content.decode()
    assert "2,469 members derived again" in page
    assert "exact" in page


@pytest.mark.parametrize(
    ("role", "room", "page"),
    [
        ("admin", "insight", "admin:insight_home"),
        ("admin", "members", "admin:members_member_changelist"),
        ("analyst", "auth", "admin:index"),
    ],
)
def test_an_address_cut_short_leads_to_the_rooms_first_page(role: str, room: str, page: str, programme: None) -> None:
    client = Client()
    client.force_login(make_person(role))
    response = client.get(f"{reverse('admin:index')}{room}/")
    assert (response.status_code, response["Location"]) == (302, reverse(page))

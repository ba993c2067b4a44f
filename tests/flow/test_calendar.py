"""The calendar comes round: birthdays, holidays and the shop's own days, live, in the proof and for a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from regulars.events.models import Event
from regulars.flow import calendar, history, intake
from regulars.flow.batch import Outcome
from regulars.insight.replays import replay
from regulars.insight.verify import verify
from regulars.members import personal
from regulars.members import reads as members
from regulars.points.models import Balance, Transfer
from regulars.programmes import writes as programmes
from regulars.programmes.calendar import days_of, unknown_holidays
from regulars.programmes.file import check
from regulars.rules.days import day_date
from regulars.rules.programme import Occasion, Programme

pytestmark = pytest.mark.django_db
NOON = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""Noon of yesterday in Shanghai."""
TODAY = NOON.date()

PROGRAMME = f"""
programme: corner
name: {{en: Corner Club}}
currency: CNY
time_zone: Asia/Shanghai
points:
  points: {{name: {{en: points}}}}
earn:
  - {{key: purchase, when: Order Completed, rate: {{points: 1, per: 1.00}}}}
calendar:
  - {{key: birthday, when: birthday, gives: {{points: 100, badge: cake}}, earns_times: 2}}
  - {{key: fair, when: {{date: {TODAY}}}, gives: {{points: 7}}}}
  - {{key: sale, when: {{dates: [{TODAY - timedelta(days=3)}, {TODAY - timedelta(days=2)}]}}, earns_times: 3}}
"""


@pytest.fixture(autouse=True)
def _programme() -> None:
    programmes.apply(PROGRAMME)


def send(who: str, name: str, ago: float = 0, kind: str = "track", **more: Any) -> Outcome:
    """One event of yesterday noon, or so many days before."""
    event = {"message_id": f"{who}-{name}-{ago}-{more}", "user_id": who, "type": kind,
             "timestamp": (NOON - timedelta(days=ago)).isoformat(), **more}  # fmt: skip
    if kind == "track":
        event["event"] = name
    [outcome] = intake.take([event], intake.reader("shop"))
    assert outcome.status == "accepted", outcome.problem
    return outcome


def somebody(who: str = "ann", born: date | None = None, **known: Any) -> int:
    """Somebody with an account since long ago, whose birthday may be known."""
    send(who, "Checked In", 20)
    found = members.by_shop_id(who)
    assert found is not None
    traits = {**({"birthday": born.isoformat()} if born else {}), **known}
    if traits:
        send(who, "identify", 15, "identify", traits=traits)
    return found.pk


def orders(who: str, order_id: str, ago: float = 0) -> Outcome:
    line = {"product_id": "p", "price": "50.00", "quantity": 1}
    return send(who, "Order Completed", ago, properties={"order_id": order_id, "currency": "CNY", "products": [line]})


def has(member_id: int) -> int:
    found = Balance.objects.filter(member_id=member_id).first()
    return found.available if found else 0


def came(name: str) -> list[int | None]:
    return list(Event.objects.filter(name=name).order_by("id").values_list("member_id", flat=True))


def test_birthdays_come_once_to_those_who_have_one() -> None:
    ann, bob = somebody("ann", TODAY.replace(year=1992)), somebody("bob", TODAY.replace(year=1991) - timedelta(days=40))
    calendar.come_round(NOON)
    calendar.come_round(NOON + timedelta(hours=1))
    assert came("Birthday Came") == [ann]
    assert (has(ann), has(bob)) == (100 + 7, 7)
    assert verify().drift == 0


def test_what_is_known_of_a_person_stays_behind_its_door() -> None:
    ann = somebody("ann", TODAY.replace(year=1992), birthday_calendar="lunar")
    assert personal.get(ann)["birthday_calendar"] == "lunar"
    assert not Event.objects.filter(properties__icontains="1992").exists()
    assert not Event.objects.filter(properties__icontains="lunar").exists()


def test_a_birthday_missed_for_a_few_days_is_noted_late() -> None:
    ann = somebody("ann", (TODAY - timedelta(days=5)).replace(year=1992))
    calendar.come_round(NOON)
    assert came("Birthday Came") == [ann]
    [event] = Event.objects.filter(name="Birthday Came")
    assert event.occurred_at.astimezone(UTC) == datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(
        days=5, hours=8
    )


def test_another_birthday_gives_nothing_again() -> None:
    ann = somebody("ann", (TODAY - timedelta(days=3)).replace(year=1992))
    calendar.come_round(NOON - timedelta(days=3))
    send("ann", "identify", 1, "identify", traits={"birthday": TODAY.replace(year=1992).isoformat()})
    calendar.come_round(NOON)
    assert came("Birthday Came") == [ann]


def test_somebody_who_orders_before_the_calendar_comes_round_has_the_birthday_first() -> None:
    ann = somebody("ann", TODAY.replace(year=1992))
    outcome = orders("ann", "A")
    assert outcome.event_id is not None
    names = list(Event.objects.filter(member_id=ann, fact=False).order_by("id").values_list("name", flat=True))
    assert names[-2:] == ["Birthday Came", "Order Completed"]
    assert has(ann) == 100 + 2 * 50
    orders("ann", "B")
    calendar.come_round(NOON)
    assert came("Birthday Came") == [ann]
    assert has(ann) == 100 + 4 * 50 + 7
    assert verify().drift == 0


def test_an_order_of_another_day_brings_no_birthday() -> None:
    ann = somebody("ann", TODAY.replace(year=1992))
    orders("ann", "A", ago=1)
    assert came("Birthday Came") == []
    assert has(ann) == 50


def test_days_of_the_shop_multiply() -> None:
    ann = somebody("ann")
    orders("ann", "A", ago=3)
    orders("ann", "B", ago=1)
    assert has(ann) == 3 * 50 + 50
    assert Transfer.objects.filter(member_id=ann).order_by("id").values_list("times_num", "times_den")[0] == (3, 1)
    assert "3× for Sale" in history.entries(ann)[-1].arithmetic
    assert verify().drift == 0


def test_occasions_come_to_everybody_once_and_to_who_joins_that_day() -> None:
    ann, bob = somebody("ann"), somebody("bob")
    calendar.come_round(NOON)
    assert came("Occasion Came") == [ann, bob]
    send("cat", "Checked In")
    calendar.come_round(NOON + timedelta(minutes=1))
    assert len(came("Occasion Came")) == 3
    assert has(ann) == has(bob) == 7
    assert verify().drift == 0


def test_an_occasion_missed_for_a_few_days_is_noted_late() -> None:
    """Nothing ran on the day of the fair and on the two after it."""
    ann = somebody("ann")
    send("bob", "Checked In", ago=-0.5)
    calendar.come_round(NOON + timedelta(days=3))
    assert came("Occasion Came") == [ann]  # bob came when the fair was over
    assert has(ann) == 7
    [event] = Event.objects.filter(name="Occasion Came")
    assert event.occurred_at == datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(hours=8)
    calendar.come_round(NOON + timedelta(days=4))
    assert came("Occasion Came") == [ann]
    assert verify().drift == 0


def test_an_occasion_long_past_is_not_made_up_for() -> None:
    ann = somebody("ann")
    calendar.come_round(NOON + timedelta(days=calendar.LATE_DAYS + 1))
    assert (came("Occasion Came"), has(ann)) == ([], 0)
    calendar.come_round(NOON + timedelta(days=calendar.LATE_DAYS))
    assert has(ann) == 7


def test_nobody_is_given_what_came_into_the_programme_after_its_day() -> None:
    ann = somebody("ann")
    gone = PROGRAMME.replace(f"date: {TODAY}", f"dates: [{TODAY - timedelta(days=1)}, {TODAY + timedelta(days=30)}]")
    programmes.apply(gone)
    # yesterday, at noon of which this is told, the first version was in force: its fair was on that day
    calendar.come_round(datetime.now(UTC))
    assert came("Occasion Came") == [ann]
    assert Event.objects.get(name="Occasion Came").occurred_at.astimezone(UTC).date() == TODAY - timedelta(days=1)


def test_a_process_that_stopped_is_followed_by_one_that_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [somebody(f"m-{number}") for number in range(5)]
    monkeypatch.setattr(calendar, "_AT_ONCE", 2)
    take = calendar._take
    told: list[list[int | None]] = []

    def stops(events: Any, now: datetime | None) -> int:
        if len(told) == 2:
            raise SystemExit
        told.append([one.member_id for one in events])
        return take(events, now)

    monkeypatch.setattr(calendar, "_take", stops)
    with pytest.raises(SystemExit):
        calendar.come_round(NOON)
    assert came("Occasion Came") == people[:2]
    told.clear()
    told.append([])
    monkeypatch.setattr(calendar, "_take", take)
    calendar.come_round(NOON)
    assert came("Occasion Came") == people
    assert [has(one) for one in people] == [7] * 5


def test_nobody_outside_may_say_that_a_day_has_come() -> None:
    event = {"event": "Birthday Came", "message_id": "m", "user_id": "ann", "timestamp": NOON.isoformat()}
    [outcome] = intake.take([event], intake.reader("shop"))
    assert outcome.status == "refused"
    assert outcome.problem is not None
    assert outcome.problem["type"].endswith("reserved-name")


def test_a_draft_is_tried_with_its_own_calendar() -> None:
    somebody("ann")
    orders("ann", "A", ago=3)
    calendar.come_round(NOON)
    text = PROGRAMME.replace("gives: {points: 7}", "gives: {points: 9, coupon: tea}").replace(
        f"date: {TODAY}", f"dates: [{TODAY - timedelta(days=9)}, {TODAY - timedelta(days=8)}, {TODAY}]"
    )
    draft = check(text).programme
    assert draft is not None
    figures = replay(draft, as_of=NOON)
    assert figures["earned"] == {"points": 3 * 50 + 3 * 9}
    assert figures["coupons"] == {"tea": 3}
    same = check(PROGRAMME).programme
    assert same is not None
    assert replay(same, as_of=NOON)["earned"] == {"points": 3 * 50 + 7}
    without = replace(same, calendar=())
    assert replay(without, as_of=NOON)["earned"] == {"points": 50}


HOLIDAY = Occasion("moon", "holiday", country="CN", holiday="Mid-Autumn Festival")


def years(occasion: Occasion) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for day in map(day_date, days_of(occasion)):
        found.setdefault(day.year, []).append(day.isoformat())
    return found


@pytest.mark.parametrize("name", ["Mid-Autumn Festival", "mid-autumn festival", "中秋节"])
def test_holidays_by_country_and_name(name: str) -> None:
    assert years(replace(HOLIDAY, holiday=name))[2026] == ["2026-09-25"]


def test_own_dates_stand_for_their_year() -> None:
    own = replace(HOLIDAY, dates=(20_720, 20_721))
    assert years(own)[2026] == ["2026-09-24", "2026-09-25"]
    assert years(own)[2027] == ["2027-09-15"]


def _of(occasion: Occasion) -> Programme:
    programme = check(PROGRAMME).programme
    assert programme is not None
    return replace(programme, calendar=(occasion,))


@pytest.mark.parametrize(
    ("occasion", "today", "unknown"),
    [
        (HOLIDAY, date(2026, 11, 1), []),
        (HOLIDAY, date(2099, 11, 1), [("moon", 2100)]),
        (replace(HOLIDAY, country="XX"), date(2026, 11, 1), [("moon", 2026), ("moon", 2027)]),
        (replace(HOLIDAY, holiday="Day of the Tea"), date(2026, 11, 1), [("moon", 2026), ("moon", 2027)]),
    ],
)
def test_a_year_nobody_knows_is_named_and_no_crash(
    occasion: Occasion, today: date, unknown: list[tuple[str, int]]
) -> None:
    assert unknown_holidays(_of(occasion), today) == unknown

"""A report's figures and actions on a synthetic lake, against plain sums over its tables."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.http import QueryDict
from django.urls import reverse

from regulars.audience.segments import address
from regulars.audience.segments.definition import ground, meaning
from regulars.cli import _demo_shop
from regulars.connect.synthetic import lake as synthetic
from regulars.connect.synthetic.shop import Shop
from regulars.insight.reports import actions, advising, answer, figures
from regulars.programmes.reads import current
from regulars.science import segments
from regulars.science.lake import opened
from regulars.science.lake.opened import Lake

BEGAN = datetime(2026, 1, 1, 5, tzinfo=UTC)
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    synthetic.write(Shop(800, 5, 200, BEGAN), folder, "America/New_York", "USD")
    return opened.open(folder)


def june(lake: Lake, table: str) -> pl.DataFrame:
    return getattr(lake, table).to_polars().filter(pl.col("day").is_between(FIRST, LAST))  # type: ignore[no-any-return]


def test_a_month_is_what_its_rows_add_up_to(lake: Lake) -> None:
    series = figures.counts(lake, "monthly", FIRST, LAST, "points")
    now, orders, ledger = series[-1], june(lake, "orders"), june(lake, "ledger")
    assert [one.first.month for one in series] == [1, 2, 3, 4, 5, 6]
    assert now.orders == orders.height > 100
    assert now.buyers == orders["member"].n_unique()
    assert now.revenue_minor == orders["net_minor"].sum() - orders["returned_minor"].sum()
    assert now.returned_minor == orders["returned_minor"].sum()
    joined = lake.standing.to_polars().filter(pl.col("joined").is_between(FIRST, LAST))
    assert now.joined == joined.height
    kinds = dict(ledger.group_by("kind").agg(pl.col("points").sum()).iter_rows())
    assert now.earned == kinds["earned"] - kinds.get("taken_back", 0)
    csat = [
        int(score)
        for properties in lake.events.to_polars()
        .join(june(lake, "visits").select("seq"), on="seq")
        .filter(pl.col("properties").str.contains('"csat"', literal=True))["properties"]
        for score in [properties.rpartition(":")[2].strip(" }")]
    ]
    assert now.csat_answers == len(csat)
    assert now.csat == pytest.approx(sum(score >= 4 for score in csat) / len(csat))


def test_the_lake_begins_with_the_first_of_anything(lake: Lake) -> None:
    days = [getattr(lake, name).to_polars()["day"].min() for name in ("orders", "visits", "ledger")]
    assert figures.began(lake) == min(*days, lake.standing.to_polars()["joined"].min())


@pytest.mark.django_db
def test_regulars_gone_silent_are_counted_one_by_one(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    found = {one.key: one for one in _all(lake, programme)}
    orders = lake.orders.to_polars().filter(pl.col("day") <= LAST)
    silent, worth = 0, 0
    for _member, of in orders.group_by("member"):
        days = sorted(of["day"])
        if len(days) < 4:
            continue
        gap, quiet = (days[-1] - days[0]).days / (len(days) - 1), (LAST - days[-1]).days
        if 21 <= quiet <= 180 and quiet > 2 * gap:
            silent += 1
            lately = of.filter(pl.col("day") > days[-1] - timedelta(days=90))
            worth += lately["net_minor"].sum() - lately["returned_minor"].sum()
    assert found["silent"] == actions.Action("silent", silent, worth // 3)
    assert silent > 0


@pytest.mark.django_db
def test_the_next_tier_is_near_for_whom_little_is_missing(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    found = {one.key: one for one in _all(lake, programme)}
    orders = lake.orders.to_polars().filter(pl.col("day") <= LAST)
    sums = orders.group_by("member").agg((pl.col("net_minor") - pl.col("returned_minor")).sum().alias("minor"))
    missing = []
    for minor in sums["minor"]:
        following = next((level for level in (20_000, 100_000, 250_000, 500_000) if minor < level), None)
        if following and (following - minor) * 10 <= following:
            missing.append(following - minor)
    assert found["next_tier"] == actions.Action("next_tier", len(missing), sum(missing))


@pytest.mark.django_db
def test_a_first_order_without_a_second_is_counted_one_by_one(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    found = {one.key: one for one in _all(lake, programme)}
    orders = lake.orders.to_polars().filter(pl.col("day") <= LAST)
    kept = orders.filter((pl.col("net_minor") == 0) | (pl.col("net_minor") > pl.col("returned_minor")))
    single = [of["day"][0] for _member, of in kept.group_by("member") if of.height == 1]
    assert found["second"].members == sum(14 <= (LAST - day).days <= 60 for day in single) > 0


@pytest.mark.django_db
def test_poor_marks_are_counted_one_by_one(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    found = {one.key: one for one in _all(lake, programme)}
    said = lake.events.to_polars().join(june(lake, "visits").select("seq"), on="seq")
    unhappy = set()
    for member, name, properties in said.select("member", "name", "properties").iter_rows():
        told = json.loads(properties or "{}") if name == "Survey Answered" else {}
        if told and int(told["score"]) <= {"nps": 6, "csat": 2, "ces": 3}[told["kind"]]:
            unhappy.add(member)
    assert found["unhappy"].members == len(unhappy) > 0


@pytest.mark.django_db
def test_the_link_of_an_action_finds_the_members_that_it_counts(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    linked = {}
    for one in _all(lake, programme):
        link = advising.advice(one, "USD", "marketer", "https://club.test/").link
        if link:
            path, _, query = link.partition("?")
            assert path == "https://club.test" + reverse("admin:segments_new")
            said = address.read(QueryDict(query)["who"])
            assert said is not None
            who = meaning(said, ground())
            linked[one.key] = lake.connection.to_polars(segments.members(lake, who, LAST)).height == one.members
        assert advising.advice(one, "USD", "service", "https://club.test").link == ""
    assert linked == {"second": True, "next_tier": True, "unhappy": True}


@pytest.mark.django_db
@pytest.mark.parametrize(("least", "said"), [(0, "500 points or more (what"), (120, "120 points or more, the fewest")])
def test_how_many_points_are_worth_a_reminder(lake: Lake, least: int, said: str) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    main, *others = programme.points
    asks = replace(programme, points=(replace(main, pays_at_least_points=least), *others))
    [idle] = [one for one in _all(lake, asks) if one.key == "idle_points"]
    standing = lake.standing.to_polars().filter(pl.col("points") >= (least or 500))
    spent = lake.ledger.to_polars().filter((pl.col("kind") == "spent") & (pl.col("day") > LAST - timedelta(days=90)))
    assert idle.members == standing.join(spent, on="member", how="anti").height > 0
    assert said in advising.advice(idle, "USD").why


def _all(lake: Lake, programme: object) -> list[actions.Action]:
    found = [finder(lake, FIRST, LAST, programme) for finder in actions.FINDERS.values()]  # type: ignore[arg-type]
    return [one for one in found if one is not None]


@pytest.mark.django_db
def test_three_things_at_most_the_dearest_first(lake: Lake) -> None:
    _demo_shop.apply_programme()
    _, programme = current()
    for role in actions.OF_ROLE:
        todo = actions.actions(lake, role, FIRST, LAST, programme)
        assert len(todo) <= 3
        worths = [one.worth_minor or 0 for one in todo]
        assert worths == sorted(worths, reverse=True)
        assert all(one.members for one in todo)


@pytest.mark.django_db
def test_a_lake_that_ends_too_early_is_told(lake: Lake, tmp_path: Path) -> None:
    _demo_shop.apply_programme()
    later = datetime.now(UTC).date() + timedelta(days=40)
    with pytest.raises(answer.CannotMake, match="the lake reaches to"):
        answer.make(lake, "weekly", "admin", "en", later - timedelta(days=6), later)

"""Insight's pages: what they say of a shop with a year behind it, of an empty one, and to whom."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.console.insight import asked, targets
from regulars.console.insight.home import spark
from regulars.inquiries.testing import answer_all
from regulars.insight.board.models import Target, View
from regulars.insight.measures.catalogue import FAMILIES, SPECS
from regulars.science.lake.opened import open as open_lake
from regulars.science.measures import behind
from regulars.screens import figures
from tests.console.conftest import make_person
from tests.flow.stories import publish_live_commerce
from tests.insight.lake.shop import Shop, synced

pytestmark = pytest.mark.django_db(transaction=True)
QUERIES_MOST = {"home": 12, "family": 16, "explorer": 18, "chart": 18, "numbers": 18}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the lake lies."""
    return tmp_path / "lake"


@pytest.fixture
def shop(root: Path) -> Path:
    """Customers who bought and looked around for half a year, and the lake of it."""
    publish_live_commerce()
    Shop(5).do(60)
    synced(root)
    answer_all(root)
    return root


@pytest.fixture
def marketer(db: None) -> Client:
    """A marketer's browser."""
    client = Client()
    client.force_login(make_person("marketer"))
    return client


def answered(client: Client, root: Path, address: str) -> str:
    """A fragment as it is once its question was answered."""
    client.get(address)
    answer_all(root)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def chart(measure: str, query: str = "") -> str:
    return f"{reverse('admin:insight_chart', args=[measure])}?{query}"


def ask_all(client: Client, root: Path, addresses: list[str]) -> dict[str, str]:
    """Fragments as they are once all their questions were answered."""
    for address in addresses:
        client.get(address)
    answer_all(root)
    return {address: answered(client, root, address) for address in addresses}


def test_every_measure_is_drawn_and_told(marketer: Client, shop: Path) -> None:
    steps = "steps=Product+Viewed&steps=Order+Completed"
    drawn = [
        chart(name, f"minimum=1&{steps}") for name, spec in SPECS.items() if spec.needs != "answers" and name != "feel"
    ]
    for address, page in ask_all(marketer, shop, drawn).items():
        assert 'data-chart="spec-m-' in page, (address, page)
        specs = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
        assert set(specs) == {"chart", "light", "dark"}
        assert "<tbody><tr" in page and "k-note-bad" not in page


def test_a_cut_names_its_groups(marketer: Client, shop: Path) -> None:
    left_out = ("category_pairs", "funnel", "redemption_rate", "points_owed", "tier_flows", "feel")
    names = [name for name, spec in SPECS.items() if spec.needs != "answers" and name not in left_out]
    for address, page in ask_all(marketer, shop, [chart(name, "by=tier&unit=week") for name in names]).items():
        assert 'data-chart="spec-m-' in page, (address, page)
        assert any(f">{tier}<" in page for tier in ("Gold", "Member", "Platinum", "Diamond", "No tier")), address
        assert "ut by Tier" in page, address


@pytest.mark.parametrize(
    ("measure", "query"),
    [
        ("retention", ""),
        ("life_cycle", "by=tier"),
        ("repurchase_rate", "tier=gold&tier=member"),
        ("active_members", ""),
    ],
)
def test_a_cell_leads_to_as_many_members_as_it_says(
    measure: str, query: str, marketer: Client, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "reverse", lambda name: "/behind/")
    page = answered(marketer, shop, chart(measure, query))
    found = open_lake(shop)
    links = re.findall(r'<a href="/behind/\?([^"]+)">([\d,]+)</a>', page)
    assert links
    for address, number in links[:6] + links[-6:]:
        told = QueryDict(html.unescape(address))
        cell = json.loads(told["cell"])
        members = behind(found, told["measure"], json.loads(told["params"]), cell)
        assert len(found.connection.to_polars(members)) == int(number.replace(",", "")), (cell, number)


def test_what_is_missing_is_said_with_what_to_do(marketer: Client, shop: Path) -> None:
    cases = {
        chart("nps"): ("Nobody has answered a survey yet.", "Survey Answered"),
        chart("think"): ("Nobody has answered a survey yet.", "Survey Answered"),
        chart("feel"): ("Nobody has reviewed", "Product Reviewed"),
        chart("funnel"): ("Choose the steps of the funnel.", "At least two"),
        chart("average_order", "channel=nowhere"): ("Nothing happened here in this time.", "take a filter away"),
    }
    pages = ask_all(marketer, shop, list(cases))
    for address, words in cases.items():
        assert all(word in pages[address] for word in words) and "data-chart" not in pages[address], address
    assert "These days have not come yet." in answered(marketer, shop, chart("retention", "from=2999-01-01"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("measure=nonsense", "There is no measure “nonsense”."),
        ("measure=retention&unit=zzz", "Period: nothing is called “zzz”."),
        ("measure=retention&by=zzz", "Cut by: nothing is called “zzz”."),
        ("measure=retention&kind=zzz", "Came back: nothing is called “zzz”."),
        ("measure=retention&from=nonsense", "From: a day such as 2026-01-31, not “nonsense”."),
        ("measure=retention&from=2026-W01", "From: a day such as"),
        ("measure=retention&from=2026-02-01&to=2026-01-01", "From lies after To."),
        ("measure=bracket_retention&brackets=5-2", "Periods: ranges such as 1-1,2-3, not “5-2”."),
        ("measure=paths&length=0", "Events in a path: a whole number from 1 to 8, not “0”."),
        ("measure=paths&length=%C2%B2", "Events in a path: a whole number from 1 to 8"),
        ("measure=second_order_by_day&days=-5", "Days after the first order: a whole number from 1 to 730, not “-5”."),
        ("measure=second_order_by_day&days=" + "9" * 5000, "…”."),
    ],
)
def test_what_an_address_says_wrong_is_told_and_left_out(marketer: Client, query: str, said: str) -> None:
    page = html.unescape(marketer.get(f"{reverse('admin:insight_explorer')}?{query}").content.decode())
    assert said in page and "left out" in page
    measure = QueryDict(query)["measure"]
    if measure in SPECS:
        file = marketer.get(f"{reverse('admin:insight_data', args=[measure])}?{query}")
        assert (file.status_code, said in file.content.decode()) == (400, True)


@pytest.mark.parametrize("query", ["tier=%00", "steps=%00&steps=a", "currency=%00", "tier=%EF%BF%BF"])
def test_letters_that_no_database_keeps_break_nothing(marketer: Client, shop: Path, query: str) -> None:
    for measure in ("retention", "funnel", "points_owed"):
        answered(marketer, shop, chart(measure, query))


def test_an_empty_shop_is_told_what_to_do(marketer: Client, root: Path) -> None:
    assert "Nothing has been laid out for analysis yet." in marketer.get(chart("retention")).content.decode()
    publish_live_commerce()
    synced(root)
    answer_all(root)
    for address, page in ask_all(marketer, root, [chart(measure) for measure in SPECS]).items():
        assert "yet." in page or "Choose the steps" in page, (address, page)
    assert "No orders have come yet." in answered(marketer, root, reverse("admin:insight_numbers"))


@pytest.mark.parametrize("unit", ["month", "week", "day"])
def test_a_period_that_began_before_the_records_is_known_in_part(unit: str, marketer: Client, shop: Path) -> None:
    lake = open_lake(shop)
    first = min(table.day.min().to_pyarrow().as_py() for table in (lake.orders, lake.visits))
    begins = {"month": first.replace(day=1), "week": first - timedelta(days=first.weekday()), "day": first}[unit]
    page = answered(marketer, shop, chart("visits_per_member", f"unit={unit}&from={begins}"))
    assert page.count('title="known only in part"') == (begins < first)
    assert (f"known only in part, from {figures.day(first)} on" in page) == (begins < first)


def test_a_box_waits_and_asks_again_ever_later(marketer: Client, shop: Path) -> None:
    page = marketer.get(chart("retention", "unit=day&tries=3")).content.decode()
    assert "delay:750ms" in page and "tries=4" in page and 'aria-busy="true"' in page
    late = marketer.get(chart("retention", "unit=day&tries=20")).content.decode()
    assert "Nothing answers yet." in late


def test_the_ten_numbers_and_why_they_changed(marketer: Client, shop: Path) -> None:
    marketer.post(reverse("admin:insight_targets"), {"revenue": "100.50", "at_risk": "0", "retention": "12.5"})
    assert dict(Target.objects.values_list("key", "value")) == {"revenue": 10_050, "at_risk": 0, "retention": 1_250}
    page = answered(marketer, shop, reverse("admin:insight_numbers"))
    assert page.count('class="k-figure"') == 10
    assert "target: CN¥100.50" in page or "target: ¥100.50" in page
    assert "What changed in" in page and "Revenue " in page and "Buyers " in page


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [("", "count", None), ("1,200", "count", 1200), ("12.5", "share", 1250), ("12.5%", "share", 1250),
     ("99.90", "minor", 9990), ("−3.25", "number", -325)],
)  # fmt: skip
def test_a_target_as_it_is_typed(text: str, kind: str, value: int | None) -> None:
    assert targets.read(text, kind, "CNY") == value


@pytest.mark.parametrize(("text", "kind"), [("many", "count"), ("1.5", "count"), ("0.001", "minor"), ("-1", "count"),
                                            ("NaN", "number"), ("1e99", "minor")])  # fmt: skip
def test_what_is_no_target(text: str, kind: str) -> None:
    with pytest.raises(ValueError):
        targets.read(text, kind, "CNY")


def test_a_bad_target_is_shown_where_it_was_typed(marketer: Client) -> None:
    response = marketer.post(reverse("admin:insight_targets"), {"revenue": "lots"})
    assert response.status_code == 422
    assert 'value="lots"' in response.content.decode() and 'aria-invalid="true"' in response.content.decode()
    assert not Target.objects.exists()


def test_files_hold_what_was_computed(marketer: Client, shop: Path) -> None:
    address = reverse("admin:insight_data", args=["average_order"])
    answered(marketer, shop, chart("average_order"))
    rows = list(csv.DictReader(io.StringIO(marketer.get(f"{address}?format=csv").content.decode("utf-8-sig"))))
    told = json.loads(marketer.get(f"{address}?format=json").content)
    assert list(rows[0]) == told["columns"] == ["period", "orders", "revenue_minor", "average_minor", "complete"]
    assert [int(row["revenue_minor"]) for row in rows] == [row[2] for row in told["rows"]]
    assert told["money"] == "CNY" and told["params"]["unit"] == "month" and told["simulated"] == ""


def test_an_address_is_the_question(marketer: Client, shop: Path) -> None:
    untidy = f"{reverse('admin:insight_explorer')}?measure=retention&by=&tier=gold&tier=&tier=gold&from="
    response = marketer.get(untidy)
    assert response.status_code == 302
    assert response.url == f"{reverse('admin:insight_explorer')}?measure=retention&tier=gold"
    page = marketer.get(response.url).content.decode()
    assert "Tier: Gold" in page and 'type="hidden" name="tier" value="gold"' in page
    for spec in SPECS.values():
        query = QueryDict("unit=week&by=tier&tier=gold&tier=-&kind=rolling&steps=A&steps=B&brackets=1-2,4-9&days=30")
        params = asked.read(spec, query)
        assert asked.read(spec, QueryDict(asked.write(params))) == params


def test_views_are_kept_and_forgotten(marketer: Client) -> None:
    marketer.post(reverse("admin:insight_keep"), {"name": "Gold comes back", "query": "measure=retention&tier=gold"})
    view = View.objects.get()
    page = marketer.get(reverse("admin:insight_explorer")).content.decode()
    assert "Gold comes back" in page and "measure=retention&amp;tier=gold" in page
    again = {"name": "Gold comes back", "query": "measure=depth"}
    said = marketer.post(reverse("admin:insight_keep"), again, follow=True).content.decode()
    assert "There is a view “Gold comes back” already" in said and View.objects.get().query == view.query
    marketer.post(reverse("admin:insight_drop", args=[view.pk]))
    assert not View.objects.exists()


def test_a_step_that_no_event_is_called_is_told(marketer: Client, shop: Path) -> None:
    explorer = reverse("admin:insight_explorer") + "?measure=funnel&steps=Order+Completed&steps=Oder+Completed"
    assert "No event is called" not in marketer.get(explorer).content.decode()  # nobody knows the names yet
    answer_all(shop)
    page = marketer.get(explorer).content.decode()
    assert "No event is called “Oder Completed”." in page and page.count("No event is called") == 1


def pages() -> Iterator[tuple[str, str]]:
    yield "home", reverse("admin:insight_home")
    yield "numbers", reverse("admin:insight_numbers")
    yield from (("family", reverse("admin:insight_family", args=[family])) for family in FAMILIES)
    yield "explorer", reverse("admin:insight_explorer")
    yield "explorer", reverse("admin:insight_explorer") + "?measure=funnel&tier=gold&by=channel"
    yield "chart", chart("retention")
    yield "chart", chart("life_cycle", "by=tier")


def test_pages_ask_a_bounded_number_of_queries(marketer: Client, shop: Path) -> None:
    found = {}
    ask_all(marketer, shop, [address for _kind, address in pages()])
    for kind, address in pages():
        with CaptureQueriesContext(connection) as queries:
            assert marketer.get(address).status_code == 200
        if len(queries) > QUERIES_MOST[kind]:
            found[address] = [query["sql"][:100] for query in queries.captured_queries]
    assert found == {}


@pytest.mark.parametrize(
    ("role", "sees", "sets"),
    [("admin", 200, 200), ("marketer", 200, 200), ("analyst", 200, 403), ("service", 403, 403), ("nobody", 403, 403)],
)
def test_who_may_see_insight(role: str, sees: int, sets: int) -> None:
    client = Client()
    client.force_login(make_person(role))
    for _kind, address in pages():
        assert client.get(address).status_code == sees, address
    assert client.get(reverse("admin:insight_data", args=["nps"])).status_code in ((503,) if sees == 200 else (403,))
    assert client.get(reverse("admin:insight_targets")).status_code == sets
    assert ("Explorer" in client.get(reverse("admin:index")).content.decode()) == (sees == 200)


def test_what_there_is_not_is_not_found(marketer: Client) -> None:
    assert marketer.get(reverse("admin:insight_family", args=["shoes"])).status_code == 404
    assert marketer.get(reverse("admin:insight_chart", args=["shoes"])).status_code == 404


def test_a_spark_needs_three_values_and_stays_in_its_box() -> None:
    assert spark([1, 2]) == ""
    assert spark([1, 1, 1]) == "0.0,26.0 50.0,26.0 100.0,26.0"
    assert spark([0, 5, 10]) == "0.0,26.0 50.0,14.0 100.0,2.0"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_pages_speak_chinese(language: str, marketer: Client) -> None:
    marketer.cookies["regulars_language"] = language
    page = marketer.get(reverse("admin:insight_family", args=["retention"])).content.decode()
    assert "How it is computed" not in page and "同期" in page

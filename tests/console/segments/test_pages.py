"""The pages of segments: who opens what, what they say, and how many questions they ask the database."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from regulars.audience.segments import movements, refreshed, writes
from regulars.audience.segments.models import LIST, Membership, Movement, Segment, Snapshot
from regulars.inquiries.models import Inquiry
from regulars.inquiries.testing import answer_all
from regulars.insight.measures.catalogue import SPECS
from regulars.members.reads import by_shop_id
from tests.console.segments.conftest import BUYERS, buy, make_segments
from tests.console.test_queries import asked
from tests.flow.stories import publish_live_commerce

HTMX = {"HX-Request": "true"}
GROUP = "model=rfm&days=365&group=champions"
EVERYBODY, MAKERS = "admin marketer service analyst", "admin marketer"
PAGES = {
    # page: its address, who may open it, the most queries it may ask
    "list": ("segments_segment_changelist", [], EVERYBODY, 14),
    "new": ("segments_new", [], MAKERS, 14),
    "upload": ("segments_upload", [], MAKERS, 11),
    "overlap": ("segments_overlap", [], EVERYBODY, 14),
    "compare": ("segments_compare", [], EVERYBODY, 12),
    "rfm": ("segments_rfm", [], EVERYBODY, 15),
    "clusters": ("segments_clusters", [], EVERYBODY, 15),
    "page": ("segments_page", ["often"], EVERYBODY, 24),
    "edit": ("segments_edit", ["often"], MAKERS, 15),
    "export": ("segments_export", ["often"], EVERYBODY, 20),
}


def address(page: str) -> str:
    """Where a page is."""
    name, arguments, _roles, _most = PAGES[page]
    return reverse(f"admin:{name}", args=arguments)


def fields(html: str) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = (value[1] if value else "on").replace("&quot;", '"')
    for name, inside in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"( selected)?', inside)
        found[name] = next((value for value, is_it in options if is_it), options[0][0])
    return found | dict(re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.DOTALL))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["admin", "marketer", "service", "analyst", "nobody"])
def test_each_role_opens_its_pages_and_no_other(role: str, as_role: Callable[[str], Client], programme: None) -> None:
    make_segments()
    client = as_role(role)
    got = {page: client.get(address(page)).status_code for page in PAGES}
    assert got == {page: 200 if role in roles.split() else 403 for page, (_n, _a, roles, _m) in PAGES.items()}
    posts = [
        reverse(f"admin:segments_{verb}", args=["often"]) for verb in ("refresh", "archive", "restore", "snapshot")
    ]
    codes = {client.post(place).status_code for place in posts}
    assert codes == ({302} if role in MAKERS.split() else {403})


def test_pages_ask_a_bounded_number_of_queries(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("admin")
    before = {page: len(asked(client, address(page))) for page in PAGES}
    buy(28)
    for number in range(20):
        writes.create(f"more-{number}", f"More {number}", "rule", {"all": [{"orders": {"at_least": 1}}]})
    answer_all(shop)
    after = {page: len(asked(client, address(page))) for page in PAGES}
    assert {page: (before[page], after[page]) for page in PAGES if after[page] > before[page] + 2} == {}
    assert {page: after[page] for page in PAGES if after[page] > PAGES[page][3]} == {}


def test_the_list_says_what_changed(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    html = client.get(address("list")).content.decode()
    # 6 to 12 orders: seven members; those with odd numbers drink tea
    assert [row.members_count for row in Segment.objects.order_by("key").filter(key__in=("often", "tea"))] == [7, 6]
    assert html.count("+7") == 1 and "Tea drinkers" in html
    narrowed = client.get(address("list"), {"q": "tea", "kind": "rule"}).content.decode()
    assert "Tea drinkers" in narrowed and "Champions" not in narrowed
    assert "Nothing fits" in client.get(address("list"), {"q": "zzz"}).content.decode()
    assert "Nothing fits" in client.get(address("list"), {"archived": "1"}).content.decode()


@pytest.mark.django_db
def test_without_segments_and_without_a_lake_it_is_said(as_role: Callable[[str], Client], programme: None) -> None:
    client = as_role("marketer")
    assert "No segment yet" in client.get(address("list")).content.decode()
    for page in ("rfm", "clusters"):
        assert "has not been written" in client.get(address(page)).content.decode()
    counted = client.post(reverse("admin:segments_count"), {"n:how": "all", "n-0:kind": "orders", "n-0:low": "1"})
    assert "has not been written" in counted.content.decode()
    assert "Nothing to lay side by side yet" in client.get(address("overlap")).content.decode()


def test_conditions_are_built_counted_and_saved(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    data = fields(client.get(address("new")).content.decode())
    assert data["n-0:kind"] == "orders"
    # a second condition, within a group of its own
    data = fields(client.post(address("new"), {**data, "act": "group:n"}, headers=HTMX).content.decode())
    data = fields(
        client.post(address("new"), {**data, "n-1:new": "tier", "act": "add:n-1"}, headers=HTMX).content.decode()
    )
    data |= {"n-1-0:value": "platinum, gold", "n-1:negated": "on", "n-0:low": "9", "n-0:window": "ever"}

    def counted() -> str:
        return client.post(reverse("admin:segments_count"), data).content.decode()

    assert "Counting" in counted()
    answer_all(shop)
    assert re.search(r'id="n-members">\d+<', counted())
    # nonsense is said at its condition, and nothing is counted
    data["n-0:low"] = "many"
    html = counted()
    assert re.search(r'id="e-n-0"[^>]*><p>Lower bound: ', html) and 'id="n-members"' not in html
    refused = client.post(address("new"), {**data, "name": "Nine", "save": "1"})
    assert refused.status_code == 422 and not Segment.objects.filter(name="Nine").exists()
    data["n-0:low"] = "9"
    # the same as text, and back
    text = fields(client.post(address("new"), {**data, "tab": "text"}, headers=HTMX).content.decode())
    assert text["mode"] == "text" and "not:" in text["text"] and "tier: [platinum, gold]" in text["text"]
    data = fields(client.post(address("new"), {**text, "tab": "form"}, headers=HTMX).content.decode())
    saved = client.post(address("new"), {**data, "name": "Nine or more", "save": "1"})
    row = Segment.objects.get(key="nine-or-more")
    assert saved.headers["Location"] == reverse("admin:segments_page", args=[row.key])
    assert row.definition == {"all": [{"orders": {"at_least": 9}}, {"not": {"any": [{"tier": ["platinum", "gold"]}]}}]}
    assert row.created_by is not None


def test_undo_takes_back_the_last_press(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    first = fields(client.get(address("new")).content.decode())
    more = fields(
        client.post(address("new"), {**first, "n:new": "points", "act": "add:n"}, headers=HTMX).content.decode()
    )
    assert more["n-1:kind"] == "points"
    back = fields(client.post(address("new"), {**more, "act": "undo"}, headers=HTMX).content.decode())
    assert "n-1:kind" not in back and back["n-0:low"] == first["n-0:low"]


def test_text_that_is_wrong_is_said_by_line(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    for text, said in [
        ("all:\n  - orders: {at_least: x}\n", "line 2"),
        ("all:\n  - ordres: {at_least: 1}\n", "line 2"),
        ("{{{", "line 1"),
        ("", "Write conditions"),
    ]:
        html = client.post(reverse("admin:segments_count"), {"mode": "text", "text": text}).content.decode()
        assert said in html and 'id="n-members"' not in html, text


def test_the_page_of_a_segment(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("service")
    html = client.get(address("page")).content.decode()
    assert "Say thank you." in html and "Often and tea" in html  # its note, and what names it
    assert "m-11" in html and "m-00" not in html
    found = client.get(address("page"), {"q": "m-07"}).content.decode()
    assert "m-07" in found and "m-11" not in found
    champions = client.get(reverse("admin:segments_page", args=["champions"])).content.decode()
    assert "They buy without a discount" in champions and "A proposal that comes with the group" in champions
    assert client.get(reverse("admin:segments_page", args=["nobody"])).status_code == 404


@pytest.mark.parametrize("role", ["service", "analyst"])
def test_members_as_a_file_hold_what_their_reader_may_see(
    role: str, shop: Path, as_role: Callable[[str], Client]
) -> None:
    answer: Any = as_role(role).get(address("export"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert sorted(row["Shop id"] for row in rows) == [f"m-{who:02d}" for who in range(5, BUYERS)]
    assert ("E-mail" in rows[0]) == (role == "service")


def test_who_moved_is_counted_with_the_facts(shop: Path) -> None:
    assert movements.last(["often"])["often"][1:] == (7, 0)
    writes.change(Segment.objects.get(key="often"), definition={"orders": {"at_least": 10}})
    refreshed.refresh(str(shop), ["often"])
    assert movements.last(["often"])["often"][1:] == (0, 4)
    refreshed.refresh(str(shop), ["often"])
    assert Movement.objects.filter(segment="often").count() == 2  # nobody moved: nothing is counted


def test_snapshots(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    client.post(reverse("admin:segments_snapshot", args=["often"]), {"note": "before the sale"})
    shot = Snapshot.objects.get()
    assert (shot.note, len(shot.members)) == ("before the sale", 7)
    writes.change(Segment.objects.get(key="often"), definition={"orders": {"at_least": 10}})
    refreshed.refresh(str(shop), ["often"])
    html = client.get(reverse("admin:segments_snapshots", args=["often"]), {"a": shot.pk, "b": "now"}).content.decode()
    figures = re.findall(r'class="k-figure">(\d+)<', html)
    assert figures == ["7", "3", "3", "0", "4"]  # then, now, stayed, came, went
    assert client.get(reverse("admin:segments_snapshots", args=["often"]), {"a": "99"}).status_code == 404


def test_a_list_with_its_report(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    sent = SimpleUploadedFile("list.csv", b"user_id,name\nm-01,x\nm-02,y\nm-02,y\nwho,z\n")
    html = client.post(address("upload"), {"name": "茶会", "file": sent}).content.decode()
    row = Segment.objects.get(kind=LIST)
    assert row.name == "茶会" and Membership.objects.filter(segment=row.key).count() == 2
    assert "line 5: who" in html and "line 4: m-02" in html
    again = client.post(reverse("admin:segments_upload_again", args=[row.key]), {"ids": "m-03"})
    assert again.status_code == 200
    assert list(Membership.objects.filter(segment=row.key).values_list("member_id", flat=True)) == [
        by_shop_id("m-03").pk
    ]  # type: ignore[union-attr]
    for data in (
        {"name": "None", "ids": "nobody"},
        {"name": "", "ids": "m-01"},
        {"name": "Key", "new_key": "often", "ids": "m-01"},
    ):
        assert client.post(address("upload"), data).status_code == 422
    wrong = SimpleUploadedFile("list.csv", "茶".encode("gb18030"))
    assert "UTF-8" in client.post(address("upload"), {"name": "A", "file": wrong}).content.decode()
    assert Segment.objects.filter(kind=LIST).count() == 1


def test_what_segments_share(shop: Path, as_role: Callable[[str], Client]) -> None:
    html = as_role("analyst").get(address("overlap"), {"key": ["often", "tea"]}).content.decode()
    table = re.findall(r'<td class="k-number">(\d+)</td>', html)
    # often: members 5..11; tea: 1, 3, … 11; both: 5, 7, 9, 11
    assert table == ["7", "4", "4", "6"]


def test_two_segments_on_every_measure(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    place = f"{address('compare')}?a=often&b=tea"
    assert "Being counted" in client.get(place).content.decode()
    answer_all(shop)
    html = client.get(place, headers=HTMX).content.decode()
    assert re.findall(r'class="k-figure">(\d+)<', html) == ["7", "6", "4"]
    # orders a buyer in a year: 6..12 → 9; 2, 4, … 12 → 7
    row = re.search(r"orders per buyer in a year</span></th>(.*?)</tr>", html)
    assert row and re.findall(r">([^<]+)</td>", row[1]) == ["9", "7", "−22.2%"]
    assert "Repurchase rate" in html and "The three layers of loyalty" in html and "Second order by day" in html
    page = client.get(place).content.decode()
    links = [parse_qs(query) for query in re.findall(r'explorer/\?([^"]*)"', unescape(page))]
    assert {link["measure"][0] for link in links} == set(SPECS)
    assert all(link["segment"] == ["often", "tea"] for link in links if SPECS[link["measure"][0]].cut)
    # the same cut as the explorer asks it has these two groups and no other
    chart = (
        f"{reverse('admin:insight_chart', args=['purchase_frequency'])}?by=segment&segment=often&segment=tea&unit=month"
    )
    client.get(chart, headers=HTMX)
    answer_all(shop)
    asked_for = Inquiry.objects.filter(name="insight.purchase_frequency").latest("id").result
    assert {row[asked_for["columns"].index("group")] for row in asked_for["rows"]} == {"often", "tea"}
    assert "Choose two different segments" in client.get(f"{address('compare')}?a=often&b=often").content.decode()
    assert client.get(f"{address('compare')}?a=often&b=nobody").status_code == 404


def test_an_archived_segment_comes_back_into_use(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")

    def of(page: str) -> str:
        return reverse(f"admin:segments_{page}", args=["both"])

    place = of("page")
    assert "Take back into use" not in client.get(place).content.decode()
    client.post(of("archive"))
    html = client.get(place).content.decode()
    assert "Take back into use" in html and "Take a snapshot" not in html and "Compare with another" not in html
    client.post(of("snapshot"))
    assert not Snapshot.objects.exists()
    html = client.post(of("restore"), follow=True).content.decode()
    assert "is in use again" in html and "Take back into use" not in html
    refreshed.refresh(str(shop))
    assert Segment.objects.get(key="both").members_count == 4


@pytest.mark.parametrize("days", ["9" * 5000, "²", "-1", ""])
def test_a_window_that_is_none_is_the_year(shop: Path, as_role: Callable[[str], Client], days: str) -> None:
    assert as_role("analyst").get(address("rfm"), {"days": days}).context["days"] == 365


def test_rfm_from_the_grid_to_a_segment_to_its_members(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    assert "Being counted" in client.get(address("rfm")).content.decode()
    answer_all(shop)
    html = client.get(address("rfm")).content.decode()
    assert "What a score says" in html
    spec = re.search(r'id="spec-grid" type="application/json">(.*?)</script>', html)
    assert spec is not None
    cells = json.loads(spec[1])["chart"]["data"]["values"]
    assert sum(cell["members"] for cell in cells) == BUYERS
    cell = max(cells, key=lambda one: (one["members"], one["r"]))
    client.get(cell["address"])
    answer_all(shop)
    page = client.get(cell["address"]).content.decode()
    assert re.findall(r'class="k-figure">(\d+)<', page) == [str(cell["members"])]
    saved = client.post(cell["address"], {"name": "A corner"})
    row = Segment.objects.get(key="a-corner")
    assert saved.status_code == 302 and row.definition["cell"] == {"r": cell["r"], "fm": cell["fm"]}
    refreshed.refresh(str(shop), ["a-corner"])
    assert Membership.objects.filter(segment="a-corner").count() == cell["members"]


def test_too_few_buyers_for_a_model_is_said(shop: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    client.get(address("clusters"))
    answer_all(shop)
    html = client.get(address("clusters")).content.decode()
    assert f"{BUYERS} members have bought so far" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["", "measure=retention", "measure=retention&cell={nonsense", "measure=retention&cell=[1]",
     "measure=x&cell=%22a%22", "measure=x&params=[]&cell={%22n%22:1}"],
)  # fmt: skip
def test_what_is_no_cell_is_not_found(query: str, as_role: Callable[[str], Client]) -> None:
    publish_live_commerce()
    assert as_role("analyst").get(f"{reverse('admin:insight_behind')}?{query}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "model=rfm", "model=rfm&group=kings", "model=rfm&r=9", "model=x&group=1", "model=clusters&group=1"]
)
def test_what_is_no_group_is_not_found(query: str, as_role: Callable[[str], Client]) -> None:
    publish_live_commerce()
    assert as_role("analyst").get(f"{reverse('admin:segments_group')}?{query}").status_code == 404

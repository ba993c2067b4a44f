"""The pages of offers: what they show, to whom, and with how many questions to the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regulars.offers import writes
from regulars.offers.edit import entries
from regulars.offers.models import Use, Version
from tests.console.offers.conftest import TEXT

LIST = "admin:offers_list"


@pytest.fixture
def marketer(as_role: Callable[[str], Client]) -> Client:
    """A marketer's browser."""
    return as_role("marketer")


def said(client: Client, name: str, *args: object, **query: str) -> str:
    """The page."""
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_before_the_first_offer_the_list_leads_to_it(marketer: Client, programme: None) -> None:
    page = said(marketer, LIST)
    assert "Make the first offer" in page
    assert reverse("admin:offers_new") in page
    assert "Flash sale" in said(marketer, "admin:offers_new")


def test_the_list_says_each_offer_in_words_with_its_use(marketer: Client, published: Version) -> None:
    Use.objects.create(offer="flash-oolong", units=40, times=25, amount_minor=120_050)
    Use.objects.create(offer="live-room-only", units=9, times=9, amount_minor=500_000)
    page = said(marketer, LIST)
    for words in (
        "¥39.90 each for the product oolong-500.",
        "60 of 100 left",
        "25 times",
        "¥1,200.50",
        "budget spent",
        "¥0 of ¥5,000 left",
        "Not used yet",
        "For members of the tiers Gold, Platinum, Diamond.",
    ):
        assert words in page, words
    chinese = marketer.get(reverse(LIST), headers={"accept-language": "zh-hans"}).content.decode()
    assert "oolong-500" in chinese
    assert "¥39.90 each" not in chinese


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"q": "teapot"}, {"gold-price", "set-for-two"}),
        ({"q": "FREE delivery"}, {"delivery-for-platinum"}),
        ({"state": "spent"}, {"live-room-only"}),
        ({"state": "coming"}, {"flash-oolong"}),
        ({"kind": "coupons"}, {"welcome-20", "birthday-30", "mooncake-50", "tea-9"}),
        ({"kind": "coupons", "q": "mooncake"}, {"mooncake-50"}),
        ({"q": "no such thing"}, set()),
    ],
)
def test_search_and_filters(query: dict[str, str], keys: set[str], marketer: Client, programme: None) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    writes.apply(TEXT.replace("2026-12-08T2", f"{tomorrow:%Y-%m-%d}T2"))
    Use.objects.create(offer="live-room-only", units=9, times=9, amount_minor=500_000)
    answer = marketer.get(reverse(LIST), query)
    assert {row.words.key for row in answer.context["page"]} == keys


@pytest.mark.parametrize(
    ("role", "sees", "publishes"),
    [
        ("admin", True, True),
        ("marketer", True, True),
        ("service", True, False),
        ("analyst", True, False),
        ("nobody", False, False),
    ],
)
def test_who_may_see_and_who_may_publish(
    role: str, sees: bool, publishes: bool, as_role: Callable[[str], Client], published: Version
) -> None:
    client = as_role(role)
    seen = {
        LIST: [],
        "admin:offers_offer": ["steps"],
        "admin:offers_calendar": [],
        "admin:offers_version_changelist": [],
        "admin:offers_version_change": [published.pk],
        "admin:offers_version_file": [published.pk],
    }
    for name, args in seen.items():
        assert (client.get(reverse(name, args=args)).status_code == 200) == sees, name
    changed = {
        "admin:offers_new": [],
        "admin:offers_new_from": ["gift"],
        "admin:offers_edit": ["steps"],
        "admin:offers_copy": ["steps"],
        "admin:offers_close": ["steps", "end"],
        "admin:offers_version_add": [],
    }
    for name, args in changed.items():
        assert (client.get(reverse(name, args=args)).status_code == 200) == publishes, name
    if sees:
        assert ("New offer" in said(client, LIST)) == publishes
        assert (
            reverse("admin:offers_edit", args=["steps"]) in said(client, "admin:offers_offer", "steps")
        ) == publishes


MOST = {
    # page: the most queries it may ask, session and person included
    (LIST,): 14,
    ("admin:offers_offer", "steps"): 15,
    ("admin:offers_calendar",): 14,
    ("admin:offers_new",): 12,
    ("admin:offers_new_from", "flash-sale"): 13,
    ("admin:offers_edit", "steps"): 14,
    ("admin:offers_version_changelist",): 14,
}


@pytest.mark.parametrize(("page", "most"), list(MOST.items()), ids=str)
def test_pages_ask_a_bounded_number_of_queries(
    page: tuple[str, ...], most: int, marketer: Client, published: Version
) -> None:
    asked = []
    for _more in range(2):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            said(marketer, page[0], *page[1:])
        asked.append(len(queries))
        more = "".join(f"  - {{key: more-{n}, kind: percent, off_percent: 5, stock: 9}}\n" for n in range(30))
        writes.apply(TEXT.replace("\noffers:\n", f"\noffers:\n{more}"))
    assert asked[1] <= asked[0] + 1, [query["sql"][:90] for query in queries.captured_queries]
    assert max(asked) <= most, [query["sql"][:90] for query in queries.captured_queries]


def test_a_version_reads_in_words_and_shows_what_changed(marketer: Client, published: Version) -> None:
    second = writes.apply(TEXT.replace("price: 88.00", "price: 77.00"), note="Cheaper teapots")
    answer = marketer.get(reverse("admin:offers_version_change", args=[second.pk]))
    page = answer.content.decode()
    assert [str(change) for change in answer.context["changes"]] == ["offers.gold-price.price: 88 → 77"]
    for words in (
        "Prices hold the tax.",
        "¥77 each for the product teapot.",
        "Cheaper teapots",
        "coupons: all of them",
    ):
        assert words in page, words
    file = marketer.get(reverse("admin:offers_version_file", args=[second.pk]))
    assert file.content.decode() == second.text


def test_a_file_is_checked_with_its_lines_then_published(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_version_add")
    bad = TEXT.replace("price: 88.00", "price: -1")
    line = next(n for n, row in enumerate(bad.splitlines(), 1) if "price: -1" in row)
    page = marketer.post(address, {"text": bad, "check": ""}).content.decode()
    assert f"line {line}" in page
    assert 'name="apply"' not in page
    good = TEXT.replace("price: 88.00", "price: 77.00")
    answer = marketer.post(address, {"text": good, "check": ""})
    assert [str(change) for change in answer.context["changes"]] == ["offers.gold-price.price: 88 → 77"]
    upload = SimpleUploadedFile("o.yaml", good.encode())
    marketer.post(address, {"file": upload, "note": "by file", "began": published.pk, "apply": ""})
    newest = Version.objects.latest("pk")
    assert (newest.text, newest.note, newest.applied_by and newest.applied_by.username) == (
        good,
        "by file",
        "marketer-person",
    )


def test_a_file_made_from_an_older_version_is_not_published_over_the_newer(
    marketer: Client, published: Version
) -> None:
    other = writes.apply(TEXT.replace("price: 88.00", "price: 77.00"))
    mine = TEXT.replace("stock: 500", "stock: 400")
    answer = marketer.post(reverse("admin:offers_version_add"), {"text": mine, "began": published.pk, "apply": ""})
    assert Version.objects.latest("pk") == other
    page = answer.content.decode()
    assert "Somebody has published another version meanwhile." in page
    assert {str(change) for change in answer.context["changes"]} == {
        "offers.gold-price.price: 77 → 88",
        "offers.gift-caddy.stock: 500 → 400",
    }


def test_ending_and_taking_out(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_close", args=["steps", "end"])
    asked = marketer.get(address)
    assert "+ offers.steps.valid" in [str(change)[:20] for change in asked.context["draft"].changes]
    marketer.post(address, {"began": published.pk, "at": asked.context["at"]})
    now = entries(Version.objects.latest("pk").text, "offers")
    assert list(now["steps"]["valid"]) == ["until"]
    assert "over" in said(marketer, "admin:offers_offer", "steps")
    newest = Version.objects.latest("pk")
    marketer.post(reverse("admin:offers_close", args=["steps", "remove"]), {"began": newest.pk})
    left = Version.objects.latest("pk").text
    assert "steps" not in entries(left, "offers")
    assert "# of the order" in left


def test_the_calendar_shows_the_month(marketer: Client, published: Version) -> None:
    Version.objects.filter(pk=published.pk).update(effective_at=datetime(2026, 1, 1, tzinfo=UTC))
    answer = marketer.get(reverse("admin:offers_calendar"), {"month": "2026-12"})
    page = answer.content.decode()
    assert "December 2026" in page
    rows = {row.key: row for row in answer.context["rows"]}
    assert rows["flash-oolong"].words == ["8 Dec 2026"]
    assert [cell.days for cell in rows["flash-oolong"].cells] == [7, 1, 23]
    assert rows["steps"].whole
    assert answer.context["rows"][0].key == "flash-oolong"
    assert all(sum(cell.days for cell in row.cells) == 31 for row in answer.context["rows"])
    assert "flash-oolong" not in {
        row.key for row in marketer.get(reverse("admin:offers_calendar"), {"month": "2026-11"}).context["rows"]
    }
    assert marketer.get(reverse("admin:offers_calendar"), {"month": "nonsense"}).status_code == 200

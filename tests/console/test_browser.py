"""The console in a real browser: the way through it, the keyboard, and what axe finds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from regulars.events.models import Event, Refusal
from regulars.events.readers import run_all
from regulars.flow import intake
from regulars.programmes.models import Version
from regulars.tiers.models import Standing
from tests.axe import serious
from tests.clipboard import clipboard, forget_what_was_copied
from tests.console.conftest import PASSWORD, make_person
from tests.console.test_quarantine import an_order
from tests.events.conftest import wait_for_older_transactions
from tests.flow.stories import Customer, everybody, publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def shop(live_server: Any) -> str:
    """A shop with five customers and an event in quarantine. Its address."""
    publish_live_commerce()
    everybody()
    intake.take([an_order(products=[{"product_id": "tea", "price": "-3.50", "quantity": 1}])], intake.reader("web"))
    wait_for_older_transactions()
    run_all()
    return str(live_server.url)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the pages' scripts complained of; nothing, at the end of the test."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    yield found
    assert found == []


def sign_in(page: Page, shop: str, role: str, language: str = "en") -> None:
    """Come in at the door, as people do."""
    make_person(role)
    page.context.add_cookies([{"name": "regulars_language", "value": language, "url": shop}])
    page.goto(f"{shop}{reverse('admin:login')}")
    page.fill("#id_username", f"{role}-person")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{shop}{reverse('admin:index')}")


def test_from_home_to_a_member_adjust_and_see_it_in_the_history(page: Page, shop: str, complaints: list[str]) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "service")
    expect(page.get_by_role("heading", name="How is the club doing today?")).to_be_visible()
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    tiers = page.get_by_role("group", name="Save this chart: Members by tier")
    with page.expect_download() as taken:
        tiers.get_by_role("button", name="CSV").click()
    assert taken.value.suggested_filename == "tiers.csv"
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == ["key", "tier", "members"]
    assert {row["tier"]: int(row["members"]) for row in rows}["Gold"] == Standing.objects.filter(level="gold").count()
    with page.expect_download() as taken:
        tiers.get_by_role("button", name="PNG").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"\x89PNG")
    page.get_by_role("link", name="All members").click()
    page.wait_for_url(re.compile(reverse("admin:members_member_changelist")))
    page.get_by_role("textbox").fill("gold")
    page.keyboard.press("Enter")
    # The list before the search has the same link: pressed there, the arriving search would take the press back.
    page.wait_for_url(re.compile(r"\?q=gold"))
    page.locator("#result_list").get_by_role("link", name="gold").click()
    expect(page.locator("h1").get_by_text("gold", exact=False).first).to_be_visible()

    page.get_by_role("link", name="Adjust points").click()
    page.get_by_label("Points", exact=True).fill("75")
    page.get_by_label("Reason").fill("Parcel came late")
    page.get_by_role("button", name="Adjust").click()

    expect(page.get_by_text("The points are adjusted.")).to_be_visible()
    newest = page.locator(".k-entries").first.locator("li").first
    expect(newest).to_contain_text("Parcel came late")
    expect(newest).to_contain_text("+75")


def test_mending_an_event_in_quarantine(page: Page, shop: str, complaints: list[str]) -> None:
    sign_in(page, shop, "service")
    page.get_by_role("link", name="Open the quarantine").click()
    page.get_by_role("link", name=re.compile("Order Completed")).click()
    expect(page.locator("mark")).to_have_text('"-3.50"')
    page.wait_for_load_state()  # the script that checks what is typed has run
    box = page.get_by_label("The corrected event")
    mended = box.input_value().replace('"-3.50"', '"3.50"')
    box.fill(mended + ",")
    expect(page.locator("#json-says")).to_contain_text("Not JSON yet")
    box.fill(mended)
    expect(page.locator("#json-says")).to_have_text("This is JSON.")
    page.get_by_role("button", name="Mend and send again").click()
    expect(page.get_by_text(re.compile("Mended and taken in as event"))).to_be_visible()
    assert Refusal.objects.get().state == Refusal.MENDED
    assert Event.objects.filter(order_id="A-1", fact=False).exists()


def test_publishing_a_programme(page: Page, shop: str, complaints: list[str]) -> None:
    sign_in(page, shop, "marketer")
    page.get_by_role("link", name="Programme", exact=True).click()
    page.locator("#result_list tbody th a").click()
    page.get_by_role("link", name="New version").click()
    box = page.get_by_label("The file", exact=True)
    box.fill(box.input_value().replace("from: 2000", "from: 300"))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text(re.compile("must be above")).first).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    box.fill(box.input_value().replace("from: 300", "from: 2500"))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("ins", has_text="2500")).to_be_visible()
    page.get_by_label("Note").fill("A higher gold")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text(re.compile(r"Version \d+ is published"))).to_be_visible()
    expect(page.get_by_text("A higher gold")).to_be_visible()
    assert Version.objects.count() == 2


def test_a_problem_leads_to_its_line_in_the_box(page: Page, shop: str, complaints: list[str]) -> None:
    sign_in(page, shop, "marketer", "zh-hans")
    page.goto(f"{shop}{reverse('admin:programmes_version_add')}")
    box = page.locator("#id_text")
    box.fill(box.input_value().replace("from: 2000", "from: 300"))
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_text("必须高于 500（上一级）")).to_be_visible()
    page.wait_for_load_state()  # the script that finds the line has run
    page.get_by_role("button", name=re.compile(r"第 \d+ 行")).click()
    chosen = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen.strip() == "from: 300"


@pytest.mark.parametrize("refused", [False, True])
def test_a_file_is_copied_also_where_the_clipboard_is_refused(
    refused: bool, page: Page, shop: str, complaints: list[str]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if refused:
        page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'));")
    sign_in(page, shop, "marketer")
    version = Version.objects.get()
    page.goto(f"{shop}{reverse('admin:programmes_version_change', args=[version.pk])}")
    page.wait_for_load_state()
    forget_what_was_copied(page)
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).strip() == version.text.strip()


def test_nothing_inline_runs_in_the_console(page: Page, shop: str) -> None:
    sign_in(page, shop, "admin")
    page.evaluate(
        """() => {
            window.refused = [];
            document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    page.wait_for_function("refused.length > 0")
    assert page.evaluate("[refused, window.ran ?? false]") == [["script-src-elem"], False]


def test_what_narrows_a_list_stands_above_it_and_can_be_taken_away(
    page: Page, shop: str, complaints: list[str]
) -> None:
    sign_in(page, shop, "analyst")
    page.goto(f"{shop}{reverse('admin:members_member_changelist')}?tier=gold")
    filters = page.get_by_role("button", name="Filters")
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("link", name="Tier: Gold").click()
    expect(page.get_by_text("5 in all")).to_be_visible()


def test_the_language_is_one_press_away(page: Page, shop: str, complaints: list[str]) -> None:
    sign_in(page, shop, "analyst")
    page.get_by_label("Language").select_option("zh-hans")
    expect(page.get_by_role("heading", name="今天的会员运营情况")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_label("语言").select_option("zh-hant")
    expect(page.get_by_role("heading", name="今天的會員營運情況")).to_be_visible()


def test_older_entries_come_without_leaving_the_page(page: Page, shop: str, complaints: list[str]) -> None:
    c = Customer("busy")
    for day in range(40, 0, -1):
        c.orders_for(day, ("Tea", "tea", "10.00"))
    sign_in(page, shop, "service")
    page.goto(f"{shop}{reverse('admin:members_member_change', args=[c.member_id])}")
    entries = page.locator(".k-entries").first.locator("li:not(.k-more)")
    before = entries.count()
    page.get_by_role("button", name="Older entries").click()
    expect(entries).to_have_count(2 * before)
    expect(entries.last).to_be_visible()


def test_the_phones_menu_opens_by_keyboard(page: Page, shop: str, complaints: list[str]) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(page, shop, "service")
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Members", exact=True)
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(reverse("admin:members_member_changelist")))
    filters = page.get_by_role("button", name="Filters")
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Gold").or_(page.get_by_text("Gold", exact=True)).first).to_be_visible()


@pytest.mark.parametrize(("size", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_axe_finds_nothing_serious(size: dict[str, int], language: str, page: Page, shop: str) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{shop}{reverse('admin:login')}")
    found = {"login": serious(page)}
    sign_in(page, shop, "admin", language)
    member = Customer("gold").member_id
    places = {
        "today": reverse("admin:index"),
        "members": reverse("admin:members_member_changelist"),
        "member": reverse("admin:members_member_change", args=[member]),
        "adjust": reverse("admin:member_adjust", args=[member]),
        "versions": reverse("admin:programmes_version_changelist"),
        "version": reverse("admin:programmes_version_change", args=[Version.objects.get().pk]),
        "new version": reverse("admin:programmes_version_add"),
        "points owed": reverse("admin:points_balance_changelist"),
        "event log": reverse("admin:events_event_changelist"),
        "event": reverse("admin:events_event_change", args=[Event.objects.earliest("pk").pk]),
        "quarantine": reverse("admin:events_refusal_changelist"),
        "refusal": reverse("admin:events_refusal_change", args=[Refusal.objects.get().pk]),
        "api keys": reverse("admin:api_key_changelist"),
        "new key": reverse("admin:api_key_add"),
        "users": reverse("admin:auth_user_changelist"),
        "user": reverse("admin:auth_user_add"),
    }
    for name, place in places.items():
        page.goto(f"{shop}{place}")
        page.wait_for_function("[...document.querySelectorAll('[data-chart]')].every((chart) => chart.dataset.drawn)")
        found[name] = serious(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide}px"
    assert {name: problems for name, problems in found.items() if problems} == {}

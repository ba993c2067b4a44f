"""Two operators in two real browsers, at one draft at the same time: both edits land, or both are shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from regulars.programmes import drafts
from regulars.programmes.models import Draft, Edit
from tests.axe import serious
from tests.console.test_browser import sign_in
from tests.flow.stories import publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(live_server: Any) -> Draft:
    publish_live_commerce()
    version = drafts.newest()
    assert version is not None
    return drafts.begin(User.objects.create_user("author"), "Spring", version.text, version)


def at_desk(browser: Browser, shop: str, role: str) -> Page:
    """Somebody at a browser of their own, signed in."""
    page = browser.new_context(locale="en-US").new_page()
    sign_in(page, shop, role)
    return page


def keep(page: Page) -> None:
    page.click("form.k-form button.k-button-main")
    page.wait_for_load_state()


def test_both_edits_land_or_both_are_shown(browser: Browser, live_server: Any, draft: Draft) -> None:
    shop = str(live_server.url)
    ada, bo = at_desk(browser, shop, "admin"), at_desk(browser, shop, "marketer")
    review, purchase = (
        f"{shop}{reverse('admin:studio_entry', args=[draft.pk, 'earn', key])}" for key in ("review", "purchase")
    )

    # both have the draft open, and change different rules: the second to keep theirs keeps the first's too
    ada.goto(review)
    bo.goto(purchase)
    ada.fill("[name=points]", "25")
    keep(ada)
    bo.fill("[name=rate_points]", "2")
    keep(bo)
    expect(bo.get_by_text("both edits are in it now")).to_be_visible()
    draft.refresh_from_db()
    assert "points: 25\n" in draft.text
    assert "rate: {points: 2, per: 1.00}" in draft.text
    assert drafts.newest().text != draft.text  # type: ignore[union-attr]

    # both change the same rule: the second is shown both, and the draft is the first's until they say
    ada.goto(review)
    bo.goto(review)
    ada.fill("[name=points]", "31")
    keep(ada)
    bo.fill("[name=points]", "41")
    keep(bo)
    expect(bo.get_by_role("alert")).to_contain_text("Nothing is lost: both are below.")
    expect(bo.get_by_role("alert")).to_contain_text("earn.review")
    expect(bo.get_by_role("region", name="What you changed")).to_contain_text("41")
    expect(bo.get_by_role("region", name="admin-person changed")).to_contain_text("31")
    mine, theirs = bo.get_by_label("Yours", exact=True), bo.get_by_label("Theirs, as it is now")
    assert "points: 41\n" in mine.input_value() and "points: 31\n" not in mine.input_value()
    assert "points: 31\n" in theirs.input_value()
    assert serious(bo) == []
    draft.refresh_from_db()
    assert "points: 31\n" in draft.text

    # she keeps hers, with what she put in of theirs
    mine.fill(mine.input_value().replace("points: 41\n", "points: 36\n"))
    bo.get_by_role("button", name="Keep the text on the left").click()
    bo.wait_for_load_state()
    draft.refresh_from_db()
    assert "points: 36\n" in draft.text and "rate: {points: 2, per: 1.00}" in draft.text

    # every text that anybody kept is still there
    kept = Edit.objects.filter(draft=draft).order_by("revision").values_list("text", flat=True)
    said = [text.partition("- key: review\n")[2].partition("at_most")[0].split("points: ")[-1].strip() for text in kept]
    assert said == ["20", "25", "25", "31", "36"]


def test_two_in_the_file_at_once(browser: Browser, live_server: Any, draft: Draft) -> None:
    """The same in the file as it is written: comments and settings of both."""
    shop = str(live_server.url)
    ada, bo = at_desk(browser, shop, "admin"), at_desk(browser, shop, "marketer")
    for page in (ada, bo):
        page.goto(f"{shop}{reverse('admin:studio_file', args=[draft.pk])}")
    box = ada.locator("#id_text")
    box.fill(box.input_value().replace("from: 2000", "from: 2500   # asked for by the owner"))
    keep(ada)
    box = bo.locator("#id_text")
    box.fill(box.input_value().replace("after_months: 12", "after_months: 18"))
    keep(bo)
    draft.refresh_from_db()
    assert "from: 2500   # asked for by the owner" in draft.text
    assert "after_months: 18" in draft.text

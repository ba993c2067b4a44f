"""From a cell of a chart to its members, to a segment that keeps them, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from regulars.audience.segments import refreshed
from regulars.audience.segments.models import CELL, Segment
from regulars.members.models import Membership
from tests.console.test_browser import DESK, complaints, sign_in
from tests.console.test_insight_browser import shop

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["complaints", "shop"]


def split_cell(table: Locator) -> tuple[Locator, int]:
    """A later period of a cohort in which some came back and some did not: its link, and how many came back."""
    for row in table.locator("tbody tr").all():
        size = int(row.locator("td").first.inner_text())
        for cell in row.locator("td").all()[2:]:
            percent = int(cell.inner_text().rstrip("…").rstrip("%"))
            if 0 < percent < 100:
                count = round(percent * size / 100)
                assert abs(100 * count / size - percent) <= 0.5
                return cell.get_by_role("link"), count
    raise AssertionError("every cohort came back wholly or not at all")


def member_links(found: Locator) -> set[str]:
    """The addresses of the members named there."""
    return {str(link.get_attribute("href")) for link in found.get_by_role("link").all()}


def test_a_cohorts_cell_becomes_a_segment_of_its_members(
    page: Page, shop: str, tmp_path: Path, complaints: list[str]
) -> None:
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer")
    page.get_by_role("link", name="Insight", exact=True).click()
    page.goto(shop + reverse("admin:insight_family", args=["retention"]))
    table = page.locator("#retention table.i-pivot")
    expect(table).to_be_visible()
    cell, count = split_cell(table)
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**behind/**")
    expect(page.locator("#answer .k-figure")).to_have_text(str(count))
    behind = member_links(page.locator(".g-sample"))
    assert len(behind) == count

    page.get_by_role("textbox", name="Name").fill("Came back")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The segment is saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Came back")).to_be_visible()
    row = Segment.objects.get(key="came-back")
    assert (row.kind, row.definition["measure"]) == (CELL, "retention")
    refreshed.refresh(str(tmp_path), ["came-back"])  # what the job does that saving asked for
    page.reload()
    expect(page.locator("#members tbody tr")).to_have_count(count)
    assert member_links(page.locator("#members tbody")) == behind


def test_a_cell_among_members_of_a_segment(page: Page, shop: str, tmp_path: Path, complaints: list[str]) -> None:
    """The filter by segment goes with the cell, into its count and into the segment made of it."""
    said: dict[str, Any] = {"all": [{"orders": {"at_least": 1, "where": {"line.category": ["electronics"]}}}]}
    Segment.objects.create(key="electric", name="Electric", kind="rule", definition=said)
    refreshed.refresh(str(tmp_path), ["electric"])
    electric = set(Membership.objects.filter(segment="electric").values_list("member_id", flat=True))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    sign_in(page, shop, "marketer")
    page.goto(shop + reverse("admin:insight_explorer") + "?measure=retention&segment=electric")
    table = page.locator("table.i-pivot")
    expect(table).to_be_visible()
    first = table.locator("tbody tr").first.locator("td").first
    count = int(first.inner_text())
    first.get_by_role("link").click()
    page.wait_for_url("**behind/**")
    expect(page.locator("#answer .k-figure")).to_have_text(str(count))
    page.get_by_role("textbox", name="Name").fill("Electric cohort")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The segment is saved.")).to_be_visible()
    [made] = refreshed.refresh(str(tmp_path), ["electric-cohort"])
    assert made.problem == ""
    kept = set(Membership.objects.filter(segment="electric-cohort").values_list("member_id", flat=True))
    assert len(kept) == count and kept <= electric

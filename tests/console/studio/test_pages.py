"""The studio's pages: a draft as form and file, two people at once, trying, approving, publishing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from regulars.insight.rehearsals.server import Room, _answer
from regulars.programmes import drafts, rehearsals, writes
from regulars.programmes.models import Draft, Rehearsal, Version
from tests.console.conftest import make_person
from tests.flow.stories import everybody

TEXT = """\
programme: tea-house   # our first
name: {en: Tea House}
currency: CNY
time_zone: Asia/Shanghai

points:
  points:
    name: {en: points, zh-Hans: 积分}
    worth: {points: 100, amount: 1.00}   # a cent each
    expires: {after_months: 12, at_end_of: month}
  growth:
    name: {en: growth}
    spendable: false

tiers:
  measure: spending
  window: {rolling_days: 365}
  levels:
    - key: gold            # most of them
      from: 100
      name: {en: Gold}
    - key: platinum
      from: 500
      name: {en: Platinum}
      earns_times: 1.5

earn:
  # what everybody knows
  - key: purchase
    name: {en: Shopping}
    when: Order Completed
    rate: {points: 1, per: 1.00}         # plain
    times: tier
  - key: tea-month
    when: Order Completed
    where: {line.category: [tea, coffee], total: {at_least: 100}}
    for: {member.tier: gold}
    rate: {points: 1, per: 1.00}
    valid: {from: 2026-12-01, until: 2027-01-01}
    at_most: {points: 500, per: month}
"""


@pytest.fixture
def ada(db: None, as_role: Callable[[str], Client]) -> Client:
    return as_role("admin")


@pytest.fixture
def draft(ada: Client) -> Draft:
    version = writes.apply(TEXT)
    ada.post(reverse("admin:studio_list"), {"name": "Spring", "from": f"version:{version.pk}"})
    return Draft.objects.get()


def fields(client: Client, address: str) -> dict[str, Any]:
    """What the form at an address would send as it stands."""
    context = client.get(address).context
    found = context["entry"]
    out: dict[str, Any] = {"revision": context["revision"]}
    for bound in found.form:
        out[bound.html_name] = bound.value()
    for rows in found.rows:
        for bound in [*rows.set.management_form, *(field for row in rows.set for field in row)]:
            out[bound.html_name] = bound.value()
    return {name: _as_posted(value) for name, value in out.items() if value is not None and value is not False}


def _as_posted(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def entry(draft: Draft, section: str, key: str = "") -> str:
    if key:
        return reverse("admin:studio_entry", args=[draft.pk, section, key])
    return reverse("admin:studio_section", args=[draft.pk, section])


@pytest.mark.parametrize(
    ("section", "key"),
    [("general", ""), ("points", "points"), ("points", "growth"), ("tiers", ""), ("earn", "purchase"),
     ("earn", "tea-month")],
)  # fmt: skip
def test_a_form_that_nobody_changed_changes_no_letter(ada: Client, draft: Draft, section: str, key: str) -> None:
    address = entry(draft, section, key)
    answer = ada.post(address, fields(ada, address))
    assert answer.status_code == 302, answer.context["entry"].form.errors
    draft.refresh_from_db()
    assert (draft.text, draft.revision) == (TEXT, 1)


@pytest.mark.parametrize(
    ("section", "key", "changed", "old", "new"),
    [
        ("earn", "purchase", {"rate_points": "1.5"}, "rate: {points: 1, per: 1.00}         # plain",
         "rate: {points: 1.5, per: 1.00}       # plain"),
        ("earn", "tea-month", {"cap_points": "300"}, "{points: 500, per: month}", "{points: 300, per: month}"),
        ("earn", "tea-month", {"where-1-value": "120"}, "total: {at_least: 100}", "total: {at_least: 120}"),
        ("tiers", "", {"level-0-from_": "150"}, "      from: 100\n", "      from: 150\n"),
        ("points", "points", {"after_months": "24"}, "after_months: 12", "after_months: 24"),
        ("general", "", {"name_en": "Tea Club"}, "name: {en: Tea House}", "name: {en: Tea Club}"),
    ],
)  # fmt: skip
def test_a_field_changes_its_setting_and_comments_stay(
    ada: Client, draft: Draft, section: str, key: str, changed: dict[str, str], old: str, new: str
) -> None:
    address = entry(draft, section, key)
    assert ada.post(address, fields(ada, address) | changed).status_code == 302
    draft.refresh_from_db()
    assert draft.text == TEXT.replace(old, new, 1)


def test_a_new_rule_from_a_template_and_gone_again(ada: Client, draft: Draft) -> None:
    address = f"{entry(draft, 'earn')}?template=review"
    assert ada.post(address, fields(ada, address)).status_code == 302
    draft.refresh_from_db()
    assert "- key: review" in draft.text and draft.text.startswith(TEXT.rstrip("\n"))
    ada.post(entry(draft, "earn", "review"), {"revision": draft.revision, "remove": ""})
    draft.refresh_from_db()
    assert draft.text == TEXT


def test_a_problem_is_told_at_its_field_and_nothing_is_kept(ada: Client, draft: Draft) -> None:
    address = entry(draft, "tiers")
    page = ada.post(address, fields(ada, address) | {"level-1-from_": "50"})
    assert page.status_code == 200
    assert "must be above 100" in str(page.context["entry"].rows[0].set[1].errors["from_"])
    draft.refresh_from_db()
    assert draft.revision == 1
    ada.post(address, fields(ada, address) | {"level-1-from_": "50", "anyway": "on"})
    page = ada.get(reverse("admin:studio_form", args=[draft.pk]))
    assert page.context["checked"].errors[0].path_text == "tiers.levels[1].from"


def test_the_file_keeps_whatever_is_in_it_and_tells_the_lines(ada: Client, draft: Draft) -> None:
    address = reverse("admin:studio_file", args=[draft.pk])
    broken = TEXT.replace("currency: CNY", "currency: [CNY")
    ada.post(address, {"revision": 1, "text": broken})
    page = ada.get(address)
    assert page.context["checked"].errors[0].line == 3
    assert "cannot be read" in ada.get(reverse("admin:studio_form", args=[draft.pk])).content.decode()
    ada.post(reverse("admin:studio_undo", args=[draft.pk]), {"revision": 2})
    draft.refresh_from_db()
    assert draft.text == TEXT


def test_two_operators_at_once(ada: Client, draft: Draft, as_role: Callable[[str], Client]) -> None:
    bo = as_role("marketer")
    rule, tiers = entry(draft, "earn", "purchase"), entry(draft, "tiers")
    of_ada, of_bo, of_late = fields(ada, rule), fields(bo, tiers), fields(bo, rule)
    ada.post(rule, of_ada | {"rate_points": "2"})
    bo.post(tiers, of_bo | {"level-0-from_": "150"})
    draft.refresh_from_db()
    assert "{points: 2, per: 1.00}" in draft.text and "from: 150" in draft.text
    page = bo.post(rule, of_late | {"rate_points": "3"})
    assert page.status_code == 409
    said = page.content.decode()
    assert "earn.purchase" in said and "{points: 3, per: 1.00}" in said and "{points: 2, per: 1.00}" in said
    assert page.context["revision"] == 3


def test_approval_by_a_second_person(
    ada: Client, draft: Draft, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, programme_approval="two"))
    bo, address = as_role("marketer"), reverse("admin:studio_publish", args=[draft.pk])
    drafts.save(draft.pk, 1, TEXT.replace("points: 1, per", "points: 2, per", 1), draft.author)
    at = {"revision": 2}
    ada.post(address, at | {"publish": ""})
    ada.post(address, at | {"ask": "", "effective_at": "2030-01-01T00:00", "note": "more"})
    ada.post(address, at | {"approve": ""})
    draft.refresh_from_db()
    assert (draft.state, Version.objects.count()) == (Draft.ASKED, 1)
    assert "somebody else must approve it" in ada.get(address).content.decode()
    bo.post(address, at | {"approve": ""})
    ada.post(address, at | {"publish": "", "effective_at": "2030-01-01T00:00", "note": "more"})
    version = Version.objects.latest("pk")
    assert version.effective_at is not None
    assert (version.note, version.effective_at.isoformat()) == ("more", "2029-12-31T16:00:00+00:00")
    text = TEXT.replace("points: 1, per", "points: 3, per", 1)
    page = ada.post(reverse("admin:programmes_version_add"), {"text": text, "apply": "", "began": version.pk})
    assert "a second person must approve" in page.content.decode()


@pytest.mark.parametrize(("role", "sees", "edits"), [("admin", 200, 302), ("marketer", 200, 302), ("analyst", 200, 403),
                                                     ("service", 403, 403)])  # fmt: skip
def test_who_may(draft: Draft, role: str, sees: int, edits: int) -> None:
    client = Client()
    client.force_login(make_person(role) if role != "admin" else draft.author)
    for name in ("studio_form", "studio_file", "studio_try", "studio_publish"):
        assert client.get(reverse(f"admin:{name}", args=[draft.pk])).status_code == sees, name
    assert (
        client.post(reverse("admin:studio_file", args=[draft.pk]), {"revision": 1, "text": TEXT}).status_code == edits
    )


def answer_all() -> None:
    """What the process beside does."""
    room = Room()
    while (row := rehearsals.claim()) is not None:
        _answer(row, room)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.console.studio.rehearse.WAIT_SECONDS", 0.0)


def test_trying_a_draft(ada: Client, draft: Draft, impatient: None) -> None:
    everybody()
    sliders = {"p:earn.purchase.rate.points": "2", "p:tiers.levels.gold.from": "10", "redemption": "50"}
    address = reverse("admin:studio_ask", args=[draft.pk])
    assert "first answer takes a while" in ada.post(address, sliders).content.decode()
    answer_all()
    page = ada.post(address, sliders)
    figures = page.context["figures"]
    assert figures.found["draft"]["given_minor"] > figures.found["base"]["given_minor"] > 0
    assert figures.chosen.draft_minor == figures.found["draft"]["given_minor"] // 2
    assert [cost.percent for cost in figures.costs] == [40, 50, 60, 100]
    row = Rehearsal.objects.get()
    listed = ada.get(reverse("admin:studio_listed", args=[draft.pk, row.pk])).content.decode()
    lines = ada.get(reverse("admin:studio_changed", args=[draft.pk, row.pk])).content.decode().splitlines()
    assert len(lines) - 1 == len(row.changed) == figures.found["moved"] > 0
    assert reverse("admin:members_member_change", args=[row.changed[0][0]]) in listed
    ada.post(reverse("admin:studio_ask_months", args=[draft.pk]), sliders)
    answer_all()
    months = ada.post(reverse("admin:studio_ask_months", args=[draft.pk]), sliders)
    assert months.context["table"][-1][0] == months.context["row"].result["months"][-1]


def test_the_sliders_numbers_go_into_the_draft(ada: Client, draft: Draft) -> None:
    address = reverse("admin:studio_keep", args=[draft.pk])
    ada.post(address, {"revision": 1, "p:earn.purchase.rate.points": "2", "p:tiers.levels.gold.from": "150"})
    draft.refresh_from_db()
    assert "rate: {points: 2, per: 1.00}         # plain" in draft.text and "from: 150" in draft.text


def test_an_old_version_becomes_a_draft(ada: Client, draft: Draft) -> None:
    first = Version.objects.get()
    writes.apply(TEXT.replace("points: 1, per", "points: 2, per", 1))
    page = ada.get(reverse("admin:programmes_version_change", args=[first.pk])).content.decode()
    assert f"{reverse('admin:studio_list')}?from={first.pk}" in page
    ada.post(reverse("admin:studio_list"), {"name": "Back", "from": f"version:{first.pk}"})
    back = Draft.objects.latest("pk")
    ada.post(reverse("admin:studio_publish", args=[back.pk]), {"revision": 1, "publish": ""})
    assert Version.objects.latest("pk").text == TEXT

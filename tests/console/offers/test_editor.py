"""The editor: templates become offers, changes keep the file, previews compute, two at once lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regulars.console.offers.kinds import TEMPLATES
from regulars.offers import writes
from regulars.offers.edit import entries, entry
from regulars.offers.models import Version
from tests.console.offers.conftest import TEXT
from tests.flow.stories import Customer


@pytest.fixture
def marketer(as_role: Callable[[str], Client]) -> Client:
    """A marketer's browser."""
    return as_role("marketer")


def filled(answer: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send from a form's page, with changes."""
    form = answer.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.name] = "on"
        elif value not in (None, False):
            data[bound.name] = (
                bound.field.prepare_value(value)
                if isinstance(value, list) and bound.widget_type == "textarea"
                else value
            )
    return {**data, "began": answer.context["began"], **changes}


NEEDED: dict[str, dict[str, Any]] = {
    "flash-sale": {"products": "oolong-500", "price": "39.90"},
    "percent-off": {"categories": "tea"},
    "money-off": {"categories": "cup", "off": "5"},
    "spend-and-save": {"steps": "300 = 40\n500 = 80"},
    "each-time-you-spend": {"every": "200", "off": "30", "off_at_most": "90"},
    "buy-x-get-y": {"buy_categories": "mask"},
    "second-at-half-price": {"categories": "snack"},
    "member-price": {"products": "teapot", "price": "88", "tiers": ["gold", "platinum"]},
    "member-day": {"days": "8, 18, 28"},
    "channel-only": {"categories": "tea", "budget": "5000"},
    "bundle": {"slot1_products": "teapot", "slot2_quantity": "2", "slot2_categories": "cup", "price": "128"},
    "gift": {"gift_product_id": "caddy", "least": "199"},
    "free-delivery": {"least": "35"},
    "coupon-money-off": {"off": "20", "least": "100"},
    "coupon-percent-off": {"codes": "public", "code_public": "TEA15"},
    "coupon-free-delivery": {},
}


@pytest.mark.parametrize("template", [one.key for one in TEMPLATES])
def test_every_template_with_what_it_needs_makes_an_offer(template: str, marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_new_from", args=[template])
    form = marketer.get(address)
    look = marketer.post(address, filled(form, name_en=f"My {template}", **NEEDED[template]))
    draft = look.context["draft"]
    assert draft is not None, look.context["form"].errors
    assert draft.is_good, (draft.problems, draft.refused)
    assert {change.path_text.split(".")[1] for change in draft.changes} == {f"my-{template}"}
    assert look.context["words"].sentences
    assert Version.objects.count() == 1
    done = marketer.post(
        address, filled(form, name_en=f"My {template}", **NEEDED[template], seen=draft.digest, publish="")
    )
    assert done.status_code == 302, done.context["draft"].refused
    newest = Version.objects.latest("pk")
    assert newest.text == draft.text
    assert newest.applied_by is not None
    found = entry(newest.text, f"my-{template}")
    assert found is not None
    assert set(TEXT.splitlines()) <= set(newest.text.splitlines())


def test_a_change_keeps_the_comments_and_all_other_lines(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_edit", args=["flash-oolong"])
    form = marketer.get(address)
    look = marketer.post(address, filled(form, price="29.90"))
    marketer.post(address, filled(form, price="29.90", seen=look.context["draft"].digest, publish="", note="Cheaper"))
    newest = Version.objects.latest("pk")
    before, after = TEXT.splitlines(), newest.text.splitlines()
    assert [line for line in after if line not in before] == ["    price: 29.90"]
    assert newest.note == "Cheaper"


@pytest.mark.parametrize("key", [*entries(TEXT, "offers"), *entries(TEXT, "coupons")])
def test_a_form_sent_back_as_it_came_changes_nothing(key: str, marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_edit", args=[key])
    look = marketer.post(address, filled(marketer.get(address)))
    assert look.context["draft"] is not None, look.context["form"].errors
    assert look.context["draft"].text == TEXT


def test_a_copy_is_a_new_offer(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_copy", args=["tea-fifth-off"])
    look = marketer.post(address, filled(marketer.get(address), off_percent="30"))
    assert [str(change)[:24] for change in look.context["draft"].changes] == ["+ offers.tea-fifth-off-2"]


@pytest.mark.parametrize(
    ("template", "given", "said"),
    [
        ("percent-off", {"off_percent": "130"}, "less than or equal to 100"),
        ("percent-off", {"off_percent": ""}, "needs"),
        ("spend-and-save", {"steps": "300"}, "is no step"),
        ("member-day", {"days": "40"}, "Write numbers from 1 to 31"),
        ("percent-off", {"key": "tea-fifth-off"}, "is taken"),
        ("percent-off", {"name_hans": "茶"}, "write it too"),
        (
            "flash-sale",
            {"price": "1", "valid_from": "2026-12-08T20:00", "valid_until": "2026-12-08T19:00"},
            "must be after",
        ),
        ("free-delivery", {"off": "5"}, "keep one of the two"),
        ("percent-off", {"valid_from": "soon"}, "This is no time."),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_published(
    template: str, given: dict[str, Any], said: str, marketer: Client, published: Version
) -> None:
    address = reverse("admin:offers_new_from", args=[template])
    answer = marketer.post(address, filled(marketer.get(address), **given, seen="x", publish=""))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Version.objects.count() == 1


def test_the_first_offer_of_a_shop(marketer: Client, programme: None) -> None:
    address = reverse("admin:offers_new_from", args=["percent-off"])
    form = marketer.get(address)
    look = marketer.post(address, filled(form, categories="tea"))
    marketer.post(address, filled(form, categories="tea", seen=look.context["draft"].digest, publish=""))
    text = Version.objects.get().text
    assert text.startswith("currency: CNY\ntime_zone: Asia/Shanghai\n\noffers:\n  - key: percent-off\n")


def test_what_was_not_looked_at_is_not_published(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_edit", args=["gold-price"])
    form = marketer.get(address)
    look = marketer.post(address, filled(form, price="77"))
    marketer.post(address, filled(form, price="66", seen=look.context["draft"].digest, publish=""))
    assert Version.objects.count() == 1


def test_two_at_once_on_different_offers_both_keep_their_work(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_edit", args=["gold-price"])
    form = marketer.get(address)
    mine = filled(form, price="77")
    seen = marketer.post(address, mine).context["draft"].digest
    other = writes.apply(TEXT.replace("stock: 500", "stock: 400"))
    warned = marketer.post(address, {**mine, "seen": seen, "publish": ""})
    page = warned.content.decode()
    assert Version.objects.latest("pk") == other
    assert f"Version {other.pk} was published meanwhile" in page
    assert "Your change still fits" in page
    assert [str(change) for change in warned.context["draft"].since_changes] == ["offers.gift-caddy.stock: 500 → 400"]
    again = {**mine, "began": warned.context["began"], "seen": warned.context["draft"].digest, "publish": ""}
    assert marketer.post(address, again).status_code == 302
    now = entries(Version.objects.latest("pk").text, "offers")
    assert (now["gold-price"]["price"], now["gift-caddy"]["stock"]) == (77, 400)


def test_two_at_once_on_one_offer_see_each_others_work(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_edit", args=["gold-price"])
    form = marketer.get(address)
    mine = filled(form, price="77")
    seen = marketer.post(address, mine).context["draft"].digest
    other = writes.apply(TEXT.replace("price: 88.00", "price: 66.00"))
    warned = marketer.post(address, {**mine, "seen": seen, "publish": ""})
    page = warned.content.decode()
    assert "somebody has changed it" in page
    assert [str(change) for change in warned.context["draft"].since_changes] == ["offers.gold-price.price: 88 → 66"]
    assert 'name="publish"' not in page
    assert Version.objects.latest("pk") == other
    # Who has seen it may insist.
    look = marketer.post(address, {**mine, "began": warned.context["began"]})
    assert [str(change) for change in look.context["draft"].changes] == ["offers.gold-price.price: 66 → 77"]


def test_two_who_publish_in_the_same_moment(published: Version) -> None:
    first = writes.apply(TEXT.replace("stock: 500", "stock: 400"), after=published.pk)
    with pytest.raises(writes.SupersededError):
        writes.apply(TEXT.replace("stock: 500", "stock: 300"), after=published.pk)
    assert Version.objects.latest("pk") == first


def test_the_sample_cart_is_priced_now_and_with_the_draft(marketer: Client, published: Version) -> None:
    address = reverse("admin:offers_new_from", args=["percent-off"])
    form = marketer.get(address)
    cart = {
        "cart-0-product": "iron-pot",
        "cart-0-category": "pot",
        "cart-0-price": "50.00",
        "cart-0-quantity": "2",
        "cart-at": "2026-12-01T12:00",
    }
    given = {"categories": "pot", "off_percent": "15", "valid_from": "", "valid_until": "", **cart}
    both = marketer.post(address, filled(form, **given)).context["both"]
    assert (both.now.total, both.then.total, both.saves) == ("¥100.00", "¥85.00", "¥15.00")
    wrong = marketer.post(address, filled(form, **{**given, "cart-0-price": "cheap"}))
    assert "“cheap” is no price." in wrong.content.decode()
    assert wrong.context["both"] is None


def test_last_weeks_baskets(marketer: Client, published: Version) -> None:
    for number, category in enumerate(["pot", "pot", "lamp"]):
        Customer(f"c{number}").orders_for(number + 1, ("Thing", category, "100.00"))
    address = reverse("admin:offers_new_from", args=["percent-off"])
    form = marketer.get(address)
    given = filled(form, categories="pot", off_percent="15", valid_from="2031-01-01T00:00", valid_until="")
    panel = marketer.post(address, {**given, "week": "1"})
    trial = panel.context["trial"]
    page = re.sub(r"\s+", " ", panel.content.decode())
    assert (trial.baskets, trial.touched) == (3, 2)
    assert trial.cost_minor == sum(trial.offs) > 0
    assert "Shoppers&#x27; reactions are not simulated" in page or "Shoppers' reactions are not simulated" in page
    assert panel.context["done"]

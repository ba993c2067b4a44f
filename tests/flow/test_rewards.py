# ruff: noqa: E501 (one case a line)
"""Gifts for points and points for charity: taken, refused, cancelled, given; the ledger stays exact throughout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import pytest

from regulars.coupons import reads as coupons
from regulars.coupons.models import Coupon
from regulars.events.models import Event
from regulars.flow.rewards import catalogue
from regulars.flow.rewards.charity import donate
from regulars.flow.rewards.gifts import cancel, hand_over, redeem
from regulars.insight.verify import verify
from regulars.offers.models import Use
from regulars.points.models import Transfer
from regulars.rewards.models import Donation, Redemption, Tally
from regulars.rewards.reads import Raised, raised
from regulars.rules import layout as y
from tests.flow.ledger_laws import offences
from tests.flow.reward_shop import all_at_once, has, kind_of, publish, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> int:
    """A member with 100 points."""
    publish()
    return somebody()


def taken(gift: str, member_id: int = 0) -> int:
    """What the counters say of a gift."""
    return sum(Use.objects.filter(offer=gift, member_id=member_id).values_list("times", flat=True))


def names() -> list[str]:
    """What stands in the log since the points were given."""
    return [
        event.name
        for event in Event.objects.order_by("id")
        if event.name not in ("Page Viewed", "Checked In", "Points Adjusted")
    ]


def in_order() -> None:
    assert verify().found == []
    assert offences() == {}


def test_a_gift_is_taken_and_handed_over(ann: int) -> None:
    mug = redeem(ann, "mug", "r1", "web")
    assert (mug.state, mug.points, mug.currency, mug.product_id, mug.sku) == ("ordered", 30, "points", "mug-1", "M1")
    assert (has(ann), taken("mug"), taken("mug", ann)) == (70, 1, 1)
    assert hand_over(mug.pk, "h1", "web", "sam").settled_by == "sam"
    assert hand_over(mug.pk, "h1", "web", "sam").state == "handed_over"
    assert names() == ["Points Redeemed", "Gift Redeemed", "Gift Handed Over"]
    assert Event.objects.get(name="Gift Redeemed").properties["gift"] == "mug"
    in_order()


def test_a_coupon_is_in_the_wallet_at_once(ann: int) -> None:
    ten = redeem(ann, "ten", "r1", "web")
    [coupon] = coupons.wallet(ann, datetime.now(UTC))
    assert (ten.state, ten.coupon_id, coupon.key) == ("handed_over", coupon.pk, "ten-off")
    assert coupon.valid_until is not None
    assert 30 <= (coupon.valid_until - datetime.now(UTC)).days <= 31
    assert names() == ["Points Redeemed", "Coupon Issued", "Gift Redeemed"]
    in_order()


def test_a_gift_may_cost_other_points(ann: int) -> None:
    assert has(ann, "stars") == 5
    assert redeem(ann, "star-map", "r1", "web").currency == "stars"
    assert (has(ann, "stars"), has(ann)) == (0, 100)


def test_cancelled_points_go_back_to_their_lots_and_the_gift_to_the_stock(ann: int) -> None:
    mug = redeem(ann, "mug", "r1", "web")
    again = cancel(mug.pk, "broken in the store", "c1", "console", "sam")
    assert (again.state, again.settled_by, again.reason) == ("cancelled", "sam", "broken in the store")
    assert cancel(mug.pk, "broken in the store", "c1", "console", "sam").pk == mug.pk
    assert (has(ann), taken("mug"), taken("mug", ann)) == (100, 0, 0)
    back = Transfer.objects.filter(kind=y.GIVE_BACK)
    spent = Transfer.objects.filter(kind=y.CAPTURE)
    assert sorted(back.values_list("lot_id", "amount")) == sorted(spent.values_list("lot_id", "amount"))
    assert names()[-2:] == ["Hold Returned", "Gift Cancelled"]
    in_order()


def test_a_coupon_that_is_taken_back_leaves_the_wallet(ann: int) -> None:
    ten = redeem(ann, "ten", "r1", "web")
    cancel(ten.pk, "asked for", "c1", "web")
    assert (has(ann), coupons.wallet(ann, datetime.now(UTC))) == (100, [])
    in_order()


def test_the_same_message_again_gets_the_first_answer(ann: int) -> None:
    first = redeem(ann, "mug", "r1", "web")
    assert redeem(ann, "mug", "r1", "web").pk == first.pk
    assert redeem(ann, "mug", "r1", "pos").pk != first.pk, "another shop system's message"
    assert (has(ann), Redemption.objects.count()) == (40, 2)
    given = donate(ann, "books", 20, "d1", "web")
    assert donate(ann, "books", 20, "d1", "web").pk == given.pk
    assert (has(ann), Donation.objects.count()) == (20, 1)


def _uses_the_coupon(ann: int) -> Any:
    ten = redeem(ann, "ten", "r1", "web")
    Coupon.objects.update(state=Coupon.USED)
    return cancel(ten.pk, "no", "c1", "web")


def _cancels_twice(ann: int) -> Any:
    mug = redeem(ann, "mug", "r1", "web")
    cancel(mug.pk, "no", "c1", "web")
    return cancel(mug.pk, "no", "c2", "web")


def _three_mugs(ann: int) -> Any:
    return [redeem(ann, "mug", f"r{i}", "web") for i in range(3)]


def _cancels_what_was_sent(ann: int) -> Any:
    mug = redeem(ann, "mug", "r1", "web")
    hand_over(mug.pk, "h1", "web")
    return cancel(mug.pk, "no", "c1", "web")


def _sold_out(ann: int) -> Any:
    Use.objects.create(offer="mug", units=10, times=10)
    return redeem(ann, "mug", "r1", "web")


def _message_of_another(ann: int) -> Any:
    redeem(ann, "ten", "r1", "web")
    return redeem(ann, "mug", "r1", "web")


REFUSED: list[tuple[str, Callable[[int], Any], str, int]] = [
    ("a gift that there is not", lambda ann: redeem(ann, "cup", "r", "web"), "unknown-gift", 100),
    ("a gift for a tier", lambda ann: redeem(ann, "throne", "r", "web"), "gift-not-for-member", 100),
    ("a gift of tomorrow", lambda ann: redeem(ann, "tomorrow", "r", "web"), "not-now", 100),
    ("a gift of yesterday", lambda ann: redeem(ann, "yesterday", "r", "web"), "not-now", 100),
    ("a gift that is sold out", _sold_out, "gift-sold-out", 100),
    ("once more than a member may", _three_mugs, "gift-used-up", 40),
    ("too few points", lambda ann: [redeem(ann, "ten", f"r{i}", "web") for i in range(6)], "insufficient-points", 0),
    ("a message that asked for something else", _message_of_another, "message-id-reused", 80),
    ("cancelled without a reason", lambda ann: cancel(redeem(ann, "mug", "r", "web").pk, " ", "c", "web"), "reason-missing", 70),
    ("cancelled twice", _cancels_twice, "redemption-settled", 100),
    ("cancelled after it was sent", _cancels_what_was_sent, "redemption-settled", 70),
    ("nobody's redemption", lambda ann: hand_over(10**9, "h", "web"), "unknown-redemption", 100),
    ("the coupon is used", _uses_the_coupon, "coupon-used", 80),
    ("a project that there is not", lambda ann: donate(ann, "moon", 20, "d", "web"), "unknown-charity", 100),
    ("a project that is over", lambda ann: donate(ann, "gone", 20, "d", "web"), "not-now", 100),
    ("less than the least", lambda ann: donate(ann, "books", 10, "d", "web"), "not-whole-units", 100),
    ("half a unit", lambda ann: donate(ann, "books", 25, "d", "web"), "not-whole-units", 100),
    ("a true number", lambda ann: donate(ann, "books", True, "d", "web"), "not-whole-units", 100),
    ("given less than nothing", lambda ann: donate(ann, "books", -20, "d", "web"), "not-whole-units", 100),
    ("more than there is", lambda ann: donate(ann, "books", 110, "d", "web"), "insufficient-points", 100),
]  # fmt: skip


@pytest.mark.parametrize(("work", "kind", "left"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_what_is_refused_takes_nothing(ann: int, work: Callable[[int], Any], kind: str, left: int) -> None:
    assert kind_of(lambda: work(ann)) == kind
    assert has(ann) == left
    in_order()
    of_log = Event.objects.filter(name="Points Redeemed").count()
    assert Redemption.objects.count() == of_log
    alive = Redemption.objects.exclude(state="cancelled").filter(gift="mug").count()
    assert taken("mug", ann) == alive


def test_points_for_charity_are_counted_in_public(ann: int) -> None:
    bob = somebody("bob")
    donate(ann, "books", 20, "d1", "web")
    donate(ann, "books", 30, "d2", "web")
    donate(bob, "books", 50, "d3", "web")
    assert raised(["books", "gone"], ann) == {"books": Raised(100, 100, 2, 50, 50), "gone": Raised()}
    assert (has(ann), has(bob)) == (50, 50)
    spent = Transfer.objects.filter(kind=y.CAPTURE).values_list("credit", flat=True)
    assert set(spent) == {y.DONATED}
    assert Counter(names()) == {"Points Donated": 3}
    in_order()


def test_what_a_member_sees(ann: int) -> None:
    _three = [redeem(ann, "mug", f"r{i}", "web") for i in range(2)]
    seen = {one.key: (one.why, one.missing, one.left) for one in catalogue.gifts(ann)}
    assert seen == {
        "mug": ("used_up", 0, 8),
        "ten": ("", 0, None),
        "star-map": ("", 0, None),
        "throne": ("tier", 0, None),
        "tomorrow": ("not_yet", 0, None),
        "yesterday": ("over", 0, None),
    }
    donate(ann, "books", 30, "d1", "web")
    assert {one.key: (one.why, one.missing) for one in catalogue.gifts(ann)}["ten"] == ("points", 10)
    assert {one.key: one.why for one in catalogue.gifts()}["ten"] == "", "nobody known lacks nothing"
    books, gone = catalogue.charities(ann)
    assert (books.raised.my_points, books.choices, books.open, gone.open) == (30, [], True, False)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_for_the_last_ten() -> None:
    publish()
    crowd = [somebody(f"m{i}", 40) for i in range(50)]
    answers = all_at_once(partial(redeem, member, "mug", f"r{member}-{i}", "web") for i in range(2) for member in crowd)
    assert answers.count("") == 10
    assert set(answers) == {"", "gift-sold-out"} or set(answers) == {"", "gift-sold-out", "insufficient-points"}
    assert (Redemption.objects.count(), taken("mug")) == (10, 10)
    assert sum(has(member) for member in crowd) == 50 * 40 - 10 * 30
    assert sum(Use.objects.filter(offer="mug", member_id__gt=0).values_list("times", flat=True)) == 10
    in_order()


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_is_done_once() -> None:
    publish()
    ann = somebody("ann", 500)
    assert set(all_at_once([partial(redeem, ann, "mug", "r", "web")] * 12)) == {""}
    assert set(all_at_once([partial(donate, ann, "books", 20, "d", "web")] * 12)) == {""}
    assert (has(ann), Redemption.objects.count(), Donation.objects.count(), taken("mug")) == (450, 1, 1, 1)
    mug = Redemption.objects.get()
    assert set(all_at_once([partial(cancel, mug.pk, "no", "c", "web")] * 6)) == {""}
    assert (has(ann), taken("mug")) == (480, 0)
    in_order()


@pytest.mark.django_db(transaction=True)
def test_whatever_a_crowd_does_at_once_every_sum_is_exact() -> None:
    publish()
    crowd = [somebody(f"m{i}", 200) for i in range(6)]
    random = Random(3)

    def one(number: int) -> None:
        member = random.choice(crowd)
        kind = random.choice(["mug", "ten", "give", "cancel", "cancel"])
        if kind == "give":
            donate(member, "books", random.choice([20, 30, 50]), f"d{number}", "web")
        elif kind == "cancel":
            known = list(Redemption.objects.values_list("pk", flat=True))
            cancel(random.choice(known or [0]), "no", f"c{number}", "web")
        else:
            redeem(member, kind, f"r{number}", "web")

    answers = all_at_once([partial(one, number) for number in range(160)], threads=8)
    assert answers.count("") > 40
    kept = Redemption.objects.exclude(state="cancelled")
    spent = sum(kept.values_list("points", flat=True)) + sum(Donation.objects.values_list("points", flat=True))
    assert sum(has(member) for member in crowd) == 6 * 200 - spent
    assert taken("mug") == kept.filter(gift="mug").count() <= 10
    total = Tally.objects.get(charity="books", member_id=0)
    own = Tally.objects.filter(charity="books", member_id__gt=0)
    assert (total.points, total.donors) == (sum(own.values_list("points", flat=True)), own.count())
    assert total.amount_minor == total.points
    assert Coupon.objects.filter(state="open").count() == kept.filter(gift="ten").count()
    in_order()

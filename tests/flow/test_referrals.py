"""Members bring friends: who counts, who does not and why, what is given and what goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from regulars.events.models import Event
from regulars.flow import holds, intake
from regulars.flow.problems import Problem
from regulars.flow.referrals import counting, review
from regulars.insight.replays import replay
from regulars.insight.verify import verify
from regulars.programmes import writes as programmes
from regulars.programmes.file import check
from regulars.referrals import marks, reads, writes
from regulars.referrals.models import Mark, Referral, Review
from regulars.tiers.models import Badge
from tests.flow.friends import NOON, PROGRAMME, Shop

pytestmark = pytest.mark.django_db
HOME = {"street": "1 Tea Lane", "city": "Shanghai", "postal_code": "200001", "name": "Ann"}
HOME_TOO = {"street": "1, tea lane", "city": "SHANGHAI", "postalCode": "200001", "name": "Bob"}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Shop:
    """The shop; a parameter adds a line to its programme's referral."""
    line = getattr(request, "param", "")
    programmes.apply(PROGRAMME + (f"  {line}\n" if line else ""))
    made = Shop()
    made.member("ann")
    return made


@dataclass(frozen=True)
class Story:
    """What happens, and where bob's referral by ann is then, and what ann has of it."""

    name: str
    does: Callable[[Shop], Any]
    state: str
    ann: int = 0


def _all(*steps: Callable[[Shop], Any]) -> Callable[[Shop], None]:
    def does(shop: Shop) -> None:
        for step in steps:
            step(shop)

    return does


def accepts(ago: float | None = None, **context: Any) -> Callable[[Shop], Any]:
    return lambda shop: shop.accepts("bob", "ann", ago, **context)


def buys(order_id: str = "A", price: str = "60.00", ago: float | None = None, **said: Any) -> Callable[[Shop], Any]:
    return lambda shop: shop.orders("bob", order_id, price, ago, **said)


def ann_buys(**said: Any) -> Callable[[Shop], Any]:
    return lambda shop: shop.orders("ann", "ann-1", "1.00", **said)


def says(kind: str, name: str, value: str | None = None) -> Callable[[Shop], Any]:
    def does(shop: Shop) -> None:
        said = {"invited_by": value or shop.code("ann")}
        shop.send("bob", name, None, kind, **({"traits": said} if kind == "identify" else {"properties": said}))

    return does


def device(name: str) -> dict[str, Any]:
    return {"device": {"id": name, "model": "phone"}}


STORIES = [
    Story("nobody invited him", buys(), ""),
    Story("accepted, nothing bought", accepts(), "waiting"),
    Story("accepted and bought", _all(accepts(), buys()), "counted", 300),
    Story("the code in small letters, with a space", _all(
        lambda shop: shop.send("bob", "Invitation Accepted", properties={"code": f" {shop.code('ann').lower()}"}),
        buys()), "counted", 300),
    Story("a code that is nobody's", _all(
        lambda shop: shop.send("bob", "Invitation Accepted", properties={"code": "NOBODY22"}), buys()), ""),
    Story("a code that is no text", _all(
        lambda shop: shop.send("bob", "Invitation Accepted", properties={"code": 7}), buys()), ""),
    Story("said by signing up", _all(says("track", "Signed Up"), buys()), "counted", 300),
    Story("said by identify", _all(says("identify", ""), buys()), "counted", 300),
    Story("said with the shop's id of ann", _all(says("track", "Signed Up", "ann"), buys()), "counted", 300),
    Story("said with the order itself",
          lambda shop: shop.orders("bob", "A", invited_by=shop.code("ann")), "counted", 300),
    Story("an order too small", _all(accepts(), buys(price="49.99")), "waiting"),
    Story("a small one, then one that counts", _all(accepts(), buys("A", "9.00"), buys("B")), "counted", 300),
    Story("two that count, once", _all(accepts(), buys("A"), buys("B")), "counted", 300),
    Story("on the last day", _all(accepts(ago=40), buys(ago=10)), "counted", 300),
    Story("a day too late", _all(accepts(ago=40), buys(ago=9)), "waiting"),
    Story("he had ordered before", _all(buys("A", "5.00"), accepts(), buys("B")), "refused already_customer"),
    Story("the order before comes late", _all(accepts(ago=5), buys(ago=6)), "refused already_customer"),
    Story("the acceptance comes after the order it was before", _all(buys(ago=5), accepts(ago=6)), "counted", 300),
    Story("by a cousin after, ann was first", _all(
        accepts(), lambda shop: shop.accepts("bob", "cat"), buys()), "counted", 300),
    Story("the same device", _all(ann_buys(context=device("d1")), accepts(), buys(context=device("d1"))),
          "refused same_device"),
    Story("another device", _all(ann_buys(context=device("d1")), accepts(), buys(context=device("d2"))),
          "counted", 300),
    Story("ann's device before bob was known", _all(accepts(**device("d1")), ann_buys(context=device("d1")), buys()),
          "refused same_device"),
    Story("the same address, written otherwise", _all(
        ann_buys(shipping_address=HOME), accepts(), buys(shipping_address=HOME_TOO)), "refused same_address"),
    Story("an address that says too little", _all(
        ann_buys(shipping_address="home"), accepts(), buys(shipping_address="home")), "counted", 300),
    Story("the same card", _all(
        ann_buys(payment_fingerprint="fp_1"), accepts(), buys(paymentFingerprint="fp_1")), "refused same_payment"),
    Story("all of the order goes back", _all(accepts(), buys(), lambda shop: shop.refunds("bob", "A")),
          "refused order_returned"),
    Story("all goes back after it counted", _all(
        accepts(), buys(), Shop.follow, lambda shop: shop.refunds("bob", "A")), "returned order_returned"),
    Story("a part goes back", _all(
        accepts(), buys(), Shop.follow, lambda shop: shop.refunds("bob", "A", "10.00")), "counted", 300),
    Story("another order goes back", _all(
        accepts(), buys("A"), buys("B"), Shop.follow, lambda shop: shop.refunds("bob", "B")), "counted", 300),
]  # fmt: skip


@pytest.mark.parametrize("in_one_batch", [True, False], ids=["at once", "step by step"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_becomes_of_a_referral(shop: Shop, story: Story, in_one_batch: bool) -> None:
    if not in_one_batch:
        send = shop.send

        def and_follow(*args: Any, **more: Any) -> Any:
            outcome = send(*args, **more)
            Shop.follow(shop)
            return outcome

        shop.send = and_follow  # type: ignore[method-assign]
    before = shop.has("ann")
    story.does(shop)
    shop.follow()
    expected = {"refused order_returned", "returned order_returned"}
    # step by step it has counted before the order goes back
    assert shop.state("bob") == story.state or {shop.state("bob"), story.state} == expected
    # what ann's own order earned does not count here
    assert shop.has("ann") - before - (1 if "ann-1" in _orders("ann", shop) else 0) == story.ann


def _orders(who: str, shop: Shop) -> set[str]:
    rows = Event.objects.filter(member_id=shop.member(who), name="Order Completed")
    return {order or "" for order in rows.values_list("order_id", flat=True)}


def test_oneself_is_refused_also_as_a_visitor_who_signs_in_later(shop: Shop) -> None:
    shop.accepts("ann", "ann")
    shop.accepts("visitor-1", "ann")
    shop.follow()
    assert [row.state for row in Referral.objects.order_by("pk")] == ["refused", "waiting"]
    shop.send("ann", "", kind="identify", anonymous_id="visitor-1")
    shop.orders("ann", "A")
    shop.follow()
    assert [(row.state, row.reason) for row in Referral.objects.order_by("pk")] == [("refused", "self")] * 2
    assert shop.has("ann") == 60


def test_a_visitor_accepts_and_the_customer_they_become_counts(shop: Shop) -> None:
    shop.accepts("visitor-1", "ann")
    shop.follow()
    shop.send("bob", "", kind="identify", anonymous_id="visitor-1")
    shop.orders("bob", "A")
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("counted", 300)


def test_both_sides_get_what_the_programme_says(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    shop.follow()
    assert shop.has("bob") == 60 + 40
    assert list(Badge.objects.values_list("member_id", "key")) == [(shop.member("bob"), "newcomer")]
    said = Event.objects.filter(name="Referral Counted").order_by("pk")
    assert [event.properties["side"] for event in said] == ["referrer", "friend"]
    assert {event.message_id for event in said} == {f"referral-{shop.member('bob')}-{side}" for side in counting.SIDES}


def test_the_cap_is_the_referrers_alone(shop: Shop) -> None:
    for friend in ("bob", "cat", "dan"):
        shop.accepts(friend, "ann", ago=3)
        shop.orders(friend, friend, ago=3)
    shop.follow()
    assert [shop.state(friend) for friend in ("bob", "cat", "dan")] == ["counted"] * 3
    assert shop.has("ann") == 2 * 300
    assert [shop.has(friend) for friend in ("bob", "cat", "dan")] == [100] * 3
    assert verify().drift == 0


def test_a_replay_gives_what_was_given(shop: Shop) -> None:
    for friend in ("bob", "cat", "dan"):
        shop.accepts(friend, "ann", ago=3)
        shop.orders(friend, friend, ago=3)
    shop.follow()
    same = check(PROGRAMME).programme
    more = check(PROGRAMME.replace("points: 300", "points: 500").replace("times: 2", "times: 3")).programme
    none = check(PROGRAMME.partition("referral:")[0]).programme
    assert same is not None
    assert more is not None
    assert none is not None
    assert replay(same)["earned"] == {"points": 3 * 60 + 2 * 300 + 3 * 40}
    assert replay(more)["earned"] == {"points": 3 * 60 + 3 * 500 + 3 * 40}
    assert replay(none)["earned"] == {"points": 3 * 60}


def test_killed_between_the_gifts_nothing_is_given_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    put = writes.put

    def killed(referral: Referral, state: str, *more: Any) -> None:
        if state == Referral.COUNTED:
            raise KeyboardInterrupt
        put(referral, state, *more)

    monkeypatch.setattr(writes, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("due", 0)
    monkeypatch.undo()
    shop.follow()
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("counted", 300)


def test_given_already_it_is_found_again(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    shop.follow()
    # as after a restore that lost the row's last change, but not the log
    Referral.objects.update(state="due", counted_event_id=None, friend_event_id=None)
    first = set(Event.objects.filter(name="Referral Counted").values_list("pk", flat=True))
    shop.follow()
    row = Referral.objects.get()
    assert (row.state, {row.counted_event_id, row.friend_event_id}) == ("counted", first)
    assert shop.has("ann") == 300


@pytest.mark.parametrize("shop", ["holds: {friends_per_hour: 2}"], indirect=True)
def test_many_at_once_are_held_and_let_through_one_by_one(shop: Shop) -> None:
    for number, friend in enumerate(("bob", "cat", "dan")):
        shop.accepts(friend, "ann", ago=2 - number / 100)
    for friend in ("bob", "cat", "dan"):
        shop.orders(friend, friend, ago=1)
    shop.follow()
    assert [shop.state(friend) for friend in ("bob", "cat", "dan")] == ["held many_at_once"] * 3
    assert Event.objects.filter(name="Referral Held", member_id=shop.member("ann")).count() == 3
    assert shop.has("ann") == 0
    [bob, cat, _] = Referral.objects.order_by("pk")
    review.accept(bob.pk, "held", "mia", "A birthday party.")
    review.refuse(cat.pk, "held", "mia", "Never heard of.")
    assert (shop.state("bob"), shop.state("cat"), shop.has("ann")) == ("counted", "refused by_hand", 300)
    assert list(Review.objects.order_by("pk").values_list("author", "before", "after", "reason")) == [
        ("mia", "held", "due", "A birthday party."), ("mia", "held", "refused", "Never heard of."),
    ]  # fmt: skip
    assert verify().drift == 0


@pytest.mark.parametrize("shop", ["holds: {friends_per_network: 1}"], indirect=True)
def test_many_from_one_network_are_held(shop: Shop) -> None:
    for friend in ("bob", "cat"):
        shop.accepts(friend, "ann", ip="203.0.113.7")
        shop.orders(friend, friend)
        shop.follow()
    assert (shop.state("bob"), shop.state("cat")) == ("counted", "held same_network")


@pytest.mark.parametrize(
    ("act", "seen", "reason", "kind"),
    [
        (review.accept, "waiting", "x", "referral-settled"),
        (review.accept, "counted", "x", "referral-settled"),
        (review.refuse, "held", "x", "referral-settled"),
        (review.refuse, "counted", " ", "reason-missing"),
    ],
)
def test_what_a_person_may_not_do(shop: Shop, act: Any, seen: str, reason: str, kind: str) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    shop.follow()
    with pytest.raises(Problem) as refused:
        act(Referral.objects.get().pk, seen, "mia", reason)
    assert refused.value.kind == kind
    assert not Review.objects.exists()


def test_a_person_undoes_what_they_did(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.follow()
    number = Referral.objects.get().pk
    review.refuse(number, "waiting", "mia", "Staff.")
    shop.orders("bob", "A")
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("refused by_hand", 0)
    review.accept(number, "refused", "mia", "No, a customer.")
    assert shop.state("bob") == "waiting"
    shop.orders("bob", "B")
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("counted", 300)
    review.refuse(number, "counted", "mia", "Staff after all.")
    assert (shop.state("bob"), shop.has("ann")) == ("returned by_hand", 0)
    assert verify().drift == 0


def test_of_points_spent_meanwhile_only_the_rest_is_taken(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    shop.follow()
    holds.adjust(shop.member("ann"), -250, reason="spent")
    shop.refunds("bob", "A")
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("returned order_returned", 0)
    assert verify().drift == 0


@pytest.mark.parametrize("shop", ["returned: keep"], indirect=True)
def test_a_shop_may_let_everybody_keep_it(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    shop.follow()
    shop.refunds("bob", "A")
    shop.follow()
    assert (shop.state("bob"), shop.has("ann")) == ("counted", 300)


def test_without_the_section_nobody_is_joined_and_nothing_is_marked() -> None:
    programmes.apply(PROGRAMME.partition("referral:")[0])
    shop = Shop()
    shop.member("ann")
    shop.accepts("bob", "ann", ip="203.0.113.7")
    shop.orders("bob", "A", context=device("d1"), shipping_address=HOME)
    shop.follow()
    assert shop.state("bob") == ""
    assert not Mark.objects.exists()


def test_nothing_personal_is_kept(shop: Shop) -> None:
    said = {"shipping_address": HOME, "payment_fingerprint": "fp_secret_1"}
    shop.orders("ann", "A", context={**device("device-secret-1"), "ip": "203.0.113.7"}, **said)
    assert set(Mark.objects.values_list("kind", flat=True)) == {"device", "network", "address", "payment"}
    for secret in ("device-secret-1", "203.0.113.7", "Tea Lane", "fp_secret_1"):
        assert not Event.objects.filter(properties__icontains=secret).exists()
        assert not Event.objects.filter(context__icontains=secret).exists()
        assert not any(secret.encode() in bytes(mark.digest) for mark in Mark.objects.all())


def test_marks_are_kept_once_and_forgotten_in_time(shop: Shop) -> None:
    for order in ("A", "B"):
        shop.orders("ann", order, context=device("d1"))
    [mark] = Mark.objects.all()
    assert marks.forget(mark.seen_on + timedelta(days=marks.KEPT_DAYS)) == 0
    assert marks.forget(mark.seen_on + timedelta(days=marks.KEPT_DAYS + 1)) == 1


def test_a_code_is_made_once_and_read_in_any_writing(shop: Shop) -> None:
    ann = shop.member("ann")
    invite = writes.invite_of(ann, NOON)
    assert writes.invite_of(ann, NOON) == invite
    assert len(invite.code) == writes.CODE_LENGTH
    assert set(invite.code) <= set(writes.ALPHABET)
    found = reads.invite_called(f" {invite.code.lower()} ")
    assert found is not None
    assert found.member_id == ann
    assert [reads.invite_called(other) for other in ("", "é" * 8, "x" * 300, "a b")] == [None] * 4


def test_two_workers_do_not_take_the_same_one(shop: Shop) -> None:
    shop.accepts("bob", "ann")
    shop.orders("bob", "A")
    with transaction.atomic():
        shop.follow()
        assert counting.count_one() is False


def test_nobody_outside_may_say_that_a_referral_has_counted(shop: Shop) -> None:
    for name in ("Referral Counted", "Referral Held", "Referral Refused", "Referral Returned"):
        event = {"event": name, "message_id": name, "user_id": "ann", "properties": {"side": "referrer"}}
        [outcome] = intake.take([event], intake.reader("shop"))
        assert outcome.problem is not None
        assert outcome.problem["type"].endswith("reserved-name")

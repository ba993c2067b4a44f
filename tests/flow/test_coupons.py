"""Coupons from the day they are given to the day they end, and what the log hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.coupons import codes
from regulars.coupons.models import Batch, Coupon
from regulars.events.models import Event
from regulars.flow.coupons import beginning, claiming, due, giving, views
from regulars.flow.coupons.beginning import Wanted
from regulars.flow.coupons.known import ends, known
from regulars.flow.coupons.lists import of_items
from regulars.flow.coupons.once import Asked
from regulars.flow.problems import Problem
from regulars.offers.models import Version
from tests.coupons.conftest import OFFERS, publish, somebody

pytestmark = pytest.mark.django_db
HAND = Asked(author="ann")


@pytest.fixture(autouse=True)
def _shop(shop: None) -> None:
    pass


@pytest.fixture
def shop() -> None:
    publish()


def facts(member_id: int | None = None) -> list[tuple[str, dict[str, Any]]]:
    found = Event.objects.filter(name__startswith="Coupon ", fact=True).order_by("id")
    if member_id is not None:
        found = found.filter(member_id=member_id)
    return [(event.name, event.properties) for event in found]


def refused(kind: str, do: Any, *args: Any, **kwargs: Any) -> Problem:
    with pytest.raises(Problem) as error:
        do(*args, **kwargs)
    assert error.value.kind == kind
    return error.value


ENDS = [
    # when it is given (Shanghai is UTC+8), which coupon, another limit, until when
    ("the end of the seventh day after", "2026-11-22 03:00", "ten-off", None, "2026-11-29 16:00"),
    ("at local midnight a new day has begun", "2026-11-22 16:00", "ten-off", None, "2026-11-30 16:00"),
    ("a moment before it has not", "2026-11-22 15:59", "ten-off", None, "2026-11-29 16:00"),
    ("an earlier limit counts", "2026-11-22 03:00", "ten-off", "2026-11-23 00:00", "2026-11-23 00:00"),
    ("a later one does not", "2026-11-22 03:00", "ten-off", "2027-11-23 00:00", "2026-11-29 16:00"),
    ("without days for ever", "2026-11-22 03:00", "tea-fifth", None, None),
    ("or as long as the offer", "2025-12-30 00:00", "gone", None, "2026-01-01 16:00"),
]


@pytest.mark.parametrize(("what", "given", "key", "limit", "until"), ENDS, ids=[row[0] for row in ENDS])
def test_days_count_from_the_local_day(what: str, given: str, key: str, limit: str | None, until: str | None) -> None:
    def at(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    found, moment = known(), at(given)
    assert moment is not None
    assert ends(found, found.coupons[key], moment, at(limit)) == at(until)


def test_one_is_given_with_its_fact_and_who_did_it() -> None:
    member = somebody()
    coupon = giving.give(member, "ten-off", HAND, reason="late parcel")
    [(name, said)] = facts(member)
    assert name == "Coupon Issued"
    assert said["coupon_id"] == coupon.pk and said["coupon"] == "ten-off"
    assert said["how"] == "given" and said["reason"] == "late parcel"
    assert Event.objects.get(name="Coupon Issued").context == {"author": "ann"}
    [shown] = views.wallet(member)
    assert (shown.card.name, shown.card.gives, shown.card.terms) == ("Ten off", "$10 off", ["From $50"])


def test_what_cannot_be_given() -> None:
    member = somebody()
    refused("no-such-coupon", giving.give, member, "tee-off", HAND)
    refused("coupon-over", giving.give, member, "gone", HAND)
    refused("coupon-over", giving.give, member, "ten-off", HAND, valid_until=datetime.now(UTC) - timedelta(1))
    assert facts() == []
    assert not Coupon.objects.exists()


def test_asked_twice_is_given_once() -> None:
    member, other = somebody(), somebody()
    asked = Asked("web", "key-1")
    first = giving.give(member, "ten-off", asked)
    assert giving.give(member, "ten-off", asked).pk == first.pk
    refused("message-id-reused", giving.give, member, "tea-fifth", asked)
    refused("message-id-reused", giving.give, other, "ten-off", asked)
    giving.give(member, "ten-off", Asked("till", "key-1"))
    assert Coupon.objects.count() == len(facts()) == 2


def test_withdrawn_with_a_reason_and_only_while_open() -> None:
    member, other = somebody(), somebody()
    coupon = giving.give(member, "ten-off", HAND)
    refused("reason-missing", giving.withdraw, member, coupon.pk, " ", HAND)
    refused("unknown-coupon", giving.withdraw, other, coupon.pk, "wrong person", HAND)
    giving.withdraw(member, coupon.pk, "given by mistake", HAND)
    refused("coupon-closed", giving.withdraw, member, coupon.pk, "again", HAND)
    assert facts(member)[-1] == (
        "Coupon Withdrawn",
        {"coupon_id": coupon.pk, "coupon": "ten-off", "reason": "given by mistake",
         "valid_until": coupon.valid_until.isoformat()},
    )  # fmt: skip


def test_many_members_in_one_batch() -> None:
    members = [somebody() for _ in range(7)]
    begun = beginning.begin(Wanted("ten-off", Batch.GIVEN, members=members), HAND)
    assert (begun.batch.made, begun.batch.state) == (7, Batch.READY)
    assert sorted(Coupon.objects.filter(batch=begun.batch).values_list("member_id", flat=True)) == members
    assert len(facts()) == 7


CLAIMS = [
    # the coupon, what the batch is like, the member; why not
    ("anybody", "ten-off", {}, {}, ""),
    ("gold for gold", "gold-only", {}, {"tier": "gold"}, ""),
    ("gold for the others", "gold-only", {}, {}, "coupon-not-for-member"),
    ("a new member", "regular", {}, {"joined_days_ago": 29}, "coupon-not-for-member"),
    ("no new member any more", "regular", {}, {"joined_days_ago": 31}, ""),
    ("not yet", "ten-off", {"claim_from": 1}, {}, "claim-not-yet"),
    ("in its time", "ten-off", {"claim_from": -1, "claim_until": 1}, {}, ""),
    ("over", "ten-off", {"claim_from": -2, "claim_until": -1}, {}, "claim-over"),
    ("stopped", "ten-off", {"state": Batch.STOPPED}, {}, "claim-stopped"),
    ("all gone", "ten-off", {"made": 5}, {}, "claim-sold-out"),
    ("not for claiming", "ten-off", {"kind": Batch.GIVEN}, {}, "unknown-batch"),
]


@pytest.mark.parametrize(("what", "key", "batch", "member", "why"), CLAIMS, ids=[row[0] for row in CLAIMS])
def test_who_can_claim(what: str, key: str, batch: dict[str, Any], member: dict[str, Any], why: str) -> None:
    now = datetime.now(UTC)
    settings = {name: now + timedelta(days=value) if name.startswith("claim_") else value
                for name, value in batch.items()}  # fmt: skip
    made = Batch.objects.create(**({"key": key, "name": "x", "kind": Batch.CLAIMED, "wanted": 5} | settings))
    person = somebody(**member)
    if why:
        refused(why, claiming.claim, person, made.pk, Asked())
        assert facts() == [] and not Coupon.objects.exists()
        return
    coupon = claiming.claim(person, made.pk, Asked())
    assert coupon.batch_id == made.pk
    assert facts(person)[0][1]["how"] == "claimed"
    refused("claimed-before", claiming.claim, person, made.pk, Asked())
    made.refresh_from_db()
    assert made.made == 1


def test_the_claim_centre_says_why_not() -> None:
    now = datetime.now(UTC)
    for key, more in [
        ("ten-off", {}),
        ("gold-only", {}),
        ("tea-fifth", {"claim_from": now + timedelta(1)}),
        ("regular", {"made": 5}),
        ("gone", {}),
        ("no-more", {}),
        ("ten-off", {"state": Batch.STOPPED}),
    ]:
        Batch.objects.create(key=key, name=key, kind=Batch.CLAIMED, wanted=5, **more)
    person = somebody()
    seen = [(one.card.key, one.left, one.why_not) for one in views.claimable(person)]
    assert sorted(seen) == [
        ("gold-only", 5, "tier"),
        ("regular", 0, "sold_out"),
        ("tea-fifth", 5, "not_yet"),
        ("ten-off", 5, ""),
    ]
    assert seen[0] == ("ten-off", 5, "")


@pytest.fixture
def batch() -> Batch:
    """Three codes of ten off."""
    made = beginning.begin(Wanted("ten-off", Batch.GENERATED, count=3, prefix="ten"), HAND).batch
    codes.make(made.pk)
    made.refresh_from_db()
    return made


def code_of(batch: Batch, place: int = 0) -> str:
    return Coupon.objects.filter(batch=batch).order_by("id")[place].code or ""


def test_a_code_becomes_mine_however_it_is_typed(batch: Batch) -> None:
    member, other = somebody(), somebody()
    code = code_of(batch)
    typed = f" {code[:4].lower()}-{code[4:]} "
    coupon = claiming.add_code(member, typed, Asked())
    assert (coupon.member_id, coupon.code) == (member, code)
    assert coupon.valid_until is not None and coupon.valid_until > datetime.now(UTC) + timedelta(days=6)
    assert facts(member)[0][1]["how"] == "code"
    assert code not in str(facts()), "codes are worth money: the log has none"
    refused("code-yours", claiming.add_code, member, code, Asked())
    refused("code-used", claiming.add_code, other, code, Asked())
    refused("claimed-before", claiming.add_code, member, code_of(batch, 1), Asked())
    refused("code-is-public", claiming.add_code, other, "welcome", Asked())
    assert Coupon.objects.filter(member_id__isnull=False).count() == 1


@pytest.mark.parametrize("state", [Coupon.USED, Coupon.RESERVED, Coupon.WITHDRAWN, Coupon.EXPIRED])
def test_a_code_that_is_not_open(batch: Batch, state: str) -> None:
    Coupon.objects.filter(batch=batch).update(state=state)
    why = "code-used" if state in (Coupon.USED, Coupon.RESERVED) else "code-expired"
    refused(why, claiming.add_code, somebody(), code_of(batch), Asked())


def test_who_guesses_must_wait(batch: Batch) -> None:
    member, now = somebody(), datetime.now(UTC)
    for number in range(claiming.TRIES_MAX):
        refused("unknown-code", claiming.add_code, member, f"TEN{number}", Asked(), now=now)
    refused("too-many-tries", claiming.add_code, member, code_of(batch), Asked(), now=now)
    claiming.add_code(somebody(), code_of(batch), Asked(), now=now)
    later = now + claiming.TRIES_WINDOW
    assert claiming.add_code(member, code_of(batch, 1), Asked(), now=later).member_id == member


def test_a_batch_that_could_be_guessed_or_makes_no_sense_is_refused() -> None:
    now = datetime.now(UTC)
    for kind, field, wanted in [
        ("code-too-short", "length", {"count": 1_000_000, "length": 6}),
        ("not-a-whole-number", "count", {"count": 5_000_001}),
        ("not-a-whole-number", "count", {"count": 0}),
        ("bad-prefix", "prefix", {"count": 1, "prefix": "TEA CUP"}),
        ("bad-prefix", "prefix", {"count": 1, "prefix": "茶"}),
        ("no-such-coupon", "coupon", {"count": 1, "coupon": "x"}),
        ("coupon-over", "coupon", {"count": 1, "coupon": "gone"}),
        ("bad-window", "valid_until", {"count": 1, "valid_until": now}),
        ("bad-window", "claim_until", {"count": 1, "kind": Batch.CLAIMED, "claim_from": now + timedelta(2),
                                       "claim_until": now + timedelta(1)}),
        ("no-codes", "codes", {"kind": Batch.IMPORTED, "codes": of_items(["x"])}),
    ]:  # fmt: skip
        settings: dict[str, Any] = {"coupon": "ten-off", "kind": Batch.GENERATED, **wanted}
        assert refused(kind, beginning.begin, Wanted(**settings), HAND).field == field
    beginning.begin(Wanted("ten-off", Batch.GENERATED, count=28_000, prefix="X", length=5), HAND)
    more = Wanted("ten-off", Batch.GENERATED, count=1_000, prefix="X", length=5)
    refused("code-too-short", beginning.begin, more, HAND)
    assert Batch.objects.count() == 1


def test_a_shops_own_codes_come_in_and_the_rest_is_told() -> None:
    beginning.begin(Wanted("ten-off", Batch.IMPORTED, codes=of_items(["OLD-1"])), HAND)
    asked = Asked("web", "import-1")
    begun = beginning.begin(Wanted("ten-off", Batch.IMPORTED, codes=of_items(["new1", "old1", "new1", "?"])), asked)
    assert (begun.batch.made, begun.batch.wanted, begun.batch.state) == (1, 1, Batch.READY)
    assert [(one.line, one.why) for one in begun.unfit] == [(2, "exists"), (3, "twice"), (4, "bad")]
    again = beginning.begin(Wanted("ten-off", Batch.IMPORTED, codes=of_items(["new1", "old1"])), asked)
    assert again.batch.pk == begun.batch.pk
    refused("message-id-reused", beginning.begin, Wanted("ten-off", Batch.CLAIMED, count=5), asked)
    assert set(Coupon.objects.values_list("code", flat=True)) == {"OLD1", "NEW1"}


def test_coupons_end_and_members_hear_of_it_before() -> None:
    member, now = somebody(), datetime.now(UTC)
    coupon = giving.give(member, "ten-off", HAND, now=now)
    endless = giving.give(member, "tea-fifth", HAND, now=now)
    anonymous = beginning.begin(Wanted("ten-off", Batch.IMPORTED, codes=of_items(["ABCD"]),
                                       valid_until=now + timedelta(days=5)), HAND).batch  # fmt: skip
    assert coupon.valid_until is not None
    assert (due.expire(now), due.notice(now)) == (0, 0)
    before = coupon.valid_until - timedelta(days=3)
    assert due.notice(before - timedelta(seconds=1)) == 0
    assert [due.notice(before), due.notice(before), due.notice(before, days=30)] == [1, 0, 0]
    assert due.expire(coupon.valid_until) == 2
    assert due.expire(coupon.valid_until) == 0
    names = [name for name, _said in facts(member)]
    assert names == ["Coupon Issued", "Coupon Issued", "Coupon Expiring", "Coupon Expired"]
    assert [name for name, _said in facts()] == names, "of a code that is nobody's nothing is told"
    assert Coupon.objects.get(batch=anonymous).state == Coupon.EXPIRED
    endless.refresh_from_db()
    assert endless.state == Coupon.OPEN
    [first, second] = views.wallet(member, coupon.valid_until)
    assert (first.state, second.state) == (Coupon.OPEN, Coupon.EXPIRED)


def test_a_coupon_whose_time_ran_out_is_shown_so_before_the_minute_has_passed() -> None:
    member = somebody()
    coupon = giving.give(member, "ten-off", HAND)
    assert coupon.valid_until is not None
    [shown] = views.wallet(member, coupon.valid_until)
    assert (shown.coupon.state, shown.state, shown.soon) == (Coupon.OPEN, Coupon.EXPIRED, False)
    [shown] = views.wallet(member, coupon.valid_until - timedelta(days=1))
    assert (shown.state, shown.soon, str(shown.ends_on)) == (
        Coupon.OPEN, True, str((coupon.valid_until - timedelta(hours=1)).astimezone(known().zone).date()),
    )  # fmt: skip


def test_codes_of_the_offers_file_are_begun_once_and_grow() -> None:
    with_codes = OFFERS + "  - {key: back, kind: amount, off: 5.00, codes: {prefix: Back, length: 8, count: 40}}\n"
    assert due.make_codes_of_files() == []
    Version.objects.update(effective_at=datetime.now(UTC) - timedelta(days=2))
    publish(with_codes)
    [batch] = due.make_codes_of_files()
    assert due.make_codes_of_files() == []
    assert codes.make(batch.pk) == 40
    assert code_of(batch).startswith("BACK")
    publish(with_codes.replace("count: 40", "count: 60"))
    assert due.make_codes_of_files() == []
    assert codes.make(batch.pk) == 20
    publish(with_codes.replace("count: 40", "count: 10"))
    due.make_codes_of_files()
    batch.refresh_from_db()
    assert (batch.wanted, batch.made, batch.state) == (60, 60, Batch.READY)

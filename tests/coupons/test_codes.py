"""Codes in bulk: unguessable, never twice, never more than wanted, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import pytest

from regulars.coupons import batches, codes, reads
from regulars.coupons.models import Batch, Coupon
from regulars.rules.offers.codes import ALPHABET, length_for


def a_batch(wanted: int, prefix: str = "TEA", length: int = 8) -> Batch:
    return batches.begin(
        Batch(key="tea-9", name="Tea", kind=Batch.GENERATED, wanted=wanted, prefix=prefix, length=length)
    )


def test_letters_are_alike_likely_and_none_is_mistaken_for_another() -> None:
    found = codes.generate(20_000, "TEA", 10)
    assert {len(code) for code in found} == {13}
    assert len(set(found)) == 20_000
    counts = Counter("".join(code.removeprefix("TEA") for code in found))
    assert set(counts) == set(ALPHABET)
    assert not set(ALPHABET) & set("01OIL")
    expected = 200_000 / len(ALPHABET)
    # Six standard deviations: fails once in a hundred million runs if the letters are alike.
    assert all(abs(number - expected) < 6 * sqrt(expected) for number in counts.values())


@pytest.mark.parametrize(("count", "length"), [(1, 3), (29, 3), (30, 4), (1_000, 5), (1_000_000, 7), (5_000_000, 7)])
def test_a_guess_is_right_once_in_a_thousand_at_most(count: int, length: int) -> None:
    assert length_for(count) == length
    assert 31**length >= 1000 * count > 31 ** (length - 1)


@pytest.mark.django_db
def test_a_batch_is_made_in_chunks_and_no_more_than_wanted() -> None:
    batch = a_batch(2_500)
    assert codes.make(batch.pk, at_once=1_000) == 2_500
    batch.refresh_from_db()
    assert (batch.made, batch.state) == (2_500, Batch.READY)
    assert codes.make(batch.pk) == 0
    assert Coupon.objects.filter(batch=batch).count() == 2_500
    assert reads.states(batch.pk) == {Coupon.OPEN: 2_500}


@pytest.mark.django_db
def test_codes_that_exist_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the same code is in the chunk twice, or in another batch."""
    other = a_batch(1, prefix="")
    codes.insert(other, ["TEAAAA"])
    answers = [["TEAAAA", "TEABBB", "TEABBB"], ["TEABBB", "TEACCC"], ["TEADDD"]]
    monkeypatch.setattr(codes, "generate", lambda count, prefix, length: answers.pop(0))
    batch = a_batch(3, length=3)
    assert codes.make(batch.pk) == 3
    assert set(Coupon.objects.filter(batch=batch).values_list("code", flat=True)) == {"TEABBB", "TEACCC", "TEADDD"}


@pytest.mark.django_db
def test_a_stopped_batch_keeps_what_it_has_and_can_be_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = a_batch(300)
    insert = codes.insert

    def stopped_meanwhile(batch: Batch, found: list[str]) -> int:
        if batch.made == 100:
            batch.state = Batch.STOPPED  # saved with the chunk, as if somebody had just waited for its lock
        return insert(batch, found)

    monkeypatch.setattr(codes, "insert", stopped_meanwhile)
    assert codes.make(batch.pk, at_once=100) == 200
    assert Coupon.objects.filter(batch=batch).count() == 200
    assert batches.go_on(batch.pk) and not batches.go_on(batch.pk)
    assert codes.make(batch.pk) == 100
    assert not batches.stop(batch.pk), "it is ready"


@pytest.mark.django_db
def test_a_batch_grows_and_never_shrinks() -> None:
    batch = a_batch(100)
    codes.make(batch.pk)
    assert not batches.widen(batch.pk, 50)
    assert batches.widen(batch.pk, 150)
    assert codes.make(batch.pk) == 50
    assert Coupon.objects.filter(batch=batch).count() == 150

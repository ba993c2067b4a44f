"""The meter: how far a search goes, and what a part of it leaves to the others."""

from __future__ import annotations

from regulars.rules.pricing.meter import Meter


def test_what_is_spent_to_the_last_node_is_still_proved() -> None:
    meter = Meter(3)
    assert meter.spend(2) and meter.spend()
    assert meter.proved and not meter.over
    assert not meter.spend()
    assert meter.over and not meter.proved


def test_a_part_that_cannot_finish_leaves_the_others_their_nodes_and_the_proof_is_gone() -> None:
    meter = Meter(40)
    floor = meter.narrow(4)
    assert [meter.spend(5) for _ in range(3)] == [True, True, False]
    assert meter.over
    meter.widen(floor)
    assert not meter.over
    assert meter.spend(29) and not meter.spend()
    assert not meter.proved


def test_a_part_of_a_part_has_no_more_than_the_part() -> None:
    meter = Meter(100)
    outer = meter.narrow(2)
    inner = meter.narrow(5)
    assert meter.spend(10) and not meter.spend()
    meter.widen(inner)
    assert meter.spend(39) and not meter.spend()
    meter.widen(outer)
    assert meter.spend(49)


def test_nothing_left_is_nothing_to_share() -> None:
    meter = Meter(0)
    assert not meter.spend()
    floor = meter.narrow(2)
    assert meter.over and not meter.spend()
    meter.widen(floor)
    assert meter.over

"""The numbers of a programme under sliders."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from regulars.files.yaml_whole import plain
from regulars.programmes.file import check
from regulars.programmes.parameters import parameters, trial_text, with_values

HOME = Path(__file__).resolve().parents[2] / "programmes"
GROCERY = (HOME / "grocery.yaml").read_text(encoding="utf-8")


def found() -> dict[str, Decimal]:
    programme = check(GROCERY).programme
    assert programme is not None
    return {one.name: one.value for one in parameters(GROCERY, programme)}


def test_rates_thresholds_factors_expiry_and_caps_are_there() -> None:
    names = found()
    assert names["earn.purchase.rate.points"] == 1
    assert names["tiers.levels.gold.from"] == 1000
    assert names["tiers.levels.gold.earns_times"] == Decimal("1.2")
    assert names["points.points.expires.after_months"] == 12
    assert names["earn.fresh-basket.at_most.points"] == 100


@pytest.mark.parametrize("file", ["grocery.yaml", "live-commerce.yaml"])
def test_whatever_one_slider_is_set_to_it_is_a_programme_still(file: str) -> None:
    text = (HOME / file).read_text(encoding="utf-8").partition("\ntasks:")[0] + "\n"
    programme = check(text).programme
    assert programme is not None
    for one in parameters(text, programme):
        steps = (one.high - one.low) / one.step
        assert one.low <= one.value <= one.high
        assert (one.value - one.low) % one.step == 0, one.name
        for value in (one.low, one.low + one.step * (steps // 2), one.low + one.step * (steps // 1)):
            said = with_values(text, {one.name: value})
            assert check(said).programme is not None, (one.name, value, check(said).errors)


@pytest.mark.parametrize("file", ["grocery.yaml", "live-commerce.yaml"])
def test_what_is_tried_is_what_would_be_kept(file: str) -> None:
    text = (HOME / file).read_text(encoding="utf-8").partition("\ntasks:")[0] + "\n"
    values = {"earn.purchase.rate.points": Decimal("1.30"), "tiers.levels.gold.from": Decimal(1900)}
    tried, kept = check(trial_text(plain(text), values)), check(with_values(text, values))
    assert kept.programme is not None
    assert tried.programme == kept.programme


def test_sliding_changes_that_number_and_no_other_letter() -> None:
    said = with_values(GROCERY, {"earn.purchase.rate.points": Decimal("1.30")})
    assert said == GROCERY.replace("rate: {points: 1, per: 1.00}", "rate: {points: 1.3, per: 1.00}", 1)


def test_a_setting_that_is_not_there_is_not_made() -> None:
    with pytest.raises(KeyError):
        with_values(GROCERY, {"points.points.expires.after_days": Decimal(3)})

"""The guide to the language says what is so: examples pass, every kind and setting has its place, defaults hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from regulars.files.yaml_text import read_yaml
from regulars.offers.file import check
from regulars.rules.offers.deals import KINDS, SETTINGS
from regulars.rules.offers.goods import FIELDS, MEMBER
from regulars.rules.offers.limits import PER
from regulars.rules.offers.model import Policy
from regulars.rules.offers.whole import COMMON, COUPON_SETTINGS

GUIDE = (Path(__file__).parents[2] / "docs" / "offers-language.md").read_text(encoding="utf-8")
HEAD = "currency: CNY\ntime_zone: Asia/Shanghai\n"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
TIERS = ("member", "gold", "platinum", "diamond")


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_good_file(example: str) -> None:
    text = example if "currency:" in example else HEAD + example
    checked = check(text, TIERS)
    assert checked.problems == ()
    assert checked.offers is not None


def test_there_is_an_example_of_every_kind() -> None:
    items: list[dict[str, Any]] = []
    for example in EXAMPLES:
        data = read_yaml(example).data
        items += [*data.get("offers", []), *data.get("coupons", [])]
    assert {item["kind"] for item in items} == set(KINDS)
    assert len({item["key"] for item in items}) == len(items)


@pytest.mark.parametrize(
    "word",
    sorted({*COMMON, *COUPON_SETTINGS, *FIELDS, *MEMBER, *PER, *(key for keys in SETTINGS.values() for key in keys)}),
)
def test_every_setting_is_spoken_of(word: str) -> None:
    assert re.search(rf"`[^`]*\b{re.escape(word)}\b[^`]*`|^ *(?:- )?{re.escape(word)}:", GUIDE, flags=re.MULTILINE), (
        word
    )


def test_the_policy_shown_is_the_default_but_for_the_number_of_coupons() -> None:
    example = next(one for one in EXAMPLES if one.startswith("policy:"))
    said = check(HEAD + example).offers
    usual = check(HEAD).offers
    assert said is not None
    assert usual is not None
    groups = {**said.policy.groups, "coupon": usual.policy.groups["coupon"]}
    assert groups == usual.policy.groups
    for name in ("tax", "rounding", "base", "sequence", "earn_on"):
        assert getattr(said.policy, name) == getattr(usual.policy, name) == getattr(Policy(), name), name

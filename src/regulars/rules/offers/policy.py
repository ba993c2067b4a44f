"""The section ``policy``: what holds for all offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.rules.language.reading import Path, Reader
from regulars.rules.offers.model import GROUPS, TENDER, EarnOn, GroupRule, Policy, Returns

RULES = ("best_of", "stack", "exclusive")
_SETTINGS = ("tax", "rounding", "base", "sequence", "groups", "earn_on", "returns", "floor")
_RETURNS = {"coupons": ("back", "kept"), "uses": ("back", "kept")}
_EARN_ON = {"points_paid": False, "gift_card_paid": True, "coupon_paid": False}
GROUPS_MAX = 20


def read_policy(reader: Reader, value: Any, path: Path) -> Policy:
    """The policy, with the default wherever the file says nothing."""
    policy = reader.section(value, path, _SETTINGS) or {}
    sequence = _sequence(reader, policy["sequence"], (*path, "sequence")) if "sequence" in policy else Policy().sequence
    said: Mapping[str, Any] = {}
    if "groups" in policy:
        said = reader.section(policy["groups"], (*path, "groups"), [g for g in sequence if g != TENDER]) or {}
    groups = {group: GROUPS.get(group, GroupRule("best_of")) for group in sequence if group != TENDER}
    groups |= {group: _rule(reader, said[group], (*path, "groups", group)) for group in said if group in groups}
    if "floor" in policy and reader.number(policy["floor"], (*path, "floor")) not in (None, 0):
        reader.say((*path, "floor"), "must be 0")
    return Policy(
        tax=_choice(reader, policy, path, "tax", ("included", "added")),
        rounding=_choice(reader, policy, path, "rounding", ("line", "order")),
        base=_choice(reader, policy, path, "base", ("discounted", "original")),
        sequence=sequence,
        groups=groups,
        earn_on=_earn_on(reader, policy["earn_on"], (*path, "earn_on")) if "earn_on" in policy else EarnOn(),
        returns=_returns(reader, policy["returns"], (*path, "returns")) if "returns" in policy else Returns(),
    )


def _choice(reader: Reader, policy: Mapping[str, Any], path: Path, key: str, words: tuple[str, ...]) -> Any:
    return reader.choice(policy.get(key, words[0]), (*path, key), words) or words[0]


def _sequence(reader: Reader, value: Any, path: Path) -> tuple[str, ...]:
    groups: list[str] = []
    for place, item in enumerate(reader.items(value, path, most=GROUPS_MAX)):
        key = reader.key(item, (*path, place))
        if key is not None and key in groups:
            reader.say((*path, place), "stands twice")
        elif key is not None:
            groups.append(key)
    if TENDER in groups[:-1]:
        reader.say((*path, groups.index(TENDER)), "must be last: what is to pay is known only after all offers")
    return tuple(groups)


def _rule(reader: Reader, value: Any, path: Path) -> GroupRule:
    if not isinstance(value, Mapping):
        return GroupRule(reader.choice(value, path, RULES) or "best_of")  # type: ignore[arg-type]
    rule = reader.section(value, path, ("rule", "at_most"), needs=("rule",)) or {}
    word = reader.choice(rule["rule"], (*path, "rule"), RULES) if "rule" in rule else None
    at_most = reader.whole(rule["at_most"], (*path, "at_most"), 1, 1000) if "at_most" in rule else None
    return GroupRule(word or "best_of", at_most)  # type: ignore[arg-type]


def _earn_on(reader: Reader, value: Any, path: Path) -> EarnOn:
    earn_on = reader.section(value, path, tuple(_EARN_ON)) or {}
    flags = {key: reader.flag(earn_on.get(key, usual), (*path, key)) for key, usual in _EARN_ON.items()}
    return EarnOn(**{key: bool(flag) for key, flag in flags.items()})


def _returns(reader: Reader, value: Any, path: Path) -> Returns:
    returns = reader.section(value, path, tuple(_RETURNS)) or {}
    return Returns(**{key: _choice(reader, returns, path, key, words) == "back" for key, words in _RETURNS.items()})

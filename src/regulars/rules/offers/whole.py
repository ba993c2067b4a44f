"""A whole offers file: every section read, and what only the sections together can tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from regulars.rules.language.home import read_currency, read_time_zone
from regulars.rules.language.reading import Path, Problem, Reader, is_list
from regulars.rules.offers.codes import COUNT_MAX, LENGTH_MAX, PREFIX_MAX, length_for
from regulars.rules.offers.deals import GROUP_OF_KIND, KINDS, SETTINGS, Deals
from regulars.rules.offers.goods import read_for, read_goods, read_where
from regulars.rules.offers.limits import Money, read_budget, read_limit, read_units, read_valid
from regulars.rules.offers.model import COUPON, TENDER, Codes, Coupon, Gift, GroupBuy, Offer, Offers, Policy
from regulars.rules.offers.policy import read_policy
from regulars.rules.offers.rewards import GROUP_BUY, Rewards
from regulars.rules.programme import Condition

TOP = ("currency", "time_zone", "policy", "offers", "coupons", "gifts", "charities", "group_buys")
SECTIONS = TOP[3:]
NEEDS = ("currency", "time_zone")
OFFERS_MAX = 10_000
COMMON = ("key", "kind", "name", "for", "where", "goods", "valid", "stock", "at_most", "budget", "priority")
COUPON_SETTINGS = ("valid_days", "exclusive", "codes")
COUPON_KINDS = tuple(kind for kind in KINDS if kind not in ("buy_get", "bundle"))
EVERY_SETTING = tuple(dict.fromkeys(key for settings in SETTINGS.values() for key in settings))
DAYS_MAX = 36_500


def read(data: Mapping[str, Any], tiers: Collection[str] | None = None) -> tuple[Offers | None, list[Problem]]:
    """Check an offers file and type it.

    data: the file as plain mappings, lists, str, int, Decimal, bool and date; money in the major unit, exact.
    tiers: keys of the programme's levels that ``member.tier`` may name; None: any.
    Gives the offers, or None when any problem is an error, and all problems found, warnings too. Never raises for what
    a file can hold.
    """
    reader = Reader()
    whole = reader.section(data, (), TOP, needs=NEEDS)
    if whole is None:
        return None, reader.problems
    money = read_currency(reader, whole["currency"], ("currency",)) if "currency" in whole else None
    code, digits = money or ("", 2)
    zone = read_time_zone(reader, whole["time_zone"], ("time_zone",)) if "time_zone" in whole else None
    policy = read_policy(reader, whole.get("policy", {}), ("policy",))
    house = _House(reader, Money(reader, code, digits), zone, policy, tiers)
    offers = [house.offer(item, path) for item, path in _items(reader, whole, "offers")]
    coupons = [house.coupon(item, path) for item, path in _items(reader, whole, "coupons")]
    rewards = Rewards(reader, house.money, zone, tiers)
    known = [coupon.offer.key for coupon in coupons if coupon is not None]
    gifts = [rewards.gift(item, path, known) for item, path in _items(reader, whole, "gifts")]
    charities = [rewards.charity(item, path) for item, path in _items(reader, whole, "charities")]
    group_buys = [house.group_buy(item, path, rewards) for item, path in _items(reader, whole, "group_buys")]
    _unique_keys(reader, whole)
    if any(problem.severity == "error" for problem in reader.problems) or zone is None:
        return None, reader.problems
    found = Offers(
        currency=code,
        minor_digits=digits,
        time_zone=zone,
        policy=policy,
        offers=tuple(offer for offer in offers if offer is not None),
        coupons=tuple(coupon for coupon in coupons if coupon is not None),
        gifts=tuple(gift for gift in gifts if gift is not None),
        charities=tuple(charity for charity in charities if charity is not None),
        group_buys=tuple(buy for buy in group_buys if buy is not None),
    )
    return found, reader.problems


def _items(reader: Reader, whole: Mapping[str, Any], section: str) -> list[tuple[Any, Path]]:
    items = reader.items(whole.get(section, ()), (section,), least=0, most=OFFERS_MAX)
    return [(item, (section, place)) for place, item in enumerate(items)]


class _House:
    """What every offer of the file is read with."""

    def __init__(
        self, reader: Reader, money: Money, zone: str | None, policy: Policy, tiers: Collection[str] | None
    ) -> None:
        self.reader = reader
        self.money = money
        self.zone = zone
        self.policy = policy
        self.tiers = tiers
        self.deals = Deals(reader, money)

    def offer(self, value: Any, path: Path) -> Offer | None:
        """One offer that applies by itself."""
        kind = self._kind(value, path, KINDS)
        known = (*COMMON, "group", *SETTINGS.get(kind, EVERY_SETTING))
        offer = self.reader.section(value, path, known, needs=("key", "kind"))
        if offer is None or not kind:
            return None
        return self._read(offer, path, kind, self._group(offer, path, kind))

    def coupon(self, value: Any, path: Path) -> Coupon | None:
        """One coupon."""
        reader = self.reader
        kind = self._kind(value, path, COUPON_KINDS)
        known = (*COMMON, *COUPON_SETTINGS, *SETTINGS.get(kind, EVERY_SETTING))
        coupon = reader.section(value, path, known, needs=("key", "kind"))
        if coupon is None or not kind:
            return None
        if COUPON not in self.policy.sequence:
            reader.say(path, "has no turn: `policy.sequence` has no `coupon`")
        days = None
        if "valid_days" in coupon:
            days = reader.whole(coupon["valid_days"], (*path, "valid_days"), 1, DAYS_MAX)
        exclusive = reader.flag(coupon.get("exclusive", False), (*path, "exclusive"))
        codes = self._codes(coupon["codes"], (*path, "codes")) if "codes" in coupon else None
        offer = self._read(coupon, path, kind, COUPON)
        return None if offer is None else Coupon(offer, days, bool(exclusive), codes)

    def group_buy(self, value: Any, path: Path, rewards: Rewards) -> GroupBuy | None:
        """One price for those who buy together."""
        buy = self.reader.section(value, path, GROUP_BUY, needs=("key", "goods", "price", "people", "hours"))
        if buy is None:
            return None
        people, hours = rewards.together(buy, path)
        words, picture = rewards.shown(buy, path)
        offer = self._read(buy, path, "price", self._group(buy, path, "price"))
        if offer is None or people is None or hours is None:
            return None
        return GroupBuy(offer, people, hours, words, picture)

    def _kind(self, value: Any, path: Path, kinds: tuple[str, ...]) -> str:
        """The kind, asked first: it says which settings there are."""
        if not isinstance(value, Mapping) or "kind" not in value:
            return ""
        return self.reader.choice(value["kind"], (*path, "kind"), kinds) or ""

    def _group(self, offer: Mapping[str, Any], path: Path, kind: str) -> str:
        usual = GROUP_OF_KIND.get(kind, "item")
        groups = [group for group in self.policy.sequence if group not in (TENDER, COUPON)]
        if "group" in offer:
            return self.reader.choice(offer["group"], (*path, "group"), groups or ["item"]) or usual
        if usual not in groups:
            self.reader.say(path, "needs `group`")
        return usual

    def _read(self, offer: Mapping[str, Any], path: Path, kind: str, group: str) -> Offer | None:
        reader = self.reader
        deal = self.deals.read(kind, offer, path)
        goods = Condition()
        if "goods" in offer and kind != "bundle":
            goods = read_goods(reader, offer["goods"], (*path, "goods"))
        where = read_where(reader, offer["where"], (*path, "where")) if "where" in offer else Condition()
        if kind in ("bundle", "buy_get", "delivery") and (goods.tests or where.of_lines):
            reader.say((*path, "goods" if goods.tests else "where"), "does not go with this kind; it names its goods")
        member = read_for(reader, offer["for"], (*path, "for"), self.tiers) if "for" in offer else Condition()
        valid = read_valid(reader, offer["valid"], (*path, "valid"), self.zone) if "valid" in offer else (None, None)
        units, each_line = None, False
        if "units_at_most" in offer:
            units, each_line = read_units(reader, offer["units_at_most"], (*path, "units_at_most"))
        pick = None
        if "pick" in offer and kind in ("price", "percent", "amount"):
            pick = reader.choice(offer["pick"], (*path, "pick"), ("cheapest", "dearest"))
            if "units_at_most" not in offer and "stock" not in offer and "at_most" not in offer:
                reader.warn((*path, "pick"), "picks nothing without `units_at_most`: all goods that match get it")
        at_most = read_limit(reader, offer["at_most"], (*path, "at_most"), self.money) if "at_most" in offer else None
        budget = read_budget(reader, offer["budget"], (*path, "budget"), self.money) if "budget" in offer else None
        stock = reader.whole(offer["stock"], (*path, "stock"), 0, 10**9) if "stock" in offer else None
        priority = reader.whole(offer["priority"], (*path, "priority"), -1000, 1000) if "priority" in offer else 0
        if budget and isinstance(deal, Gift):
            reader.say((*path, "budget"), "does not go with a gift; write `stock`")
        if deal is None or not isinstance(offer.get("key"), str):
            return None
        return Offer(
            key=offer["key"],
            kind=kind,
            group=group,
            deal=deal,
            goods=goods,
            where=where,
            member=member,
            pick=pick,  # type: ignore[arg-type]
            units_at_most=units,
            units_each_line=each_line,
            off_at_most_minor=self.money.of(offer, path, "off_at_most", least=1),
            valid_from_us=valid[0],
            valid_until_us=valid[1],
            stock=stock,
            at_most=at_most,
            budget_minor=budget,
            priority=priority or 0,
            name=reader.name(offer["name"], (*path, "name")) if "name" in offer else {},
        )

    def _codes(self, value: Any, path: Path) -> Codes | None:
        reader = self.reader
        codes = reader.section(value, path, ("public", "prefix", "length", "count"))
        if codes is None:
            return None
        if "public" in codes:
            for key in ("prefix", "length", "count"):
                if key in codes:
                    reader.say((*path, key), "does not go with `public`; keep one of the two")
            return Codes(public=reader.text(codes["public"], (*path, "public"), most=40) or "")
        for key in ("length", "count"):
            if key not in codes:
                reader.say(path, "needs `{key}`", key=key)
        prefix = reader.text(codes["prefix"], (*path, "prefix"), most=PREFIX_MAX) or "" if "prefix" in codes else ""
        if prefix and not (prefix.isascii() and prefix.isalnum()):
            reader.say((*path, "prefix"), "must be letters and digits")
        length = reader.whole(codes.get("length", 8), (*path, "length"), 6, LENGTH_MAX) or 8
        count = reader.whole(codes.get("count", 1), (*path, "count"), 1, COUNT_MAX) or 1
        if length < length_for(count):
            reader.say((*path, "length"), "must be at least {least}, or codes can be guessed", least=length_for(count))
        return Codes(prefix=prefix.upper(), length=length, count=count)


def _unique_keys(reader: Reader, whole: Mapping[str, Any]) -> None:
    """A key names its offer, coupon or whatever else for ever."""
    seen: dict[str, str] = {}
    for section in SECTIONS:
        if not is_list(whole.get(section)):
            continue
        for place, item in enumerate(whole[section]):
            if not isinstance(item, Mapping) or "key" not in item:
                continue
            path: Path = (section, place, "key")
            key = reader.key(item["key"], path)
            if key in seen:
                reader.say(path, "must be unique: {first} has this key already", first=seen[key])
            elif key:
                seen[key] = f"{section}[{place}]"

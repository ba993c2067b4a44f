"""What is not taken off a price: gifts for points, charity projects, and what makes a price one for a group."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from regulars.rules.language.reading import Path, Reader, nearest
from regulars.rules.offers.goods import read_for
from regulars.rules.offers.limits import Money, read_limit, read_valid
from regulars.rules.offers.model import Charity, Gift, Limit, Offer, PointsGift
from regulars.rules.programme import Condition, Text

SHOWN = ("key", "name", "description", "picture")
GIFT = (*SHOWN, "kind", "product_id", "sku", "coupon", "points", "currency", "stock", "at_most", "for", "valid")
CHARITY = (*SHOWN, "points", "amount", "currency", "goal", "at_least", "valid")
GROUP_BUY = (*SHOWN, "goods", "price", "people", "hours", "group", "for", "stock", "at_most", "valid")
KINDS = ("product", "coupon")
POINTS_MAX = 10**12
DESCRIPTION_MAX = 1000
PEOPLE_MAX = 1000
HOURS_MAX = 24 * 30


class Rewards:
    """Reads gifts, charities and the part of group buys that offers do not have."""

    def __init__(self, reader: Reader, money: Money, zone: str | None, tiers: Collection[str] | None) -> None:
        self.reader = reader
        self.money = money
        self.zone = zone
        self.tiers = tiers

    def gift(self, value: Any, path: Path, coupons: Sequence[str]) -> PointsGift | None:
        """One gift for points; ``coupons``: keys of the coupons there are."""
        reader = self.reader
        gift = reader.section(value, path, GIFT, needs=("key", "kind", "name", "points"))
        if gift is None:
            return None
        kind = reader.choice(gift["kind"], (*path, "kind"), KINDS) if "kind" in gift else None
        coupon = self._coupon(gift, path, coupons) if kind == "coupon" else ""
        product = self._product(gift, path) if kind == "product" else ""
        words, picture = self.shown(gift, path)
        points = reader.whole(gift["points"], (*path, "points"), 1, POINTS_MAX) if "points" in gift else None
        currency = self._currency(gift, path)
        valid = self._valid(gift, path)
        offer = Offer(
            key=str(gift.get("key", "")),
            kind="gift",
            group="",
            deal=Gift(product or coupon or ""),
            member=read_for(reader, gift["for"], (*path, "for"), self.tiers) if "for" in gift else Condition(),
            valid_from_us=valid[0],
            valid_until_us=valid[1],
            stock=reader.whole(gift["stock"], (*path, "stock"), 0, 10**9) if "stock" in gift else None,
            at_most=self._times(gift, path),
            name=self._name(gift, path),
        )
        if points is None:
            return None
        sku = reader.text(gift["sku"], (*path, "sku")) or "" if "sku" in gift else ""
        return PointsGift(offer, points, currency, coupon, sku, words, picture)

    def charity(self, value: Any, path: Path) -> Charity | None:
        """One project that points are given to."""
        reader = self.reader
        charity = reader.section(value, path, CHARITY, needs=("key", "name", "points"))
        if charity is None:
            return None
        unit = reader.whole(charity["points"], (*path, "points"), 1, POINTS_MAX) if "points" in charity else None
        words, picture = self.shown(charity, path)
        valid = self._valid(charity, path)
        name = self._name(charity, path)
        currency = self._currency(charity, path)
        amount = self.money.of(charity, path, "amount", least=1)
        goal = reader.whole(charity["goal"], (*path, "goal"), 1, POINTS_MAX) if "goal" in charity else None
        least = reader.whole(charity["at_least"], (*path, "at_least"), 1, POINTS_MAX) if "at_least" in charity else unit
        if unit is None or least is None:
            return None
        if least % unit:
            reader.say(
                (*path, "at_least"),
                "must be a multiple of {unit} (`points`): points are given in whole units",
                unit=unit,
            )
        return Charity(
            key=str(charity.get("key", "")),
            name=name,
            unit_points=unit,
            amount_minor=amount or 0,
            currency=currency,
            goal_points=goal,
            at_least_points=least,
            description=words,
            picture=picture,
            valid_from_us=valid[0],
            valid_until_us=valid[1],
        )

    def together(self, buy: Mapping[str, Any], path: Path) -> tuple[int | None, int | None]:
        """How many people a group needs, and how many hours it has."""
        people = self.reader.whole(buy["people"], (*path, "people"), 2, PEOPLE_MAX) if "people" in buy else None
        hours = self.reader.whole(buy["hours"], (*path, "hours"), 1, HOURS_MAX) if "hours" in buy else None
        return people, hours

    def shown(self, settings: Mapping[str, Any], path: Path) -> tuple[Text, str]:
        """What customers read and see of it beside its name: a description and the address of a picture."""
        reader = self.reader
        words: Text = {}
        if "description" in settings:
            words = reader.name(settings["description"], (*path, "description"), DESCRIPTION_MAX)
        picture = ""
        if "picture" in settings:
            picture = reader.text(settings["picture"], (*path, "picture"), 1000) or ""
            if picture and (not picture.startswith("https://") or any(letter.isspace() for letter in picture)):
                reader.say((*path, "picture"), "must be an address that begins with https://")
        return words, picture

    def _name(self, settings: Mapping[str, Any], path: Path) -> Text:
        return self.reader.name(settings["name"], (*path, "name")) if "name" in settings else {}

    def _currency(self, settings: Mapping[str, Any], path: Path) -> str:
        return self.reader.key(settings["currency"], (*path, "currency")) or "" if "currency" in settings else ""

    def _valid(self, settings: Mapping[str, Any], path: Path) -> tuple[int | None, int | None]:
        if "valid" not in settings:
            return None, None
        return read_valid(self.reader, settings["valid"], (*path, "valid"), self.zone)

    def _times(self, gift: Mapping[str, Any], path: Path) -> Limit | None:
        """A member's limit: so many times in a period, or ever."""
        if "at_most" not in gift:
            return None
        at = (*path, "at_most")
        limit = read_limit(self.reader, gift["at_most"], at, self.money)
        if limit is not None and (limit.kind != "times" or limit.per == "order"):
            self.reader.say(at, "must be so many `times` per member, day, week, month or year")
            return None
        return limit

    def _product(self, gift: Mapping[str, Any], path: Path) -> str:
        if "coupon" in gift:
            self.reader.say((*path, "coupon"), "only goes with `kind: coupon`")
        if "product_id" not in gift:
            self.reader.say(path, "needs `{key}`", key="product_id")
            return ""
        return self.reader.text(gift["product_id"], (*path, "product_id")) or ""

    def _coupon(self, gift: Mapping[str, Any], path: Path, coupons: Sequence[str]) -> str:
        reader = self.reader
        for key in ("product_id", "sku"):
            if key in gift:
                reader.say((*path, key), "only goes with `kind: product`")
        if "coupon" not in gift:
            reader.say(path, "needs `{key}`", key="coupon")
            return ""
        coupon = reader.text(gift["coupon"], (*path, "coupon")) or ""
        if coupon and coupon not in coupons:
            guess = nearest(coupon, coupons)
            if guess:
                reader.say((*path, "coupon"), "is no coupon of this file; did you mean `{guess}`?", guess=guess)
            else:
                reader.say((*path, "coupon"), "is no coupon of this file")
        return coupon

# ruff: noqa: E501 (one gift a line)
"""A shop with gifts, charities and a group buy, and members with points to spend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from regulars.flow import holds
from regulars.flow.problems import Problem
from regulars.offers import writes as offers
from regulars.points.models import Balance
from regulars.programmes import writes as programmes
from tests.flow.crowd import PROGRAMME
from tests.flow.stories import Customer

OFFERS = """
currency: CNY
time_zone: America/New_York
coupons:
  - {key: ten-off, kind: amount, off: 10.00, valid_days: 30}
gifts:
  - {key: mug, kind: product, product_id: mug-1, sku: M1, points: 30, name: {en: Mug, zh-Hans: 马克杯, zh-Hant: 馬克杯}, stock: 10, at_most: {times: 2, per: month}}
  - {key: ten, kind: coupon, coupon: ten-off, points: 20, name: {en: Ten off}}
  - {key: star-map, kind: product, product_id: map, points: 5, currency: stars, name: {en: Star map}}
  - {key: throne, kind: product, product_id: chair, points: 1, name: {en: Chair}, for: {member.tier: [diamond]}}
  - {key: tomorrow, kind: product, product_id: t, points: 1, name: {en: Soon}, valid: {from: 2100-01-01}}
  - {key: yesterday, kind: product, product_id: y, points: 1, name: {en: Late}, valid: {until: 2020-01-01}}
charities:
  - {key: books, name: {en: Books for schools, zh-Hans: 学校图书, zh-Hant: 學校圖書}, points: 10, amount: 0.10, goal: 1000, at_least: 20}
  - {key: gone, name: {en: Gone}, points: 1, valid: {until: 2020-01-01}}
group_buys:
  - {key: tea-for-three, name: {en: Tea for three}, goods: {product_id: [tea]}, price: 9.90, people: 3, hours: 24, stock: 50, at_most: {quantity: 1, per: member}}
  - {key: for-diamonds, goods: {product_id: [cup]}, price: 5.00, people: 2, hours: 1, for: {member.tier: [diamond]}}
"""


def publish() -> None:
    """The crowd's programme, and the offers above."""
    programmes.apply(PROGRAMME)
    offers.apply(OFFERS)


def somebody(shop_id: str = "ann", points: int = 100) -> int:
    """A member with so many points that can be spent (two lots of them), and no tier."""
    one = Customer(shop_id)
    one.send("Page Viewed", 50)
    one.send("Checked In", 40)
    for part in (points // 2, points - points // 2):
        if part:
            holds.adjust(
                one.member_id, part, "points", "a gift", message_id=f"{shop_id}-{part}-{Balance.objects.count()}"
            )
    return one.member_id


def has(member_id: int, currency: str = "points") -> int:
    """Points that can be spent."""
    return Balance.objects.get(member_id=member_id, currency=currency).available


def kind_of(work: Callable[[], Any]) -> str:
    """What refused it; empty when nothing did."""
    try:
        work()
    except Problem as problem:
        return problem.kind
    return ""


def all_at_once(works: Iterable[Callable[[], Any]], threads: int = 12) -> list[str]:
    """Do everything at once, on threads with connections of their own; what refused each."""
    todo = list(works)
    threads = min(threads, len(todo))
    begin = Barrier(threads)

    def work(place: int) -> list[str]:
        begin.wait()
        try:
            return [kind_of(one) for one in todo[place::threads]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return [kind for kinds in pool.map(work, range(threads)) for kind in kinds]

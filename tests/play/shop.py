# ruff: noqa: E501 (one prize a line)
"""A shop with games, and members to play them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from regulars.flow.play import publishing
from regulars.play.models import Game
from tests.flow import reward_shop

ZONE = ZoneInfo("America/New_York")

WHEEL = """
game: summer
kind: wheel
name: {en: Summer wheel, zh-Hans: 夏日大转盘, zh-Hant: 夏日大轉盤}
currency: CNY
time_zone: America/New_York
from: FROM
until: UNTIL
prizes:
  - {key: jackpot, name: {en: A kettle, zh-Hans: 水壶, zh-Hant: 水壺}, chance: 1/50, stock: 3, worth: 200, gives: {gift: true}}
  - {key: ten-off, name: {en: Ten off}, chance: 5%, stock: 20, worth: 10, gives: {coupon: ten-off}}
  - {key: points, name: {en: 50 points}, chance: 0.1, gives: {points: 50}}
consolation: {key: thanks, name: {en: 1 point}, gives: {points: 1}, stock: 40}
"""


def publish_shop() -> None:
    """Programme and offers."""
    reward_shop.publish()


def local(days: int, hour: int = 0, now: datetime | None = None) -> str:
    """A local moment so many days from today, as a file says it."""
    day = (now or datetime.now(UTC)).astimezone(ZONE).date() + timedelta(days=days)
    return f'"{day.isoformat()}T{hour:02}:00"'


def on(text: str, now: datetime | None = None, **changes: str) -> Game:
    """The game, published yesterday and on from then until in a week."""
    text = text.replace("FROM", local(0, now=now)).replace("UNTIL", local(7, now=now))
    for name, value in changes.items():
        text += f"{name}: {value}\n"
    return publishing.publish(text, now=(now or datetime.now(UTC)) - timedelta(days=1))

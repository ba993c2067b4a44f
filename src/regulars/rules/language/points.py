"""The section ``points``: the currencies of points, how long they wait, live and what they pay."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from regulars.rules.language.reading import Path, Reader
from regulars.rules.programme import Currency, Expiry

CURRENCIES_MAX = 16
SETTINGS = ("name", "spendable", "pending", "expires", "worth", "pays", "refund", "earns_on_points_paid")
DAYS_MAX = 36_500
POINTS_MAX = 10_000_000


def read_points(reader: Reader, value: Any, path: Path, money: str, digits: int) -> tuple[Currency, ...]:
    """Every currency of the section, in the order of the file."""
    if not isinstance(value, Mapping):
        reader.say(path, "must be a section of settings")
        return ()
    if not value:
        reader.say(path, "needs at least one currency of points")
    elif len(value) > CURRENCIES_MAX:
        reader.say(path, "must have at most {most} entries", most=CURRENCIES_MAX)
    return tuple(_currency(reader, key, settings, (*path, key), money, digits) for key, settings in value.items())


def _currency(reader: Reader, key: Any, value: Any, path: Path, money: str, digits: int) -> Currency:
    if reader.key(key, path) in ("coupon", "badge"):
        reader.say(path, "cannot be called {name}: `gives` would not know points from it", name=str(key))
    settings = reader.section(value, path, SETTINGS, needs=("name",)) or {}
    spendable = reader.flag(settings["spendable"], (*path, "spendable")) if "spendable" in settings else True
    if spendable is False:
        for only in ("worth", "pays"):
            if only in settings:
                reader.say((*path, only), "only goes with points that can be spent (`spendable: true`)")
    worth = _worth(reader, settings["worth"], (*path, "worth"), money, digits) if "worth" in settings else None
    pays_least, pays_percent = _pays(reader, settings, path)
    until, days = _pending(reader, settings, path)
    refund = _refund(reader, settings, path)
    earns = settings.get("earns_on_points_paid", False)
    return Currency(
        key=str(key),
        name=reader.name(settings["name"], (*path, "name")) if "name" in settings else {},
        spendable=spendable is not False,
        pending_until=until,
        pending_days=days,
        expires=_expires(reader, settings["expires"], (*path, "expires")) if "expires" in settings else None,
        worth=worth,
        pays_at_least_points=pays_least,
        pays_at_most_percent=pays_percent,
        earns_on_points_paid=bool(reader.flag(earns, (*path, "earns_on_points_paid"))),
        **refund,
    )


def _pending(reader: Reader, settings: Mapping[str, Any], path: Path) -> tuple[str | None, int]:
    if "pending" not in settings:
        return None, 0
    path = (*path, "pending")
    pending = reader.section(settings["pending"], path, ("until", "at_most_days", "days"))
    if pending is None:
        return None, 0
    if "days" in pending:
        for other in ("until", "at_most_days"):
            if other in pending:
                reader.say((*path, other), "does not go with `days`; keep one of the two")
        return None, reader.whole(pending["days"], (*path, "days"), 0, DAYS_MAX) or 0
    if "until" not in pending:
        if set(pending) <= {"at_most_days"}:
            reader.say(path, "needs `until` (the name of an event) or `days`")
        return None, 0
    days = (
        reader.whole(pending["at_most_days"], (*path, "at_most_days"), 1, DAYS_MAX) if "at_most_days" in pending else 0
    )
    return reader.text(pending["until"], (*path, "until")), days or 0


def _expires(reader: Reader, value: Any, path: Path) -> Expiry | None:
    lengths = ("after_months", "after_days", "years")
    expires = reader.section(value, path, (*lengths, "at_end_of", "sliding"))
    if expires is None:
        return None
    given = [length for length in lengths if length in expires]
    if not given and not set(expires) - {"at_end_of", "sliding"}:
        reader.say(path, "needs `after_months`, `after_days` or `years`")
    for surplus in given[1:]:
        reader.say((*path, surplus), "does not go with `{first}`; keep one of the two", first=given[0])
    months = (
        reader.whole(expires["after_months"], (*path, "after_months"), 1, 1_200) if "after_months" in expires else 0
    )
    years = reader.whole(expires["years"], (*path, "years"), 1, 100) if "years" in expires else 0
    days = reader.whole(expires["after_days"], (*path, "after_days"), 1, DAYS_MAX) if "after_days" in expires else 0
    end = None
    if "at_end_of" in expires:
        end = reader.choice(expires["at_end_of"], (*path, "at_end_of"), ("month", "quarter", "year"))
    return Expiry(
        after_months=months or 12 * (years or 0),
        after_days=days or 0,
        at_end_of=end,  # type: ignore[arg-type]
        sliding=bool(reader.flag(expires.get("sliding", False), (*path, "sliding"))),
    )


def _worth(reader: Reader, value: Any, path: Path, money: str, digits: int) -> Fraction | None:
    worth = reader.section(value, path, ("points", "amount"), needs=("points", "amount")) or {}
    points = reader.whole(worth["points"], (*path, "points"), 1, POINTS_MAX) if "points" in worth else None
    amount = None
    if "amount" in worth:
        amount = reader.money(worth["amount"], (*path, "amount"), money, digits, least=1, most=POINTS_MAX)
    return Fraction(amount, points) if points and amount else None


def _pays(reader: Reader, settings: Mapping[str, Any], path: Path) -> tuple[int, int]:
    if "pays" not in settings:
        return 0, 100
    path = (*path, "pays")
    pays = reader.section(settings["pays"], path, ("at_least_points", "at_most_percent")) or {}
    if "worth" not in settings:
        reader.say(path, "needs `worth` beside it: what the points pay")
    least = reader.whole(pays.get("at_least_points", 0), (*path, "at_least_points"), 0, POINTS_MAX)
    percent = reader.whole(pays.get("at_most_percent", 100), (*path, "at_most_percent"), 1, 100)
    return least or 0, percent or 100


def _refund(reader: Reader, settings: Mapping[str, Any], path: Path) -> dict[str, Any]:
    if "refund" not in settings:
        return {}
    path = (*path, "refund")
    refund = reader.section(settings["refund"], path, ("beyond_balance", "paid_points", "grace_days")) or {}
    read: dict[str, Any] = {}
    for key, words in (("beyond_balance", ("debt", "zero")), ("paid_points", ("original_lot",))):
        if key in refund:
            word = reader.choice(refund[key], (*path, key), words)
            read |= {key: word} if word else {}
    if "grace_days" in refund:
        read["grace_days"] = reader.whole(refund["grace_days"], (*path, "grace_days"), 0, DAYS_MAX) or 0
    return read

"""Publishing offers, and taking of the limited ones: the only code that changes these tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.files.checking import LocatedProblem
from regulars.files.phrase import Phrase, phrase
from regulars.offers.file import check
from regulars.offers.models import Version
from regulars.offers.reads import MEMBERS, Live, period
from regulars.programmes import reads as programmes
from regulars.rules.language.reading import listed
from regulars.rules.offers.model import Offer
from regulars.rules.pricing.taken import Taken

_LOCK = 7202
"""Advisory lock of whoever publishes offers."""


class NotApplicable(ValueError):
    """The file cannot be applied; ``problems`` says why, in plain words."""

    def __init__(self, problems: Sequence[LocatedProblem | Phrase]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class SupersededError(Exception):
    """Another version was published since the one this was made from."""


def apply(
    text: str, by: Any = None, effective_at: datetime | None = None, note: str = "", after: int | None = None
) -> Version:
    """Publish ``text`` as the next version of the offers, in effect from ``effective_at`` (now when not given).

    after: the version that ``text`` was made from (0: none); None: nobody asks. The same text as the newest version
    changes nothing and returns that version. Raises NotApplicable; SupersededError when ``after`` is not the newest.
    """
    try:
        programme = programmes.current()[1]
    except programmes.NoProgramme:
        programme = None
    levels = None
    if programme is not None:
        levels = [level.key for level in programme.tiers.levels] if programme.tiers else []
    checked = check(text, levels)
    if checked.offers is None:
        raise NotApplicable(checked.problems)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), clock_timestamp()", [_LOCK])
        now = cursor.fetchone()[1]
        last = Version.objects.order_by("-effective_at").first()
        if last is not None and last.digest == digest:
            return last
        if after is not None and after != (last.pk if last is not None else 0):
            raise SupersededError
        problems: list[Phrase] = []
        if effective_at is not None and effective_at < now:
            problems.append(
                phrase("a version cannot take effect in the past: choose a later time, or leave it out for now")
            )
        if last is not None and (effective_at or now) <= last.effective_at:
            problems.append(
                phrase(
                    "version {number} takes effect at {at} UTC; choose a later time",
                    number=last.pk,
                    at=f"{last.effective_at:%Y-%m-%d %H:%M}",
                )
            )
        if programme is not None:
            for name, theirs, ours in [
                ("currency", programme.currency, checked.offers.currency),
                ("time_zone", programme.time_zone, checked.offers.time_zone),
            ]:
                if theirs != ours:
                    problems.append(
                        phrase("`{name}` must be {theirs}, as the programme has it", name=name, theirs=theirs)
                    )
            spendable = [points.key for points in programme.points if points.spendable]
            asked = [(item.key, item.currency) for item in checked.offers.gifts]
            asked += [(item.key, item.currency) for item in checked.offers.charities]
            for key, currency in asked:
                if currency not in ("", *spendable):
                    problems.append(
                        phrase(
                            "`{key}`: {currency} are no points of the programme that can be spent; there are {known}",
                            key=key,
                            currency=currency,
                            known=listed(spendable or ["–"]),
                        )
                    )
        if problems:
            raise NotApplicable(problems)
        return Version.objects.create(
            text=text, digest=digest, effective_at=effective_at or now, applied_by=by, note=note
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """What a cart takes of one counter. ``member_id`` 0: everybody's."""

    offer: str
    member_id: int
    period: str
    units: int
    times: int
    amount_minor: int


class RunOutError(Exception):
    """Somebody else has just taken what was left of ``offer``."""

    def __init__(self, offer: str) -> None:
        super().__init__(offer)
        self.offer = offer


def take(found: Live, taken: Iterable[Taken], member_id: int, now: datetime) -> list[Charge]:
    """Take of the limited offers what a cart needs, or nothing of any: raises RunOutError, and the caller's transaction
    must end.

    Every offer is counted for everybody, so that its use can be shown; the members' limits only where there are any.
    Counters are locked in the order of their keys; two that want the last one wait for each other.
    """
    zone = found.zone
    charges = []
    with connection.cursor() as cursor:
        for one in sorted(taken, key=lambda one: one.offer):
            offer = found.by_key[one.offer]
            most = (offer.stock, None, offer.budget_minor)
            charge = Charge(one.offer, 0, "", one.stock, one.times, one.amount_minor)
            _count(cursor, charge, most)
            charges.append(charge)
            limit = offer.at_most
            if limit is not None and limit.per in MEMBERS:
                charge = Charge(one.offer, member_id, period(limit, zone, now), one.units, one.times, one.amount_minor)
                _count(cursor, charge, _member_most(offer))
                charges.append(charge)
    return charges


def _member_most(offer: Offer) -> tuple[int | None, int | None, int | None]:
    limit = offer.at_most
    assert limit is not None
    kinds = ("quantity", "times", "amount")
    return tuple(limit.limit if limit.kind == kind else None for kind in kinds)  # type: ignore[return-value]


def _count(cursor: Any, charge: Charge, most: tuple[int | None, int | None, int | None]) -> None:
    # The row is there before it is locked, and the limit is looked at under the lock.
    cursor.execute(
        "INSERT INTO offers_use (offer, member_id, period, units, times, amount_minor) VALUES (%s, %s, %s, 0, 0, 0)"
        " ON CONFLICT (offer, member_id, period) DO NOTHING",
        [charge.offer, charge.member_id, charge.period],
    )
    cursor.execute(
        "UPDATE offers_use SET units = units + %s, times = times + %s, amount_minor = amount_minor + %s"
        " WHERE offer = %s AND member_id = %s AND period = %s"
        " AND units + %s <= coalesce(%s::bigint, 9223372036854775807)"
        " AND times + %s <= coalesce(%s::bigint, 9223372036854775807)"
        " AND amount_minor + %s <= coalesce(%s::bigint, 9223372036854775807)",
        [
            *(charge.units, charge.times, charge.amount_minor),
            *(charge.offer, charge.member_id, charge.period),
            *(charge.units, most[0], charge.times, most[1], charge.amount_minor, most[2]),
        ],
    )
    if cursor.rowcount != 1:
        raise RunOutError(charge.offer)


def give_back(charges: Iterable[Charge]) -> None:
    """Undo what ``take`` took, whole or in part."""
    with connection.cursor() as cursor:
        for charge in sorted(charges, key=lambda one: (one.offer, one.member_id, one.period)):
            cursor.execute(
                "UPDATE offers_use SET units = units - %s, times = times - %s, amount_minor = amount_minor - %s"
                " WHERE offer = %s AND member_id = %s AND period = %s",
                [
                    *(charge.units, charge.times, charge.amount_minor),
                    *(charge.offer, charge.member_id, charge.period),
                ],
            )

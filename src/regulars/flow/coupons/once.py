"""What a caller asks for twice is done once: their message id finds the fact of the first time in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from django.db import transaction

from regulars.coupons.models import Coupon
from regulars.events.models import Event
from regulars.flow.facts import COUPON_ISSUED, SOURCE, Fact, record
from regulars.flow.refusals import reused
from regulars.flow.retrying import retried


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: ``source`` of their key, their ``message_id`` (empty: every call counts), and for operators' eyes the
    ``author`` who did it by hand."""

    source: str = SOURCE
    message_id: str = ""
    author: str = ""

    @property
    def context(self) -> dict[str, Any]:
        """The context of the fact."""
        return {"author": self.author} if self.author else {}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one coupon, and the properties its fact has beside those every such fact has."""

    coupon: Coupon
    more: dict[str, Any] = field(default_factory=dict)


def once(
    asked: Asked, name: str, member_id: int, said: dict[str, Any], now: datetime, do: Callable[[], Done]
) -> Coupon:
    """Do it in one transaction with its fact, or give the coupon of the first time as it is now.

    said: what is asked, apart from the member; another ask under the same message id is refused (Problem).
    """
    digest = blake2b(msgspec.json.encode([name, member_id, said]), digest_size=16).digest()

    def work() -> Coupon:
        with transaction.atomic():
            before = _before(asked, digest)
            if before is not None:
                return before
            done = do()
            fact = of_coupon(name, done.coupon, asked, digest, **done.more)
            record([fact], now)
            return done.coupon

    return retried(work)


def of_coupon(name: str, coupon: Coupon, asked: Asked, digest: bytes = b"", **more: Any) -> Fact:
    """The fact that something happened to a member's coupon."""
    return Fact(
        name,
        coupon.member_id,
        properties(coupon, **more),
        context=asked.context,
        # What nobody can send twice stands under our own name.
        source=asked.source if asked.message_id else SOURCE,
        message_id=asked.message_id,
        body_hash=digest,
    )


def properties(coupon: Coupon, **more: Any) -> dict[str, Any]:
    """What a fact says of a coupon."""
    said: dict[str, Any] = {"coupon_id": coupon.pk, "coupon": coupon.key}
    if coupon.batch_id is not None:
        said["batch"] = coupon.batch_id
    if coupon.valid_until is not None:
        said["valid_until"] = coupon.valid_until.isoformat()
    return said | more


def issued(coupons: list[Coupon], how: str, asked: Asked, now: datetime) -> None:
    """The facts that several coupons were given at once."""
    record([of_coupon(COUPON_ISSUED, coupon, Asked(author=asked.author), how=how) for coupon in coupons], now)


def _before(asked: Asked, digest: bytes) -> Coupon | None:
    if not asked.message_id:
        return None
    found = Event.objects.filter(source=asked.source, message_id=asked.message_id).first()
    if found is None:
        return None
    if bytes(found.body_hash) != digest:
        raise reused(asked.message_id)
    return Coupon.objects.select_related("batch").get(pk=found.properties["coupon_id"])

"""The token with which a shop sends its signed-in customer to the member centre.

A JWT (RFC 7519), HS256, signed with ``REGULARS_CENTRE_SECRET``. Claims: ``sub`` the shop's own id of the customer,
``exp`` at most ten minutes ahead, ``jti`` an id that is good once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from datetime import UTC, datetime

import jwt
from django.conf import settings
from django.db import IntegrityError, transaction

from regulars.centre.models import UsedToken

LIFE_SECONDS_MAX = 600
"""How far ahead a token may lapse at most."""
CLOCKS_DIFFER_SECONDS = 30
"""How far the shop's clock and ours may be apart."""
_ALGORITHM = "HS256"


class BadTokenError(ValueError):
    """A token that lets nobody in."""


class LapsedTokenError(BadTokenError):
    """A token that was good once: its time is over, or it was used before."""


def secret() -> bytes:
    """The secret shared with the shop; without one of its own, derived from the installation's secret key."""
    given: str = settings.CONFIG.centre_secret
    return given.encode() if given else hmac.digest(settings.SECRET_KEY.encode(), b"regulars.centre", hashlib.sha256)


def make(shop_id: str, life_seconds: int = 120) -> str:
    """A token for the customer that the shop calls ``shop_id``, as the shop itself would make it."""
    claims = {"sub": shop_id, "exp": int(time.time()) + life_seconds, "jti": secrets.token_urlsafe(16)}
    return jwt.encode(claims, secret(), algorithm=_ALGORITHM)


def redeem(token: str) -> str:
    """Use a token up; returns the shop's id of the customer.

    Raises LapsedTokenError when it is too old or was used, BadTokenError for anything else that is wrong with it.
    """
    try:
        claims = jwt.decode(
            token,
            secret(),
            algorithms=[_ALGORITHM],
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": ["sub", "exp", "jti"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise LapsedTokenError("expired") from error
    except jwt.InvalidTokenError as error:
        raise BadTokenError(str(error)) from error
    expires = int(claims["exp"])
    if expires - time.time() > LIFE_SECONDS_MAX + CLOCKS_DIFFER_SECONDS:
        raise BadTokenError("lapses too late")
    if not claims["sub"] or not claims["jti"]:
        raise BadTokenError("empty claim")
    _use_up(str(claims["jti"]), expires + CLOCKS_DIFFER_SECONDS)
    return str(claims["sub"])


def _use_up(jti: str, expires: int) -> None:
    """Remember that a token was used; the database lets only one request do so."""
    UsedToken.objects.filter(expires_at__lt=datetime.now(UTC)).delete()
    # Ids of any length fit, and none can be read back.
    name = hashlib.sha256(jti.encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedToken.objects.create(jti=name, expires_at=datetime.fromtimestamp(expires, UTC))
    except IntegrityError as error:
        raise LapsedTokenError("used before") from error

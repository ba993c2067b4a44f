"""Making and revoking keys."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regulars.api import keys
from regulars.api.models import Key

RESERVED_SOURCES = frozenset(("regulars", "console", "centre"))
"""What Regulars writes under itself."""


def make_key(name: str, source: str, scopes: Iterable[str] = keys.SCOPES) -> tuple[Key, str]:
    """A new key and its secret, which is shown this once and not kept.

    Raises ValidationError: no name, a source that is no slug or is reserved, an unknown scope.
    """
    wanted = list(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in keys.SCOPES]
    if unknown or not wanted:
        raise ValidationError(_("Scopes are %(known)s.") % {"known": ", ".join(keys.SCOPES)})
    if not name.strip() or len(name) > Key._meta.get_field("name").max_length:  # type: ignore[operator]
        raise ValidationError(_("A key needs a name of at most 100 characters."))
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", source) or source in RESERVED_SOURCES:
        raise ValidationError(_("A source is a short word such as web or pos: small letters, digits, - and _."))
    token = f"rk_{secrets.token_urlsafe(32)}"
    key = Key.objects.create(
        name=name.strip(),
        source=source,
        prefix=token[:10],
        digest=hashlib.sha256(token.encode()).hexdigest(),
        scopes=wanted,
    )
    return key, token


def revoke_key(key_id: int) -> None:
    """Stop a key; other processes notice within ten seconds. Raises Key.DoesNotExist."""
    key = Key.objects.get(pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
        key.save(update_fields=["revoked_at"])
    keys.forget()

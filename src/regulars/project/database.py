"""Which database Django talks to, and as whom.

Two roles: the owner makes and changes tables (``regulars migrate``, tests); everybody else acts as ``regulars_app``,
which may not change or delete what is append-only. The owner logs in and then takes the lesser role (see ``backend``),
so one login is enough on a hosted PostgreSQL too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from regulars.project.config import BadSetting, Config
from regulars.project.postgres import DATABASE, OWNER, cluster

_COMMON: dict[str, Any] = {
    "ENGINE": "regulars.project.backend",
    # Kept per thread; checked before use, so that a restarted database costs nobody an error page.
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}


def django_database(config: Config) -> dict[str, Any]:
    """Django's ``DATABASES["default"]`` for these settings."""
    embedded = cluster(config)
    if embedded is None:
        place = _from_url(config.database_url)
    else:
        place = {"HOST": str(embedded.socket_dir), "PORT": "5432", "NAME": DATABASE, "USER": OWNER, "PASSWORD": ""}
    options = dict(place.pop("OPTIONS", {}))
    options.setdefault("connect_timeout", 10)
    options.setdefault("application_name", "regulars")
    # Statements that bind on the server (``store``) are planned once (decision 0010); Django's own bind on the client.
    options.setdefault("prepare_threshold", 0)
    options.setdefault("options", "-c plan_cache_mode=force_generic_plan")
    if config.database_role and not config.as_owner:
        options["role"] = config.database_role
    return {**_COMMON, **place, "OPTIONS": options}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        # Without the value: it holds a password.
        raise BadSetting("DATABASE_URL must look like postgres://user:secret@host:5432/name")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if "prepare_threshold" in options:
        # -1: none, for a pooler that does not know prepared statements
        threshold = int(options["prepare_threshold"])
        options["prepare_threshold"] = threshold if threshold >= 0 else None
    return {
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }

"""Every setting an operator can give, in one place.

A setting is an environment variable named after its field: ``web_port`` is ``REGULARS_WEB_PORT``. The one exception is
``DATABASE_URL``, whose name hosting platforms have agreed on. ``regulars settings`` prints this table with the values
in force. Nothing else in the code reads the environment.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
# The folder that holds src/. An installed wheel has none: then the current folder is the home.
_SOURCE_HOME = PACKAGE.parents[1]
HOME = _SOURCE_HOME if (_SOURCE_HOME / "pyproject.toml").is_file() else Path.cwd()

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class OperatorError(Exception):
    """Something that the operator must mend; its message is all they need to see."""


class BadSetting(OperatorError):
    """A setting's value cannot be read; the message names the variable and what it may be."""


def _setting(default: Any, about: str, *, env: str = "", choices: tuple[str, ...] = (), secret: bool = False) -> Any:
    metadata = {"about": about, "env": env, "choices": choices, "secret": secret}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force, typed. Made by :func:`read`; the defaults suit one machine and one person."""

    data_dir: Path = _setting(HOME / "data", "Folder for everything kept: database, keys, lake, logs.")
    lake_url: str = _setting(
        "",
        "Where the lake is kept: a folder, or a URL that fsspec knows, as s3://bucket/lake; by default lake in the data"
        " folder.",
    )
    database_url: str = _setting(
        "",
        "PostgreSQL to use instead of the embedded one, as postgres://user:secret@host:5432/name.",
        env="DATABASE_URL",
        secret=True,
    )
    database_role: str = _setting(
        "regulars_app",
        "Database role that web, worker and commands act as, so that grants bind; empty for none.",
        env="REGULARS_DB_ROLE",
    )
    as_owner: bool = _setting(False, "Act as the owner of the tables; set by the commands that change them.")
    postgres_dir: Path | None = _setting(
        None, "Folder of the embedded PostgreSQL; by default postgres in the data folder."
    )
    postgres_profile: str = _setting(
        "durable",
        "How the embedded PostgreSQL writes; fast loses data in a power cut and is for tests.",
        choices=("durable", "fast"),
    )
    postgres_shared_buffers_mb: int = _setting(384, "Memory that the embedded PostgreSQL keeps pages in, in MB.")
    secret_key: str = _setting(
        "", "Key that signs sessions and tokens; without it, one is made once in the data folder.", secret=True
    )
    centre_secret: str = _setting(
        "",
        "Secret by which the shop signs its customers into the member centre; else derived from the secret key.",
        secret=True,
    )
    debug: bool = _setting(False, "Show errors with their source in the browser; never where customers come.")
    allowed_hosts: tuple[str, ...] = _setting(
        ("localhost", "127.0.0.1", "[::1]"), "Host names this server answers to, by comma."
    )
    trusted_origins: tuple[str, ...] = _setting(
        (), "Origins whose forms are accepted, as https://shop.example, by comma."
    )
    https: bool = _setting(False, "Served over HTTPS (by a proxy in front): secure cookies, HSTS.")
    web_host: str = _setting("127.0.0.1", "Address the web server listens on.")
    web_port: int = _setting(8000, "Port the web server listens on.")
    web_workers: int = _setting(2, "Web processes.")
    web_threads: int = _setting(4, "Threads that answer requests, per web process.")
    worker_concurrency: int = _setting(2, "Background jobs that the worker runs at once.")
    body_limit_mb: int = _setting(10, "Largest request body that is read, in MB.")
    coupon_notice_days: int = _setting(3, "How many days before a coupon ends its member is told.")
    invite_url: str = _setting(
        "",
        "Page of the shop that takes invitations, with {code} where the code goes, as"
        " https://shop.example/welcome?invite={code}; else the member centre explains and keeps the code.",
    )
    public_url: str = _setting(
        "",
        "Address under which people reach this installation, as https://club.shop.example: for links in e-mails; by"
        " default the address it listens on.",
    )
    smtp_host: str = _setting("", "Mail server that reports are sent through; empty: nothing is sent.")
    smtp_port: int = _setting(587, "Its port.")
    smtp_user: str = _setting("", "User name there, if it asks for one.")
    smtp_password: str = _setting("", "Password there.", secret=True)
    smtp_security: str = _setting(
        "starttls", "How the connection is kept private.", choices=("starttls", "tls", "none")
    )
    mail_from: str = _setting("Regulars <regulars@localhost>", "Sender of e-mails, as Shop <club@shop.example>.")
    programme_approval: str = _setting(
        "one",
        "Who must agree to a new programme: one (whoever publishes it; a shop with a single admin could publish nothing"
        " otherwise) or two (a second person approves it first).",
        choices=("one", "two"),
    )
    log_level: str = _setting(
        "INFO", "Least severe log line that is written.", choices=("DEBUG", "INFO", "WARNING", "ERROR")
    )
    log_format: str = _setting("console", "Shape of log lines.", choices=("console", "json"))
    demo: bool = _setting(True, "Show the demo shop's doors (demo logins, the page that plays the shop).")

    @property
    def lake(self) -> str:
        """Where the lake is kept, as a path or a URL."""
        return self.lake_url or str(self.data_dir / "lake")

    @property
    def public(self) -> str:
        """The address under which people reach this installation, without a slash at its end."""
        return (self.public_url or f"http://{self.web_host}:{self.web_port}").rstrip("/")

    @property
    def postgres_folder(self) -> Path:
        """Where the embedded PostgreSQL keeps its files."""
        return self.postgres_dir or self.data_dir / "postgres"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``regulars settings``."""

    env: str
    type: str
    default: str
    value: str
    about: str
    given: bool


def env_name(setting: dataclasses.Field[Any]) -> str:
    """The environment variable that gives this field."""
    return setting.metadata["env"] or f"REGULARS_{setting.name.upper()}"


def read(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings from the environment.

    Raises BadSetting when a value cannot be read, or when a REGULARS_ variable is unknown (a typing slip there would
    otherwise go unseen).
    """
    known = {env_name(setting) for setting in dataclasses.fields(Config)} | _OUTSIDE
    unknown = sorted(name for name in environ if name.startswith("REGULARS_") and name not in known)
    if unknown:
        raise BadSetting(f"unknown setting {', '.join(unknown)}; `regulars settings` lists those that exist")
    values = {}
    for setting in dataclasses.fields(Config):
        raw = environ.get(env_name(setting))
        if raw is not None:
            values[setting.name] = _parse(setting, raw)
    return Config(**values)


def table(config: Config, environ: Mapping[str, str] = os.environ) -> list[Row]:
    """The settings as rows for a person, secrets hidden."""
    rows = []
    for setting in dataclasses.fields(Config):
        name = env_name(setting)
        value = getattr(config, setting.name)
        hidden = setting.metadata["secret"] and value
        rows.append(
            Row(
                env=name,
                type="|".join(setting.metadata["choices"]) or str(setting.type).removesuffix(" | None"),
                default=_show(setting.default),
                value="(hidden)" if hidden else _show(value),
                about=setting.metadata["about"],
                given=name in environ,
            )
        )
    return rows


# Read by scripts/setup.sh before any Python of ours runs, so they are no fields here.
_OUTSIDE = {"REGULARS_PYTHON"}


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, Path) and value.is_relative_to(HOME):
        return str(value.relative_to(HOME))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse(setting: dataclasses.Field[Any], raw: str) -> Any:
    name, raw = env_name(setting), raw.strip()
    kind = str(setting.type)
    choices = setting.metadata["choices"]
    if choices:
        if raw not in choices:
            raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {raw!r}")
        return raw
    if kind == "bool":
        if raw.lower() not in _TRUE | _FALSE:
            raise BadSetting(f"{name} must be true or false, not {raw!r}")
        return raw.lower() in _TRUE
    if kind == "int":
        if not re.fullmatch(r"[1-9][0-9]{0,8}", raw):
            raise BadSetting(f"{name} must be a whole number above 0, not {raw!r}")
        return int(raw)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    if kind.startswith("Path"):
        return Path(raw).expanduser().resolve() if raw else setting.default
    return raw

"""Settings are read from the environment, typed, and refused when they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.project.config import BadSetting, Config, read, table


def test_defaults_suit_one_machine() -> None:
    config = read({})
    assert config == Config()
    assert (config.web_host, config.web_port, config.debug) == ("127.0.0.1", 8000, False)


@pytest.mark.parametrize(
    ("variable", "raw", "field", "value"),
    [
        ("REGULARS_WEB_PORT", "9000", "web_port", 9000),
        ("REGULARS_DEBUG", "yes", "debug", True),
        ("REGULARS_DEBUG", "", "debug", False),
        ("REGULARS_DB_ROLE", "", "database_role", ""),
        ("DATABASE_URL", "postgres://a@b/c", "database_url", "postgres://a@b/c"),
        (
            "REGULARS_ALLOWED_HOSTS",
            "shop.example, www.shop.example,",
            "allowed_hosts",
            ("shop.example", "www.shop.example"),
        ),
        ("REGULARS_DATA_DIR", "/srv/club data", "data_dir", Path("/srv/club data")),
        ("REGULARS_POSTGRES_DIR", "", "postgres_dir", None),
    ],
)
def test_value_is_read(variable: str, raw: str, field: str, value: object) -> None:
    assert getattr(read({variable: raw}), field) == value


@pytest.mark.parametrize(
    ("variable", "raw", "words"),
    [
        ("REGULARS_WEB_PORT", "eighty", "REGULARS_WEB_PORT must be a whole number"),
        ("REGULARS_WEB_PORT", "0", "above 0"),
        ("REGULARS_DEBUG", "maybe", "REGULARS_DEBUG must be true or false"),
        ("REGULARS_POSTGRES_PROFILE", "reckless", "one of durable, fast"),
        ("REGULARS_WEB_PROT", "9000", "unknown setting REGULARS_WEB_PROT"),
    ],
)
def test_nonsense_is_refused_by_name(variable: str, raw: str, words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        read({variable: raw})


def test_table_hides_secrets_and_marks_what_was_given() -> None:
    environ = {"REGULARS_SECRET_KEY": "hush", "DATABASE_URL": "postgres://me:hush@db/x"}
    rows = {row.env: row for row in table(read(environ), environ)}
    assert "hush" not in repr(rows)
    assert rows["DATABASE_URL"].given
    assert not rows["REGULARS_WEB_PORT"].given
    assert all(row.about.endswith(".") for row in rows.values())

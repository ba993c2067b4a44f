"""The scripts behind ``make``: pip's settings handed to uv, texts collected and checked."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

HOME = Path(__file__).resolve().parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", HOME / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("told_by_pip", "wanted"),
    [
        ("", {}),
        ("global.index-url='https://mirror.example/simple'", {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}),
        (
            "global.extra-index-url='file:///a/simple file:///b/simple'",
            {"UV_INDEX": "file:///a/simple file:///b/simple"},
        ),
        ("global.find-links='/wheels /more'", {"UV_FIND_LINKS": "/wheels,/more"}),
        ("global.cert='/etc/ca.pem'", {"SSL_CERT_FILE": "/etc/ca.pem"}),
        # The environment is stronger than any file, wherever pip lists it.
        (
            ":env:.index-url='https://env.example/simple'\nglobal.index-url='https://file.example/simple'",
            {"UV_DEFAULT_INDEX": "https://env.example/simple"},
        ),
    ],
)
def test_uv_is_told_what_pip_knows(monkeypatch: pytest.MonkeyPatch, told_by_pip: str, wanted: dict[str, str]) -> None:
    setup = script("setup")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        setup.subprocess, "run", lambda *args, **options: subprocess.CompletedProcess([], 0, stdout=told_by_pip)
    )
    given = setup.uv_environment()
    names = {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"}
    assert {name: value for name, value in given.items() if name in names} == wanted


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('_("Points")', [("Points", None)]),
        ('gettext_lazy("one " "line")', [("one line", None)]),
        ('pgettext("noun", "order")', [("order", "noun")]),
        ('ngettext("%(n)s day", "%(n)s days", n)', [(("%(n)s day", "%(n)s days"), None)]),
        ('translation.gettext("Gold")', [("Gold", None)]),
        ('gettext(row["name"]); _(name); _("")', []),
    ],
)
def test_texts_of_code(code: str, found: list[object]) -> None:
    assert list(script("messages").calls(ast.parse(code))) == found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p>{% translate "Points" %}</p>', [("Points", None)]),
        ('  {% translate "May" context "month" %}', [("May", "month")]),
        (
            "{% blocktranslate trimmed %}\n  You have\n  {{ n }} points\n{% endblocktranslate %}",
            [("You have %(n)s points", None)],
        ),
        (
            "{% blocktranslate count n=n %}{{ n }} day (left){% plural %}{{ n }} days (left){% endblocktranslate %}",
            [(("%(n)s day (left)", "%(n)s days (left)"), None)],
        ),
        ('{{ _("Gold") }} {% include "x.html" with title=_("Silver") %}', [("Gold", None), ("Silver", None)]),
        ("<script>gettext('not ours')</script> bare words", []),
    ],
)
def test_texts_of_templates(template: str, found: list[object]) -> None:
    messages = script("messages")
    trees = messages.template_calls(template, Path("page.html"))
    assert [text for tree in trees for text in messages.calls(tree)] == found


@pytest.fixture
def small_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The messages script on a source tree with one text, in one language, and no library."""
    messages = script("messages")
    (tmp_path / "src" / "regulars").mkdir(parents=True)
    (tmp_path / "src" / "regulars" / "page.py").write_text('_("%(n)s points")\n')
    monkeypatch.setattr(messages, "HOME", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", tmp_path / "src" / "regulars")
    monkeypatch.setattr(messages, "LANGUAGES", ("zh_Hans",))
    monkeypatch.setattr(messages, "LIBRARIES", ())
    return messages


def test_new_text_is_missed_then_collected_then_translated(
    small_shop: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "run `make messages`" in small_shop.check()[0]
    small_shop.extract()
    assert "is not translated" in small_shop.check()[0]

    path = small_shop.po_path("zh_Hans")
    untranslated = path.read_text()
    assert "Date" not in untranslated

    path.write_text(
        untranslated.replace('msgid "%(n)s points"\nmsgstr ""', 'msgid "%(n)s points"\nmsgstr "%(x)s 积分"')
    )
    assert "placeholders differ: %(n)s, %(x)s" in small_shop.check()[0]

    path.write_text(
        untranslated.replace('msgid "%(n)s points"\nmsgstr ""', 'msgid "%(n)s points"\nmsgstr "%(n)s 积分"')
    )
    assert small_shop.check() == []

    before = path.read_bytes()
    small_shop.extract()
    assert path.read_bytes() == before
    small_shop.compile_all()
    assert "积分".encode() in path.with_suffix(".mo").read_bytes()


def test_merge_takes_what_is_missing_and_overwrites_nothing(
    small_shop: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_shop.extract()
    part = tmp_path / "part.po"
    for translation in ("%(n)s 积分", "%(n)s 分"):
        part.write_text(f'msgid "%(n)s points"\nmsgstr "{translation}"\n')
        small_shop.merge("zh_Hans", part)
    assert "%(n)s 积分" in small_shop.po_path("zh_Hans").read_text()
    assert small_shop.check() == []

"""Every word on a page goes through gettext."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

from tests.tidy.source import HOME, PACKAGE, tracked

# Read or heard by a person.
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary"}
# The same in every language.
NAMES = {
    "熟客",
    "简体中文",
    "繁體中文",
    "EN",
    "Regulars",
    "API",
    "OpenAPI",
    "JSON",
    "YAML",
    "CSV",
    "SVG",
    "PNG",
    "HTML",
    "PDF",
    "UTC",
    "English",
    "Apache",
    "URL",
    "ID",
}
# Pages that no customer and no operator sees.
FOR_DEVELOPERS = {"specimen.html"}
WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
HOLE = "\ue000"  # a character for private use, where a template tag stood


class Words(HTMLParser):
    """Collects the words of a page that stand outside of template tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._silent: list[str] = []  # the open elements whose text is no language

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        icon = any(name == "class" and "material-symbols" in (value or "") for name, value in attrs)
        if tag in {"script", "style", "code", "pre", "kbd"} or icon:
            self._silent.append(tag)
        for name, value in attrs:
            # Scripts and Alpine directives are code, whatever they are called.
            if name in SPOKEN and value and not value.startswith("{"):
                self._take(value)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._take(data)

    def _take(self, text: str) -> None:
        words = [word for word in WORD.findall(text) if word not in NAMES]
        if words:
            self.found.append((self.getpos()[0], " ".join(words)))


def bare_words(template: str) -> list[tuple[int, str]]:
    """The untranslated words of a template with their lines."""
    out, inside = [], False
    for token in Lexer(template).tokenize():
        lines = "\n" * token.contents.count("\n")
        if token.token_type == TokenType.TEXT:
            out.append(lines if inside else token.contents)
            continue
        first = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and first in {"blocktranslate", "blocktrans", "comment"}:
            inside = True
        elif token.token_type == TokenType.BLOCK and first in {"endblocktranslate", "endblocktrans", "endcomment"}:
            inside = False
        out.append(HOLE + lines)
    parser = Words()
    parser.feed("".join(out))
    return parser.found


def test_the_test_sees_bare_words() -> None:
    page = '<p title="Hello"{% if on %} class="on"{% endif %}>{% translate "fine" %} Bare {{ name }}</p>{# no #}'
    assert bare_words(page) == [(1, "Hello"), (1, "Bare")]
    code = '<script>let x</script><code>GET</code><span class="material-symbols-outlined">check</span>'
    assert bare_words(code) == []
    assert bare_words("{% blocktranslate %}all <b>fine</b>{% endblocktranslate %}<b>Regulars</b>") == []


def test_no_bare_words_in_templates() -> None:
    found = [
        f"{path.relative_to(HOME)}:{line}: {words}"
        for path in tracked()
        if path.suffix == ".html" and path.is_relative_to(PACKAGE) and path.name not in FOR_DEVELOPERS
        for line, words in bare_words(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)

"""A report on paper: text, Chinese with its glyphs, and a sentence where it cannot be printed."""

from __future__ import annotations

import re
import zlib

import pytest

from regulars.insight.reports import pdf

needs_browser = pytest.mark.skipif(pdf.browser() is None, reason="there is no Chromium here")


def characters(content: bytes) -> str:
    """All characters that the PDF's fonts have a glyph and a meaning for (its ToUnicode tables)."""
    found = set()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            for line in text.decode("latin-1").splitlines():
                codes = re.findall(r"<([0-9A-Fa-f]+)>", line)
                if len(codes) == 2:
                    found.add(chr(int(codes[1][:4], 16)))
                elif len(codes) == 3:
                    first = int(codes[2][:4], 16)
                    found |= {chr(first + step) for step in range(int(codes[1], 16) - int(codes[0], 16) + 1)}
    return "".join(sorted(found))


@needs_browser
def test_chinese_is_printed_as_chinese() -> None:
    content = pdf.to_pdf('<html lang="zh-Hans"><meta charset="utf-8"><p>会员 Week</p></html>')
    assert content.startswith(b"%PDF-")
    assert set("Wek") <= set(characters(content))
    if pdf.can_draw_chinese():
        assert set("会员") <= set(characters(content))


@needs_browser
def test_a_page_may_not_run_anything() -> None:
    content = pdf.to_pdf(
        '<html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        "<body><p>ok</p><script>document.body.textContent = 'zzz'</script></body></html>"
    )
    assert "z" not in characters(content)


def test_without_a_browser_it_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: None)
    with pytest.raises(pdf.CannotPrint, match="apt-get install chromium"):
        pdf.to_pdf("<p>ok</p>")

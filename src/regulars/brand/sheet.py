"""Writes ``static/brand/tokens.css`` from ``tokens``: ``python -m regulars.brand.sheet``.

The contrast ratios in the sheet's head are computed here from the very values below them, so they cannot go
stale; a test renders the sheet again and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from regulars.brand import tokens

PATH = Path(__file__).parent / "static" / "brand" / "tokens.css"

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-faint", "paper"),
    ("ink-faint", "surface"),
    ("ink-faint", "sunken"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("on-brand", "brand-solid"),
    ("on-brand", "brand-solid-hover"),
    ("on-brand-soft", "brand-soft"),
    ("on-hero", "hero"),
    ("on-hero-soft", "hero"),
    ("on-hero-soft", "hero-deep"),
    ("accent-ink", "paper"),
    ("accent-ink", "surface"),
    ("accent-ink", "accent-soft"),
    ("warn-ink", "warn-soft"),
    ("danger-ink", "danger-soft"),
    ("danger-ink", "surface"),
)
"""(text, ground) wherever the style sheets set text: each at least 4.5 to 1."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = (("control", "surface"), ("focus", "paper"), ("focus", "surface"))
"""(edge, ground) of what one may press: each at least 3 to 1."""

RHYTHM = """\
  /* Type: one scale, four weights at most; figures tabular wherever they stand in a column. */
  --r-size-1: 0.75rem;   /* 12: badges, legal */
  --r-size-2: 0.875rem;  /* 14: notes, times */
  --r-size-3: 1rem;      /* 16: text */
  --r-size-4: 1.125rem;  /* 18: section heads */
  --r-size-5: 1.375rem;  /* 22: page heads, figures in cards */
  --r-size-6: 1.75rem;   /* 28 */
  --r-size-7: 2.75rem;   /* 44: the balance */
  --r-leading: 1.55;     /* Chinese wants more air than Latin; this suits both */
  --r-leading-tight: 1.2;
  --r-regular: 400; --r-medium: 500; --r-bold: 600;
  /* Space: steps of 4. */
  --r-1: 0.25rem; --r-2: 0.5rem; --r-3: 0.75rem; --r-4: 1rem; --r-5: 1.25rem; --r-6: 1.5rem;
  --r-8: 2rem; --r-12: 3rem;
  --r-touch: 2.75rem;    /* 44: the least that a thumb should meet */
  --r-round-1: 0.5rem; --r-round-2: 0.75rem; --r-round-3: 1.25rem; --r-pill: 999px;
  --r-ease: 160ms cubic-bezier(0.2, 0, 0, 1);
"""

SHADOW_LIGHT = "0 1px 2px rgb(26 26 21 / 0.05), 0 2px 8px rgb(26 26 21 / 0.05)"
SHADOW_DARK = "0 0 0 1px rgb(255 255 255 / 0.06)"


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2.2 defines it, 0 to 1."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ratio_lines() -> list[str]:
    """One line for each pair of text and ground: its ratio on light and on dark screens."""
    return [
        f"   {text + ' on ' + ground:<32} {contrast(tokens.LIGHT[text], tokens.LIGHT[ground]):>6.2f}"
        f" {contrast(tokens.DARK[text], tokens.DARK[ground]):>6.2f}"
        for text, ground in TEXT_PAIRS + EDGE_PAIRS
    ]


def _ramps() -> str:
    lines = []
    for name, ramp in (("pine", tokens.PINE), ("persimmon", tokens.PERSIMMON), ("sand", tokens.SAND)):
        lines.append("  " + " ".join(f"--r-{name}-{weight}: {value};" for weight, value in ramp.items()))
    return "\n".join(lines)


def _scheme(scheme: Mapping[str, str], shadow: str, kind: str, indent: str = "  ") -> str:
    lines = [f"{indent}color-scheme: {kind};"]
    lines += [f"{indent}--r-{name}: {value};" for name, value in scheme.items()]
    lines.append(f"{indent}--r-shadow: {shadow};")
    return "\n".join(lines)


def render() -> str:
    """The whole of ``tokens.css``."""
    ratios = "\n".join(ratio_lines())
    light = _scheme(tokens.LIGHT, SHADOW_LIGHT, "light")
    dark = _scheme(tokens.DARK, SHADOW_DARK, "dark")
    dark_inner = _scheme(tokens.DARK, SHADOW_DARK, "dark", "    ")
    return f"""\
/* Written by `python -m regulars.brand.sheet` from brand/tokens.py; change it there.

   Contrast (WCAG 2.2; text at least 4.5, the last {len(EDGE_PAIRS)} are edges, at least 3)
   {"text on ground":<32} {"light":>6} {"dark":>6}
{ratios}

   Tier colours fill shapes and never carry text. They stay apart in normal sight and under simulated
   protanopia, deuteranopia and tritanopia (tests/brand). */

:root {{
{_ramps()}
  --r-font-hans: {tokens.font_stack("zh-Hans")};
  --r-font-hant: {tokens.font_stack("zh-Hant")};
  --r-font: var(--r-font-hans);
  --r-mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace;
{RHYTHM}{light}
}}

/* The reader's system decides, unless the page says data-scheme="light" or "dark". The console (Unfold, known
   by its x-data) has its own switch, which sets the class dark. */
@media (prefers-color-scheme: dark) {{
  :root:not([data-scheme="light"]):not([x-data]) {{
{dark_inner}
  }}
}}
:root[data-scheme="dark"], :root.dark {{
{dark}
}}

/* Traditional faces first for Traditional readers, wherever a lang attribute says so. */
[lang]:lang(zh-Hant), [lang]:lang(zh-TW), [lang]:lang(zh-HK) {{
  --r-font: var(--r-font-hant); font-family: var(--r-font);
}}
[lang]:lang(zh-Hans), [lang]:lang(zh-CN), [lang]:lang(en) {{
  --r-font: var(--r-font-hans); font-family: var(--r-font);
}}
"""


def main() -> None:
    """Write the sheet."""
    PATH.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Every colour of Regulars, once, as constants.

``sheet`` writes ``static/brand/tokens.css`` from these, the console takes ``UNFOLD_COLORS``, charts take
``CHART_*``. Three hues: pine (the brand, what one may press, what one gained), persimmon (the knob of the tea
bowl: rare, for what wants a look) and sand (everything else). All values are sRGB hex; the ramps were drawn
in OKLCH at one hue each.
"""

from __future__ import annotations

from collections.abc import Mapping

Ramp = Mapping[str, str]
"""Shades of one hue by weight, ``50`` (nearly white) to ``950`` (nearly black), as ``#rrggbb``."""

PINE: Ramp = {
    "50": "#f1f9f5",
    "100": "#def2e8",
    "200": "#c0e4d3",
    "300": "#96ccb4",
    "400": "#6eb496",
    "500": "#52a080",
    "600": "#276a51",
    "700": "#1e5540",
    "800": "#184232",
    "900": "#113124",
    "950": "#061c13",
}

PERSIMMON: Ramp = {
    "50": "#fff5f1",
    "100": "#ffe8de",
    "200": "#ffd0bb",
    "300": "#fdb18f",
    "400": "#f59264",
    "500": "#ea7336",
    "600": "#b85218",
    "700": "#974212",
    "800": "#763412",
    "900": "#5d2a10",
    "950": "#371809",
}

SAND: Ramp = {
    "50": "#fafaf8",
    "100": "#f4f3f0",
    "200": "#e7e6e0",
    "300": "#d7d6cf",
    "400": "#a5a39b",
    "500": "#6f6d66",
    "600": "#58574f",
    "700": "#42413b",
    "800": "#292823",
    "900": "#1a1a15",
    "950": "#0f0e0b",
}

WHITE = "#ffffff"

LIGHT: Mapping[str, str] = {
    "paper": SAND["100"],
    "surface": WHITE,
    "sunken": SAND["50"],
    "ink": SAND["900"],
    "ink-soft": SAND["600"],
    "ink-faint": SAND["500"],
    "line": SAND["200"],
    "control": SAND["500"],
    "brand": PINE["600"],
    "brand-solid": PINE["600"],
    "brand-solid-hover": PINE["700"],
    "on-brand": WHITE,
    "brand-soft": PINE["100"],
    "on-brand-soft": PINE["700"],
    "hero": PINE["700"],
    "hero-deep": PINE["800"],
    "on-hero": WHITE,
    "on-hero-soft": PINE["200"],
    "accent": PERSIMMON["500"],
    "accent-ink": PERSIMMON["700"],
    "accent-soft": PERSIMMON["100"],
    "warn-ink": "#744e02",
    "warn-soft": "#fff2d3",
    "danger-ink": "#a82023",
    "danger-soft": "#ffebe9",
    "focus": PINE["600"],
    "tier-none": "#bfbeb7",
    "tier-member": "#3b9771",
    "tier-gold": "#dfa72a",
    "tier-platinum": "#485f7d",
    "tier-diamond": "#1f306a",
}
"""What each colour is for, on light screens; the names are CSS custom properties without their ``--r-``."""

DARK: Mapping[str, str] = {
    "paper": SAND["950"],
    "surface": SAND["900"],
    "sunken": SAND["950"],
    "ink": SAND["100"],
    "ink-soft": SAND["300"],
    "ink-faint": SAND["400"],
    "line": SAND["800"],
    "control": "#7d7b73",
    "brand": PINE["400"],
    "brand-solid": PINE["600"],
    "brand-solid-hover": PINE["700"],
    "on-brand": WHITE,
    "brand-soft": PINE["900"],
    "on-brand-soft": PINE["200"],
    "hero": PINE["800"],
    "hero-deep": PINE["900"],
    "on-hero": WHITE,
    "on-hero-soft": PINE["200"],
    "accent": PERSIMMON["400"],
    "accent-ink": PERSIMMON["300"],
    "accent-soft": PERSIMMON["950"],
    "warn-ink": "#ecc363",
    "warn-soft": "#352609",
    "danger-ink": "#fba096",
    "danger-soft": "#41191a",
    "focus": PINE["300"],
    "tier-none": "#595852",
    "tier-member": "#47aa84",
    "tier-gold": "#eebc4a",
    "tier-platinum": "#a4c2dc",
    "tier-diamond": "#4269d3",
}
"""The same names on dark screens."""

TIERS = ("none", "member", "gold", "platinum", "diamond")
"""The levels that have a colour of their own, lowest first. Another key takes the colour at its rank."""


def tier_colours(dark: bool = False) -> dict[str, str]:
    """The colour of each level in ``TIERS``, as hex, in that order."""
    scheme = DARK if dark else LIGHT
    return {tier: scheme[f"tier-{tier}"] for tier in TIERS}


CHART_LIGHT = (PINE["600"], PERSIMMON["500"], "#4d79b1", "#5e3200", "#eba6c6", "#95948d")
"""Categories that have no order, in the order to use them, on light ground."""

CHART_DARK = ("#83c5a8", "#bf4c00", "#6996d0", "#c89817", "#7a3f5c", "#e9e8e1")
"""The same on dark ground."""

CHART_RAMP = tuple(PINE[weight] for weight in ("100", "200", "300", "400", "500", "600", "700", "800"))
"""Little to much."""

CHART_DIVERGING = (
    PERSIMMON["700"],
    PERSIMMON["500"],
    PERSIMMON["200"],
    SAND["200"],
    PINE["200"],
    PINE["500"],
    PINE["700"],
)
"""Loss through nothing to gain: orange against green, with sand between."""

UNFOLD_COLORS: dict[str, dict[str, str]] = {
    "base": dict(SAND),
    "primary": dict(PINE),
    "font": {
        "subtle-light": "var(--color-base-500)",
        "subtle-dark": "var(--color-base-400)",
        "default-light": "var(--color-base-600)",
        "default-dark": "var(--color-base-300)",
        "important-light": "var(--color-base-900)",
        "important-dark": "var(--color-base-100)",
    },
}
"""The console's ``UNFOLD["COLORS"]``."""

SANS_LATIN = ("-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Helvetica Neue")
SANS_HANS = (
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "HarmonyOS Sans SC",
    "Microsoft YaHei",
)
SANS_HANT = (
    "PingFang TC",
    "PingFang HK",
    "Noto Sans CJK TC",
    "Noto Sans TC",
    "Source Han Sans TC",
    "Microsoft JhengHei",
)


def font_stack(language: str = "en") -> str:
    """The CSS ``font-family`` for a language tag: the system's Latin, then the Chinese faces that fit it.

    Simplified and Traditional faces draw the same character differently, so their order follows the reader.
    """
    tag = language.lower().replace("_", "-")
    traditional = tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo"))
    chinese = SANS_HANT + SANS_HANS if traditional else SANS_HANS + SANS_HANT
    names = (f'"{name}"' if " " in name else name for name in SANS_LATIN + chinese)
    return ", ".join((*names, "sans-serif"))

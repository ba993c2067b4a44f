"""Tiers as the console shows them: their names in the reader's language, and a badge in the tier's colour."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.brand.tokens import TIERS
from regulars.flow.phrases import named
from regulars.rules.programme import Programme


def tier_names(programme: Programme | None) -> dict[str, str]:
    """The word for each level by key, ``none`` first, then lowest to highest."""
    levels = programme.tiers.levels if programme and programme.tiers else ()
    return {"none": _("No tier yet"), **{level.key: named(level.name, level.key) for level in levels}}


def look(key: str, programme: Programme | None) -> str:
    """Which of the brand's tier colours a level wears: its own if it has one, else that of its rank."""
    if not key or key in TIERS:
        return key or "none"
    keys = list(tier_names(programme))
    return TIERS[min(keys.index(key), len(TIERS) - 1)] if key in keys else "member"


def badge(key: str, programme: Programme | None, in_grace: bool = False) -> SafeString:
    """A level as a coloured dot and its name; an empty key is no level."""
    name = tier_names(programme).get(key or "none", key)
    grace = format_html(' <span class="k-tag k-tag-warn">{}</span>', _("in grace")) if in_grace else ""
    return format_html('<span class="tier-badge" data-tier="{}">{}</span>{}', look(key, programme), name, grace)

"""What gifts, projects and games were called when points went to them or came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regulars.flow import phrases


def called(properties: Mapping[str, Any], kind: str) -> str:
    """What a gift or a project was called when the points went to it, in the active language."""
    name = properties.get("name")
    return phrases.named(name if isinstance(name, Mapping) else {}, str(properties.get(kind, "")))


def game_words(properties: Mapping[str, Any], cost: bool = False) -> tuple[str, str]:
    """Title and reason of points that a game cost, or that were won in it."""
    title = _("Game: %(game)s") % {"game": called(properties, "game")}
    if cost:
        return title, _("What a play costs.")
    if not properties.get("prize"):
        return title, _("Won in a game.")
    prize = {"name": properties.get("prize_name"), "prize": properties["prize"]}
    return title, _("Won: %(prize)s") % {"prize": called(prize, "prize")}

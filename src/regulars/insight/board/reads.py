"""The targets that are set, and the views that were kept."""

from __future__ import annotations

from regulars.insight.board.models import Target, View


def targets() -> dict[str, int]:
    """Each number's target, by its key, in its smallest step."""
    return dict(Target.objects.values_list("key", "value"))


def views() -> list[View]:
    """Every saved view, by name."""
    return list(View.objects.select_related("made_by"))

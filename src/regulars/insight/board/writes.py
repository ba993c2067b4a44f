"""Setting targets, and keeping views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from regulars.insight.board.models import Target, View

VIEWS_MOST = 200


class TooMany(ValueError):
    """There are as many saved views as a list can show."""


class NameTaken(ValueError):
    """Another address is kept under that name."""


@transaction.atomic
def set_targets(values: Mapping[str, int | None], by: Any) -> None:
    """Set the targets of these numbers; None takes one away. Others stay."""
    for key, value in values.items():
        if value is None:
            Target.objects.filter(key=key).delete()
        else:
            Target.objects.update_or_create(key=key, defaults={"value": value, "set_by": by})


@transaction.atomic
def keep_view(name: str, query: str, by: Any) -> View:
    """Keep an address of the explorer under a name.

    Raises NameTaken for a name that means another address, TooMany, ValueError for an empty name or an address that is
    too long.
    """
    name = name.strip()[:120]
    if not name or len(query) > 2000:
        raise ValueError("a view has a name, and an address of at most 2,000 characters")
    if View.objects.count() >= VIEWS_MOST and not View.objects.filter(name=name).exists():
        raise TooMany
    view, _made = View.objects.get_or_create(name=name, defaults={"query": query, "made_by": by})
    if view.query != query:
        raise NameTaken(name)
    return view


def drop_view(view_id: int) -> None:
    """Forget a view. Who has its address can still open it."""
    View.objects.filter(pk=view_id).delete()

"""A page of the sorted list of members, found without sorting whole members.

What a list is sorted by changes with nearly every order (balance, spending), and an index on it would slow every order
down for a list that is sorted now and then. So the page's keys are found first, from rows as narrow as can be: of a
million members that is a fraction of the work. If nothing narrows the list, not even the members are read for it, but
the one table that has the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.db.models.expressions import OrderBy

from regulars.members.models import Member
from regulars.points.models import Balance
from regulars.tiers.models import Standing

_COLUMNS: dict[str, tuple[type[Model], str, str]] = {
    # the list's column: the table that has its value, the value there, and as the list's query calls it
    "n_available": (Balance, "available", "main__available"),
    "n_pending": (Balance, "pending", "main__pending"),
    "n_spent": (Standing, "spent_minor", "standing__spent_minor"),
    "tier": (Standing, "since", "standing__since"),
}


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column a list is sorted, and which way."""

    column: str
    descending: bool

    def order(self, field: str = "") -> OrderBy:
        """As an order of a query, of the list's own if no field is given; who has no value comes last."""
        by = F(field or _COLUMNS[self.column][2])
        return by.desc(nulls_last=True) if self.descending else by.asc(nulls_last=True)


def chosen(cl: Any) -> Sort | None:
    """The sort of a list that is sorted by one of these columns, and by no other."""
    columns = {cl.list_display[place]: way for place, way in cl.get_ordering_field_columns().items()}
    if len(columns) != 1:
        return None
    [(column, way)] = columns.items()
    return Sort(column, way == "desc") if column in _COLUMNS else None


def page(sort: Sort, members: QuerySet, first: int, count: int, everybody_by: str | None) -> list[Any]:
    """``count`` members of the sorted list from ``first`` on; none where members without a value begin.

    ``members``: the list's query. ``everybody_by``: the points' main currency if nothing narrows the list, else None.
    """
    model, field, path = _COLUMNS[sort.column]
    if everybody_by is not None:
        # Visitors who were joined are not listed; there are few, and an index knows them.
        joined = Member.objects.filter(pk=OuterRef("member_id"), merged_into__isnull=False)
        rows = model._default_manager.filter(~Exists(joined), **{f"{field}__isnull": False})
        if model is Balance:
            rows = rows.filter(currency=everybody_by)
        found = rows.order_by(sort.order(field), "-member_id").values_list("member_id", flat=True)
    else:
        bare = members.select_related(None).filter(**{f"{path}__isnull": False})
        found = bare.order_by(sort.order(), "-pk").values_list("pk", flat=True)
    keys = list(found[first : first + count])
    if len(keys) < count:
        return []
    known = {member.pk: member for member in members.order_by().filter(pk__in=keys)}
    return [known[key] for key in keys if key in known]

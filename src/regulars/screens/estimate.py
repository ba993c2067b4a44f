"""Pages of a list whose rows are too many to count."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext

from regulars.screens.figures import whole

COUNTED_MAX = 10_000
"""Up to so many rows are counted one by one; beyond, PostgreSQL's planner is asked how many it expects."""


class EstimatePaginator(Paginator):
    """Counts exactly up to ``COUNTED_MAX`` and estimates beyond: no list scans its whole table to say how long it is.

    ``count`` is what a page is checked against; ``spoken_count`` is what a person reads ("1,203", "about 1,000,000").
    """

    template_name = "screens/pagination.html"
    exact = True

    @cached_property
    def count(self) -> int:
        """Rows: exact up to ``COUNTED_MAX``, the planner's expectation above it."""
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        counted: int = rows.order_by()[: COUNTED_MAX + 1].count()
        if counted <= COUNTED_MAX:
            return counted
        self.exact = False
        plan = json.loads(rows.order_by().values("pk").explain(format="json"))
        return max(int(plan[0]["Plan"]["Plan Rows"]), COUNTED_MAX)

    def page(self, number: Any) -> Page:
        """One page. An estimated length cuts nothing off: pages go on while there are rows."""
        if self.count is None or self.exact:
            return super().page(number)
        number = max(int(number), 1)
        bottom = (number - 1) * self.per_page
        return Page(self.object_list[bottom : bottom + self.per_page], number, self)

    @property
    def spoken_count(self) -> str:
        """The count in words that do not claim more than is known."""
        if self.count is not None and self.exact:
            return whole(self.count)
        digits = max(len(str(self.count)) - 2, 0)
        return gettext("about %(number)s") % {"number": whole(round(self.count, -digits))}

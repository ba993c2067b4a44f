"""Refusals, as RFC 9457 problem details: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from regulars.flow.kinds import KINDS, fill
from regulars.rules.money import Unfit

BASE = "/api/problems/"
"""Where each kind is explained."""

_MEMBERS = frozenset(("type", "title", "status", "detail", "field"))


class Problem(Exception):
    """A refusal that the caller can act on.

    status: the HTTP status. kind: a short stable name (``insufficient-points``). detail: one plain sentence.
    field: the path of the value at fault. Other keywords become members of the problem.
    """

    def __init__(
        self, status: int, kind: str, title: str, detail: str = "", field: str | None = None, **extra: Any
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.field = field
        self.extra = extra

    @classmethod
    def of(cls, details: dict[str, Any]) -> Problem:
        """The problem that these problem details tell of."""
        extra = {key: value for key, value in details.items() if key not in _MEMBERS}
        kind = str(details["type"]).rpartition("/")[2]
        return cls(details["status"], kind, details["title"], details.get("detail", ""), details.get("field"), **extra)

    def as_json(self) -> dict[str, Any]:
        """The problem details object."""
        out: dict[str, Any] = {"type": BASE + self.kind, "title": self.title, "status": self.status}
        if self.detail:
            out["detail"] = self.detail
        if self.field:
            out["field"] = self.field
        return out | self.extra


def problem(kind: str, field: str | None = None, **values: Any) -> Problem:
    """The problem of that ``kind`` of the table, with its ``values``, in English."""
    entry = KINDS[kind]
    with override("en"):
        return Problem(entry.status, kind, str(entry.title), fill(entry, field, values), field, **values)


def unfit_problem(unfit: Unfit, prefix: str = "") -> Problem:
    """The refusal of a value that does not fit; ``prefix`` leads its field (``events[3].properties.``)."""
    return problem(unfit.kind, (prefix + unfit.field).removesuffix("."), **unfit.values)

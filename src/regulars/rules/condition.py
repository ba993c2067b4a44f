"""A condition: tests of an event, its lines and the member, as a file writes them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Operator = Literal["equal", "any_of", "none_of", "at_least", "at_most", "above", "below", "contains", "exists"]
Scalar = str | int | Decimal | bool


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: the value called ``name`` against ``value``.

    ``name`` is a dotted path as the file writes it: an event property (``total``, ``photos``), ``line.category``,
    ``member.tier``, ``source`` or ``context.page.path``. ``value`` is a tuple for ``any_of``/``none_of``, a bool for
    ``exists``, else one scalar. Numbers are exact (int or Decimal); money amounts stay in the major unit here.
    """

    name: str
    op: Operator
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """All of ``tests`` must hold. No tests: always true."""

    tests: tuple[Test, ...] = ()

    @property
    def of_lines(self) -> tuple[Test, ...]:
        """The tests that pick which products of an order count."""
        return tuple(t for t in self.tests if t.name.startswith("line."))

    @property
    def of_member(self) -> tuple[Test, ...]:
        """The tests on the member's standing (``member.tier``, ``member.joined_days``)."""
        return tuple(t for t in self.tests if t.name.startswith("member."))

    @property
    def of_event(self) -> tuple[Test, ...]:
        """The tests on the event itself."""
        return tuple(t for t in self.tests if not t.name.startswith(("line.", "member.")))

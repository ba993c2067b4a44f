"""What a kind of problem is; which there are stands in ``kinds``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. ``detail`` names its values in braces; ``{field}`` may always stand there.

    in_money: for amounts, the same sentence where its numbers are money and not minor units.
    """

    status: int
    title: Any
    detail: Any
    in_money: Any = None

"""What of insight is answered from the lake: every measure, the ten numbers, and what filters offer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regulars.inquiries.sight import Sight
from regulars.insight.measures import answering, overview
from regulars.insight.measures.catalogue import SPECS

HANDLERS: dict[str, Callable[[Sight, dict[str, Any]], Any]] = {
    **{f"insight.{name}": answering.answer(name) for name in SPECS},
    "insight.overview": overview.overview,
    "insight.choices": answering.choices,
}
"""By name: ``insight.<measure>`` with the parameters of ``science.measures.questions``."""

"""Printing for machines: one JSON object as the last line."""

from __future__ import annotations

import json
from typing import Any


def last_line(found: dict[str, Any]) -> None:
    """Print ``found`` on one line."""
    print(json.dumps(found, ensure_ascii=False))

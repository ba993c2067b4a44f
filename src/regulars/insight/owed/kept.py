"""The last estimate of breakage, kept in the data folder: it is made at night and read by the console's page.

Apart from ``breakage``, which needs numpy: the web process reads a file and loads nothing.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

FILE = "owed.json"


def keep(found: dict[str, Any]) -> None:
    """Keep an estimate in place of the one before; whole or not at all."""
    target = settings.CONFIG.data_dir / FILE
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(target)


def last() -> dict[str, Any] | None:
    """The last estimate, as ``breakage.estimates`` made it; None before the first."""
    try:
        found: dict[str, Any] = json.loads((settings.CONFIG.data_dir / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) and "currencies" in found else None

"""The demo's logins: made per installation by ``regulars demo``, shown by ``regulars serve``.

Kept in a file of the data folder (mode 0600), so that no password is the same everywhere, and none is in the code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

KEY_SOURCE = "demo-shop"
"""What the demo's till sends has a source of its own: the year's stays the year's."""

_NAME = "demo-logins.json"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody to sign in as: ``door`` is a path such as ``/console/``."""

    role: str
    username: str
    password: str
    door: str


def write_logins(data_dir: Path, logins: Sequence[DemoLogin]) -> None:
    """Replace the demo's logins; all or none."""
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / f".{_NAME}.{os.getpid()}"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False, indent=1)
    draft.replace(data_dir / _NAME)


def read_logins(data_dir: Path) -> list[DemoLogin]:
    """The demo's logins; none when the demo was not loaded."""
    try:
        rows = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [DemoLogin(**row) for row in rows]

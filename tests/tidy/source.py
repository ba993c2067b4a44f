"""What the tidy tests look at: the files of this project."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
PACKAGE = HOME / "src" / "regulars"


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file that git would keep: those tracked, and new ones it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOME,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(path for name in sorted(listed.split("\0")) if name and (path := HOME / name).is_file())


@functools.cache
def python(under: Path) -> tuple[tuple[str, ast.Module, str], ...]:
    """Every Python file below a folder, but for migrations: its name, its tree, its text."""
    return tuple(
        (str(path.relative_to(HOME)), ast.parse(text := path.read_text(encoding="utf-8")), text)
        for path in tracked()
        if path.suffix == ".py" and path.is_relative_to(under) and "migrations" not in path.parts
    )

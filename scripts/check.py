"""Everything that can be said of the code without running it. ``make check``; all parts run, then the result."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "imports": [str(BIN / "lint-imports"), "--no-logo", "--no-cache"],
    "translations": [sys.executable, "scripts/messages.py", "check"],
    "tidiness": [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "tests/tidy"],
}


def main() -> None:
    """Run every check, show the words of those that fail, exit 1 if any did."""
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        result = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
        ok = result.returncode == 0
        print(f"{name:<14}{'ok' if ok else 'FAILED':<8}{time.monotonic() - began:5.1f} s", flush=True)
        if not ok:
            failed.append(name)
            print((result.stdout + result.stderr).strip(), flush=True)
    if failed:
        sys.exit(f"make check: {', '.join(failed)} failed")


if __name__ == "__main__":
    main()

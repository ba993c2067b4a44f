"""Write the lock files anew from pyproject.toml: every version, every hash, no index's name. ``make lock``.

``requirements.lock`` is what everyone installs; ``requirements-spark.lock`` what the extra ``spark`` adds, half a
gigabyte that only who computes on Spark wants.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from setup import HOME, LOCK, SPARK_LOCK, VENV, uv_environment


def main() -> None:
    """Resolve for every platform and Python from 3.11 on; versions stay unless ``--upgrade`` is given."""
    resolve(LOCK, "--extra", "demo", "--extra", "dev")
    resolve(SPARK_LOCK, "--extra", "spark", "--constraint", LOCK.name)


def resolve(lock: Path, *options: str) -> None:
    """Write one lock file; ends the program when that fails."""
    command = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", *options, "pyproject.toml", "-o", lock.name]
    # The header would repeat the command with this machine's options.
    command += ["--custom-compile-command", "make lock", *sys.argv[1:]]
    code = subprocess.run(command, cwd=HOME, env=os.environ | uv_environment()).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()

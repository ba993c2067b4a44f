"""Write requirements.lock anew from pyproject.toml: every version, every hash, no index's name. ``make lock``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from setup import HOME, VENV, uv_environment


def main() -> None:
    """Resolve for every platform and Python from 3.11 on; versions stay unless ``--upgrade`` is given."""
    command = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--all-extras", "pyproject.toml", "-o", "requirements.lock"]
    # The header would repeat the command with this machine's options.
    command += ["--custom-compile-command", "make lock", *sys.argv[1:]]
    sys.exit(subprocess.run(command, cwd=HOME, env=os.environ | uv_environment()).returncode)


if __name__ == "__main__":
    main()

"""A page on paper, by the Chromium that the system has: what is printed is what is shown, Chinese included.

No library draws HTML as well, and a second layout would be a second truth (decision 0024). Without Chromium there is no
PDF, and the report says so.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS_MAX = 60
_FLAGS = (
    "--headless",
    "--no-sandbox",  # it opens one page, ours, which allows neither scripts nor requests; as root there is no sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class CannotPrint(Exception):
    """No PDF could be made; the message says why and what helps."""


def browser() -> str | None:
    """The Chromium of this machine, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def can_draw_chinese() -> bool:
    """Whether a font with Chinese is there; without, Chinese is printed as boxes."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip())


def to_pdf(html: str) -> bytes:
    """The page as PDF (A4, tagged). Raises CannotPrint."""
    program = browser()
    if program is None:
        raise CannotPrint("there is no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    with tempfile.TemporaryDirectory(prefix="regulars-report-") as folder:
        page, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        command = [program, *_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}", page.as_uri()]
        said = _run(command)
        if not made.is_file():
            raise CannotPrint(f"Chromium made no PDF: {said[-300:]}")
        return made.read_bytes()


def _run(command: list[str]) -> str:
    """Run Chromium; its helpers end with it, whatever happens."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        _out, said = process.communicate(timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        raise CannotPrint(f"Chromium did not finish within {SECONDS_MAX} seconds") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return said.decode(errors="replace").strip()

"""Bring .venv, the database and everything generated up to date with this source tree.

Run by ``make setup`` with the environment's own Python, and standard library only: it installs the rest. Each part
looks first whether it has anything to do, so that a second run takes a second. ``--browser`` also finds or installs
Chromium, ``--no-data`` leaves the database and the demo year alone, ``--serve`` goes on to serve.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
LOCK = HOME / "requirements.lock"
SPARK_LOCK = HOME / "requirements-spark.lock"
PYTHON = VENV / "bin" / "python"


def main() -> None:
    """Do what is missing, in order; say in a line what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--no-data", action="store_true")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--spark", action="store_true")
    wanted = parser.parse_args()
    os.chdir(HOME)
    # A virtual environment of the caller's, or settings of their Python, must not leak in.
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)
    install_locked(LOCK)
    if wanted.spark:
        install_locked(SPARK_LOCK)
        find_java()
    install_ourselves()
    compile_translations()
    if wanted.browser:
        find_browser()
    if wanted.no_data:
        return
    collect_static()
    regulars = str(VENV / "bin" / "regulars")
    if wanted.serve:
        # In the same process, which holds the database from the set-up on.
        os.execv(regulars, [regulars, "serve", "--set-up"])  # noqa: S606
    run("", [regulars, "setup"])


def install_locked(lock: Path) -> None:
    """Install exactly what a lock names, hashes checked, if it changed since the last time."""
    stamp = VENV / (".locked" if lock == LOCK else f".locked-{lock.stem}")
    want = digest(lock, extra=sys.version)
    if stamp.exists() and stamp.read_text() == want:
        return
    say(f"packages: installing what {lock.name} names")
    stamp.unlink(missing_ok=True)
    if not (bootstrap_uv() and uv_install(lock, uv_environment())):
        say("packages: uv did not manage it, so pip does (slower)")
        pip("install", "--require-hashes", "--no-deps", "-r", str(lock))
    stamp.write_text(want)


def bootstrap_uv() -> bool:
    """Install the locked uv with pip, hashes checked; it installs the rest in a tenth of pip's time."""
    entry = re.search(r"^uv==.*?(?=^\S)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if entry is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "uv.txt"
        requirement.write_text("".join(line for line in entry[0].splitlines(keepends=True) if "# via" not in line))
        return pip("install", "--require-hashes", "--no-deps", "-r", str(requirement), must=False)


def uv_install(lock: Path, environment: dict[str, str]) -> bool:
    """Install a lock's packages, hashes checked."""
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    command += ["--require-hashes", "--no-deps", "-r", str(lock)]
    result = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    if result.returncode:
        say(result.stderr.strip()[-2000:])
    return result.returncode == 0


def uv_environment() -> dict[str, str]:
    """pip's own settings (index, certificate, folders of wheels), which uv does not read, as uv's variables."""
    shown = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    settings: dict[str, str] = {}
    # Later lines win: pip lists files before the environment.
    for line in sorted(shown.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2].strip()] = value.strip().strip("'\"").replace("\\n", " ")
    environment = {"UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy"}
    translation = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
        "timeout": "UV_HTTP_TIMEOUT",
        "default-timeout": "UV_HTTP_TIMEOUT",
    }
    for name, variable in translation.items():
        if settings.get(name) and variable not in os.environ:
            # pip parts several values by spaces, and so does uv, but for these.
            environment[variable] = ("," if name == "find-links" else " ").join(settings[name].split())
    # pip takes the best file of any index; uv by default asks the first only. The hashes are what we trust.
    environment["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return environment


def install_ourselves() -> None:
    """Put this source tree and the ``regulars`` command into the environment, editable.

    With the locked build tool, hence nothing is downloaded without a hash; again only if the project's description
    changed or the folder was moved.
    """
    stamp = VENV / ".ourselves"
    want = digest(HOME / "pyproject.toml", LOCK, extra=str(HOME))
    if stamp.exists() and stamp.read_text() == want:
        return
    common = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]
    uv = [str(VENV / "bin" / "uv"), "pip", *common, "--python", str(PYTHON)]
    if subprocess.run(uv, env=os.environ | uv_environment(), capture_output=True).returncode:
        pip(*common)
    stamp.write_text(want)


def compile_translations() -> None:
    """Make the .mo files that Django reads from the .po files that people edit, where those are newer."""
    sources = (HOME / "src" / "regulars" / "locale").rglob("*.po")
    if any(stale(source, source.with_suffix(".mo")) for source in sources):
        run("", [str(PYTHON), "scripts/messages.py", "compile"])


def stale(source: Path, made: Path) -> bool:
    """Whether what is made of a source is missing or older."""
    return not made.exists() or made.stat().st_mtime <= source.stat().st_mtime


def collect_static() -> None:
    """Collect the static files under hashed names, if any of them or the packages that bring them changed."""
    data = Path(os.environ.get("REGULARS_DATA_DIR") or HOME / "data")
    stamp = data / "static" / ".collected"
    sources = sorted(path for path in (HOME / "src").rglob("static/**/*") if path.is_file())
    want = digest(LOCK, *sources)
    if stamp.exists() and stamp.read_text() == want:
        return
    code = (
        "import django; from django.core.management import call_command; django.setup();"
        "call_command('collectstatic', interactive=False, clear=True, verbosity=0)"
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.project.settings"
    run("static files: collecting", [str(PYTHON), "-c", code])
    os.environ.pop("DJANGO_SETTINGS_MODULE")
    stamp.write_text(want)


def find_browser() -> None:
    """Have a Chromium and a Chinese font for the browser tests, by the system's package manager or Playwright."""
    if any(map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))):
        if not chinese_font() and os.geteuid() == 0:
            apt("fonts-noto-cjk", "fontconfig")
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        fonts = ("fonts-noto-cjk", "fontconfig")
        if apt("chromium-headless-shell", *fonts) or apt("chromium", *fonts):
            return
    say("browser: installing Chromium with Playwright")
    result = subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], capture_output=True, text=True)
    if result.returncode:
        say(result.stderr.strip()[-2000:])
        sys.exit("No Chromium: install one with the system's package manager (Debian: apt-get install chromium)")


def find_java() -> None:
    """Have the Java that Spark runs on."""
    if not shutil.which("java") and not (os.geteuid() == 0 and apt("openjdk-17-jre-headless")):
        sys.exit("No Java: install 17 or newer with the system's package manager (Debian: openjdk-17-jre-headless)")


def chinese_font() -> bool:
    """Whether the system can draw Chinese; without, the pages' pictures would show boxes."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout.strip())


def apt(*packages: str) -> bool:
    """Install Debian packages as root. Whether it worked; a machine without them goes on by other means."""
    if not shutil.which("apt-get"):
        return False
    say(f"system: installing {', '.join(packages)} with apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], env=environment, capture_output=True).returncode:
            return False
    return True


def pip(*arguments: str, must: bool = True) -> bool:
    """Run the environment's pip, which reads its own settings. Ends the program when it fails and must not."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode and must:
        sys.exit(f"pip failed:\n{result.stderr.strip()[-4000:]}")
    return result.returncode == 0


def run(what: str, command: list[str]) -> None:
    """Run a step, announced by ``what``; its failure ends the program with its own words above."""
    if what:
        say(what)
    result = subprocess.run(command)
    if result.returncode:
        sys.exit(result.returncode)


def digest(*files: Path, extra: str = "") -> str:
    """One fingerprint of these files' names and contents."""
    total = hashlib.sha256(extra.encode())
    for file in files:
        total.update(str(file.relative_to(HOME)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def say(line: str) -> None:
    """Print at once, so that the order with the children's own lines is kept."""
    print(line, flush=True)


if __name__ == "__main__":
    main()

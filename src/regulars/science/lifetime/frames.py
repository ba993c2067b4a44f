"""Small tables as ``lifetimes`` has them: of pandas, where that is installed, else of Polars."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import polars as pl


def framed(columns: Mapping[str, Any], index: Any = None) -> Any:
    """The columns as a pandas DataFrame with that index; where pandas is not installed, as a Polars one without it."""
    if find_spec("pandas") is not None:
        return import_module("pandas").DataFrame(dict(columns), index=index)
    return pl.DataFrame(dict(columns))


def by_name(names: tuple[str, ...], columns: Mapping[str, Any]) -> Any:
    """A row a parameter: its name is the index in pandas, the column ``parameter`` in Polars."""
    if find_spec("pandas") is not None:
        return framed(columns, list(names))
    return framed({"parameter": list(names), **columns})

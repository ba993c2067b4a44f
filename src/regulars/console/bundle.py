"""The charts' JavaScript (Vega, Vega-Lite, Vega-Embed), offline: made from ``vl-convert-python``, never downloaded.

``collectstatic`` finds it like any static file. It is made once for each version of the library and kept in the data
folder; making it needs some 150 MB for a moment, so the web process never does (it serves what was collected).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "console/charts-bundle.js"


def bundle_folder() -> Path:
    """Where the bundle is kept, apart for each version of the library."""
    return Path(settings.STATIC_ROOT).parent / "made" / f"vl-convert-{version('vl-convert-python')}"


def ensure_bundle() -> Path:
    """The folder that holds the bundle under ``NAME``; makes it if it is not there yet."""
    folder = bundle_folder()
    path = folder / NAME
    if not path.exists():
        import vl_convert  # noqa: PLC0415 - 130 MB that only the making needs

        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        javascript = vl_convert.javascript_bundle()  # type: ignore[call-arg]
        draft.write_text(javascript, encoding="utf-8")
        draft.replace(path)
    return folder


class BundleFinder(BaseFinder):
    """Shows the bundle to Django's static files as ``console/charts-bundle.js``."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the bundle lies, when it is asked for."""
        if path != NAME:
            return []
        found = str(ensure_bundle() / NAME)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """The bundle, and the folder it stands in."""
        yield NAME, FileSystemStorage(location=ensure_bundle())

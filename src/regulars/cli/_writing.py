"""Files that a command is asked to write: refused in a sentence where they cannot be, before anything is computed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.project.config import OperatorError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What fails while ``path`` is written, in a sentence that names it and no other file."""
    try:
        yield
    except OSError as error:
        raise OperatorError(f"{path} cannot be written: {error.strerror or 'the system refuses'}") from None


def check_file(path: Path) -> None:
    """Raises OperatorError where a file of this name can hardly be written."""
    folder = path.parent
    if not folder.is_dir():
        raise OperatorError(f"{path} cannot be written: there is no folder {folder}")
    if path.is_dir():
        raise OperatorError(f"{path} cannot be written: it is a folder")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise OperatorError(f"{path} cannot be written: you may not write there")


def make_folder(path: Path) -> None:
    """The folder, made where it is not there. Raises OperatorError."""
    if path.exists() and not path.is_dir():
        raise OperatorError(f"{path} cannot be written: it is no folder")
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK):
        raise OperatorError(f"{path} cannot be written: you may not write there")

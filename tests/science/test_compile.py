"""Of processes that need the same machine code at once, one makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_ONE = """
import sys, time
from regulars.science.compile import compile_once, keep_compiled
keep_compiled()
import numba, slow
open(sys.argv[1] + ".there", "w").close()
while not all(map(__import__("os").path.exists, ("0.there", "1.there"))):
    time.sleep(0.001)
compile_once(slow.total, [4])
print(slow.total(4), sum(slow.total.stats.cache_misses.values()), sum(slow.total.stats.cache_hits.values()))
"""
_SLOW = """
import numba

@numba.njit(cache=True)
def total(n):
    found = {"a": 0.0}
    for i in range(n):
        found["a"] += i
    return found["a"]
"""


def test_one_compiles_and_the_other_reads_what_it_kept(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(_SLOW)
    environ = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path),
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.pathsep.join(sys.path)}",
    }
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _ONE, name], env=environ, cwd=tmp_path, stdout=subprocess.PIPE, text=True
        )
        for name in "01"
    ]
    assert sorted(one.communicate(timeout=120)[0].split() for one in both) == [["6.0", "0", "1"], ["6.0", "1", "0"]]

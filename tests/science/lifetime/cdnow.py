"""CDNOW's customers of early 1997, the tenth of them that the papers use: 2,357, from files of the ``lifetimes``
package.

They are read by their path: importing that package is another matter.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from regulars.science.lifetime import calibration_and_holdout_data

CALIBRATED_UNTIL, OBSERVED_UNTIL = "1997-09-30", "1998-06-30"


@cache
def transactions() -> pl.DataFrame:
    """A row a purchase: ``customer``, ``day``, ``spent`` (dollars)."""
    spec = find_spec("lifetimes")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    fields = pl.Series(path.read_text(encoding="ascii").splitlines()).str.extract_all(r"\S+").list
    return pl.DataFrame(
        {
            "customer": fields.get(1),
            "day": fields.get(2).str.to_date("%Y%m%d"),
            "spent": fields.get(4).cast(pl.Float64),
        }
    )


@cache
def customers() -> pl.DataFrame:
    """A row a customer, in weeks: 39 to learn from (up to 30 September 1997) and the 39 after."""
    table = calibration_and_holdout_data(
        transactions(),
        "customer",
        "day",
        CALIBRATED_UNTIL,
        OBSERVED_UNTIL,
        freq_multiplier=7,
        monetary_value_col="spent",
    )
    assert isinstance(table, pl.DataFrame)
    return table

"""Write a synthetic shop of any size as a lake, without a database, for benches and trials."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli._json import last_line
from regulars.cli._progress import counting
from regulars.cli._terminal import Console
from regulars.connect.complete_journey import CURRENCY, TIME_ZONE
from regulars.connect.synthetic import lake
from regulars.connect.synthetic.shop import Shop, beginning
from regulars.project.config import OperatorError

NEEDS = "django"


def command(
    to: Annotated[Path, typer.Argument(help="Folder for the lake; must not hold one yet.")],
    members: Annotated[int, typer.Option(help="How many members.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Another seed is another shop.")] = 1,
    days: Annotated[int, typer.Option(help="How long the shop has been there.")] = 365,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """The same members as `regulars demo --members` loads, as Parquet; their points by a plain programme."""
    try:
        shop = Shop(members, seed, days, beginning(datetime.now(UTC), days, TIME_ZONE))
        with counting("Writing the lake", f"of {members:,} members") as step:
            manifest = lake.write(shop, to, TIME_ZONE, CURRENCY, step)
    except (ValueError, FileExistsError) as error:
        raise OperatorError(str(error)) from None
    rows = {table: sum(file.rows for file in files) for table, files in manifest.tables.items()}
    if as_json:
        last_line({"path": str(to), "members": members, "seed": seed, "days": days, "rows": rows})
    else:
        Console().print(", ".join(f"{count:,} {table}" for table, count in rows.items()), highlight=False)

"""The lake: the log, the ledger and where members stand as columns, in memory for a replay or as Parquet for everyone.

``sync`` brings the Parquet up to date, ``open`` gives it as tables, ``status`` says how far it is.
"""

from regulars.insight.lake.past import read, sort, with_about_versions
from regulars.insight.lake.status import Status, status
from regulars.insight.lake.sync import Busy, OtherLog, Synced, sync
from regulars.insight.lake.telling import tell
from regulars.science.lake.manifest import LakeDamaged
from regulars.science.lake.opened import Lake, open

__all__ = [
    "Busy",
    "Lake",
    "LakeDamaged",
    "OtherLog",
    "Status",
    "Synced",
    "open",
    "read",
    "sort",
    "status",
    "sync",
    "tell",
    "with_about_versions",
]

"""A customer's history of points, one entry for one thing that happened, each saying why in plain words.

The ledger has a row for every movement; a person wants "Order 4471, +103". ``grouping`` makes entries of rows,
``wording`` says them in the reader's language.
"""

from regulars.flow.history.entries import (
    Entry,
    Page,
    entries,
    entries_of_event,
    entries_of_order,
    entry,
    page,
)
from regulars.flow.history.grouping import SHOWS
from regulars.flow.history.matter import Part

__all__ = ["SHOWS", "Entry", "Page", "Part", "entries", "entries_of_event", "entries_of_order", "entry", "page"]

"""Which sources are no shop's: what stands on a page must say that it is simulated, and how."""

from __future__ import annotations

from regulars.events.models import Event

DEMO, SYNTHETIC = "demo", "synthetic"
SOURCES = (DEMO, SYNTHETIC)
"""The demo year (published, simulated from real shopping), and a synthetic shop (made up from a seed)."""


def kind() -> str:
    """The source of simulated customers in the log, the demo year's before the other; empty where there are none."""
    found = Event.objects.filter(source__in=SOURCES).order_by("source").values_list("source", flat=True).first()
    return found or ""


def kind_of(member_id: int) -> str:
    """The source of a simulated member's first event; empty for others."""
    first = Event.objects.filter(member_id=member_id).order_by("id").values_list("source", flat=True).first()
    return first if first in SOURCES else ""

"""The part of ``regulars offers`` that needs the database: what is in effect, and publishing."""

from __future__ import annotations

from datetime import datetime

from regulars.offers import reads, writes
from regulars.offers.models import Version


def running() -> tuple[int, str] | None:
    """Number and text of the version in effect, or None before there is one."""
    try:
        number = reads.live().version_id
    except reads.NoOffers:
        return None
    return number, Version.objects.values_list("text", flat=True).get(pk=number)


def apply(text: str, effective_at: datetime | None, note: str) -> Version | list[str]:
    """Publish; the problems, where it cannot be."""
    try:
        return writes.apply(text, effective_at=effective_at, note=note)
    except writes.NotApplicable as refusal:
        return [str(problem) for problem in refusal.problems]

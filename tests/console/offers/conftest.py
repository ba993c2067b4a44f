"""A shop with a programme and its offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.offers import writes
from regulars.offers.models import Version

TEXT = (Path(__file__).parents[3] / "offers" / "live-commerce.yaml").read_text(encoding="utf-8")


@pytest.fixture
def published(programme: None) -> Version:
    """The live-commerce offers in effect."""
    return writes.apply(TEXT)

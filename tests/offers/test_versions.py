"""Publishing offers: what is refused, what takes effect when, and that nobody publishes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.offers import reads, writes
from regulars.offers.models import Version
from regulars.programmes import writes as programmes
from tests.api.conftest import PROGRAMME

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[2] / "offers" / "live-commerce.yaml"
HEAD = "currency: USD\ntime_zone: UTC\n"
ONE = HEAD + "offers:\n  - {key: cup, kind: amount, goods: {product_id: [cup]}, off: 1.00}\n"


def test_the_example_applies_as_it_stands() -> None:
    version = writes.apply(EXAMPLE.read_text(encoding="utf-8"))
    assert reads.live().version_id == version.pk
    assert "flash-oolong" in reads.live().limited


def test_the_same_text_is_the_same_version() -> None:
    assert writes.apply(ONE).pk == writes.apply(ONE).pk
    assert Version.objects.count() == 1


def test_a_later_version_waits_for_its_time() -> None:
    first = writes.apply(ONE)
    later = datetime.now(UTC) + timedelta(days=2)
    second = writes.apply(ONE + "# more\n", effective_at=later)
    assert reads.live().version_id == first.pk
    assert reads.live(later).version_id == second.pk
    with pytest.raises(writes.NotApplicable, match="choose a later time"):
        writes.apply(ONE + "# even more\n")


def test_before_the_first_there_are_none() -> None:
    with pytest.raises(reads.NoOffers, match="regulars offers apply"):
        reads.live()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("currency: EUR\ntime_zone: UTC\noffers: []\n", "`currency` must be USD"),
        ("currency: USD\ntime_zone: Asia/Tokyo\noffers: []\n", "`time_zone` must be UTC"),
        (
            HEAD + "offers:\n  - {key: cup, kind: amount, for: {member.tier: [jade]}, off: 1.00}\n",
            "line 4",
        ),
        ("offers: 3", "line 1"),
    ],
)
def test_what_does_not_fit_the_programme_is_refused(text: str, says: str) -> None:
    programmes.apply(PROGRAMME)
    with pytest.raises(writes.NotApplicable, match=says):
        writes.apply(text)
    assert not Version.objects.exists()


def test_the_past_cannot_be_changed() -> None:
    with pytest.raises(writes.NotApplicable, match="in the past"):
        writes.apply(ONE, effective_at=datetime.now(UTC) - timedelta(seconds=1))

"""Lists whose length is estimated."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regulars.members.models import Member
from regulars.screens import estimate
from regulars.screens.estimate import EstimatePaginator


@pytest.fixture
def thirty(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty members, of which at most ten are counted one by one."""
    monkeypatch.setattr(estimate, "COUNTED_MAX", 10)
    Member.objects.bulk_create(Member(first_seen_at=datetime.now(UTC)) for _ in range(30))


def test_a_short_list_is_counted(thirty: None) -> None:
    ids = Member.objects.order_by("pk").values_list("pk", flat=True)[:7]
    paginator = EstimatePaginator(Member.objects.filter(pk__in=list(ids)).order_by("pk"), 5)
    assert (paginator.count, paginator.exact, paginator.spoken_count, paginator.num_pages) == (7, True, "7", 2)
    assert len(paginator.page(2).object_list) == 2


def test_a_long_list_is_estimated_and_still_turns_to_its_end(thirty: None) -> None:
    paginator = EstimatePaginator(Member.objects.order_by("pk"), 8)
    assert paginator.count >= 10
    assert not paginator.exact
    assert paginator.spoken_count.startswith("about ")
    pages = [[m.pk for m in paginator.page(number).object_list] for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [8, 8, 8, 6]
    assert [pk for page in pages for pk in page] == list(Member.objects.order_by("pk").values_list("pk", flat=True))
    assert len(paginator.page(5).object_list) == 0

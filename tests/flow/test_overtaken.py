"""Two batches at once with a member's first events: whoever comes second looks again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from regulars.insight.verify import verify
from regulars.points import state
from regulars.points.models import Account, Balance
from tests.flow.ledger_laws import offences
from tests.flow.stories import Customer, publish_live_commerce

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_that_comes_between_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question sees what is committed by then: the first finds nobody, the second balances and a tier."""
    publish_live_commerce()
    ann = Customer("ann")
    ann.gets(ann.orders_for(30, ("Tea", "tea", "800.00")), 20)
    asked, accounts = [], state.accounts

    def a_moment_ago(member_ids: Collection[int], locked: bool = True) -> Any:
        question = accounts(member_ids, locked)
        if not asked:
            question.sql = question.sql.replace("WHERE", "WHERE FALSE AND")
        asked.append(member_ids)
        return question

    before = Balance.objects.get(member=ann.member_id, currency="points").available
    monkeypatch.setattr(state, "accounts", a_moment_ago)
    ann.gets(ann.orders_for(19, ("Cup", "cups", "300.00")), 10)
    assert asked[0] == asked[1] and len(asked) == 3  # the order twice, its delivery once
    assert Balance.objects.get(member=ann.member_id, currency="points").available > before
    assert Account.objects.count() == 1
    assert (verify().drift, offences()) == (0, {})

"""Drafts of the programme: edits, undo, two people at once, approval, publishing, rolling forward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from regulars.programmes import drafts, writes
from regulars.programmes.drafts import ClashError, NotAllowedError
from regulars.programmes.models import Draft, Version

pytestmark = pytest.mark.django_db

TEXT = """\
programme: tea-house   # our first
name: {en: Tea House}
currency: CNY
time_zone: Asia/Shanghai
points:
  points:
    name: {en: points}
    worth: {points: 100, amount: 1.00}
earn:
  - key: purchase
    when: Order Completed
    rate: {points: 1, per: 1.00}
  - key: review
    when: Product Reviewed
    points: 20
"""
REVIEW_30 = TEXT.replace("points: 20", "points: 30")
RATE_2 = TEXT.replace("rate: {points: 1,", "rate: {points: 2,")
RATE_3 = TEXT.replace("rate: {points: 1,", "rate: {points: 3,")
BOTH = REVIEW_30.replace("rate: {points: 1,", "rate: {points: 2,")


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def bo() -> User:
    return User.objects.create_user("bo")


@pytest.fixture
def running() -> Version:
    return writes.apply(TEXT)


@pytest.fixture
def draft(ada: User, running: Version) -> Draft:
    return drafts.begin(ada, "Spring", running.text, running)


@pytest.fixture
def approval(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda kind: monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, programme_approval=kind))


def test_two_people_at_once_lose_nothing(draft: Draft, ada: User, bo: User) -> None:
    first = drafts.save(draft.pk, 1, REVIEW_30, ada)
    second = drafts.save(draft.pk, 1, RATE_2, bo)
    assert not first.merged and second.merged
    assert second.draft.text == BOTH
    assert second.draft.revision == 3


def test_who_comes_second_to_the_same_thing_is_told_both(draft: Draft, ada: User, bo: User) -> None:
    drafts.save(draft.pk, 1, RATE_2, ada)
    with pytest.raises(ClashError) as clash:
        drafts.save(draft.pk, 1, RATE_3, bo)
    assert clash.value.places == ("earn.purchase",)
    assert clash.value.theirs == RATE_2
    draft.refresh_from_db()
    assert (draft.text, draft.revision) == (RATE_2, 2)
    assert drafts.save(draft.pk, clash.value.revision, RATE_3, bo).draft.text == RATE_3


def test_undo_goes_back_step_by_step_and_an_edit_after_it_can_be_undone(draft: Draft, ada: User) -> None:
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    drafts.save(draft.pk, 2, BOTH, ada)
    assert drafts.undo(draft.pk, 3, ada).text == REVIEW_30
    assert drafts.undo(draft.pk, 4, ada).text == TEXT
    with pytest.raises(NotAllowedError, match="changed"):
        drafts.undo(draft.pk, 5, ada)
    drafts.save(draft.pk, 5, RATE_3, ada)
    assert drafts.undo(draft.pk, 6, ada).text == TEXT


def test_undo_of_an_edit_that_is_not_the_last_is_refused(draft: Draft, ada: User, bo: User) -> None:
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    drafts.save(draft.pk, 2, BOTH, bo)
    with pytest.raises(NotAllowedError, match="changed"):
        drafts.undo(draft.pk, 2, ada)


def test_the_same_text_is_no_edit(draft: Draft, ada: User) -> None:
    assert drafts.save(draft.pk, 1, TEXT, ada).draft.revision == 1


def test_with_two_nobody_approves_their_own_change(
    draft: Draft, ada: User, bo: User, approval: Callable[[str], None]
) -> None:
    approval("two")
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    with pytest.raises(NotAllowedError, match="early"):
        drafts.publish(draft.pk, 2, ada, None, "")
    drafts.ask_approval(draft.pk, 2, None, "more for reviews")
    with pytest.raises(NotAllowedError, match="own"):
        drafts.approve(draft.pk, 2, ada)
    drafts.approve(draft.pk, 2, bo)
    version = drafts.publish(draft.pk, 2, ada, None, "more for reviews")
    assert (version.text, version.note) == (REVIEW_30, "more for reviews")
    draft.refresh_from_db()
    assert (draft.state, draft.published_as) == (Draft.PUBLISHED, version)


def test_a_change_after_approval_must_be_approved_anew(
    draft: Draft, ada: User, bo: User, approval: Callable[[str], None]
) -> None:
    approval("two")
    drafts.ask_approval(draft.pk, 1, None, "")
    drafts.approve(draft.pk, 1, bo)
    drafts.save(draft.pk, 1, REVIEW_30, bo)
    with pytest.raises(NotAllowedError, match="early"):
        drafts.publish(draft.pk, 2, ada, None, "")
    drafts.ask_approval(draft.pk, 2, None, "")
    with pytest.raises(NotAllowedError, match="own"):
        drafts.approve(draft.pk, 2, bo)


def test_what_was_approved_is_what_is_published(
    draft: Draft, ada: User, bo: User, approval: Callable[[str], None]
) -> None:
    approval("two")
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    drafts.ask_approval(draft.pk, 2, None, "")
    drafts.save(draft.pk, 2, RATE_3, ada)
    with pytest.raises(NotAllowedError, match="changed"):
        drafts.approve(draft.pk, 2, bo)


def test_a_lone_admin_publishes_alone(draft: Draft, ada: User, approval: Callable[[str], None]) -> None:
    approval("one")
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    assert drafts.publish(draft.pk, 2, ada, None, "").text == REVIEW_30


def test_a_published_draft_does_not_change(draft: Draft, ada: User) -> None:
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    drafts.publish(draft.pk, 2, ada, None, "")
    with pytest.raises(NotAllowedError, match="closed"):
        drafts.save(draft.pk, 2, TEXT, ada)


def test_what_was_published_meanwhile_comes_in_first(draft: Draft, ada: User) -> None:
    newer = writes.apply(RATE_2)
    drafts.save(draft.pk, 1, REVIEW_30, ada)
    with pytest.raises(writes.SupersededError):
        drafts.publish(draft.pk, 2, ada, None, "")
    caught_up = drafts.catch_up(draft.pk, 2, ada)
    assert (caught_up.text, caught_up.based_on) == (BOTH, newer)
    assert drafts.publish(draft.pk, caught_up.revision, ada, None, "").text == BOTH


def test_where_both_changed_the_same_the_operator_says_which_counts(draft: Draft, ada: User) -> None:
    writes.apply(RATE_2)
    drafts.save(draft.pk, 1, RATE_3, ada)
    with pytest.raises(ClashError):
        drafts.catch_up(draft.pk, 2, ada)
    drafts.catch_up(draft.pk, 2, ada, keep_mine=True)
    assert drafts.publish(draft.pk, 2, ada, None, "").text == RATE_3


def test_an_old_version_rolls_forward_with_the_rules_it_had(running: Version, ada: User) -> None:
    without = writes.apply(TEXT.partition("  - key: review")[0])
    draft = drafts.begin(ada, "Back", running.text, without)
    assert drafts.publish(draft.pk, 1, ada, None, "").text == TEXT


def test_but_a_retired_key_with_another_meaning_is_refused(running: Version, ada: User) -> None:
    without = writes.apply(TEXT.partition("  - key: review")[0])
    draft = drafts.begin(ada, "Back", TEXT.replace("Product Reviewed", "Product Shared"), without)
    with pytest.raises(writes.NotApplicable, match="never reused"):
        drafts.publish(draft.pk, 1, ada, None, "")

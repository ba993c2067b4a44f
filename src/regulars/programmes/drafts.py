"""Drafts of the programme: begun, edited, approved, published. The only code that changes them.

Every edit names the revision it was made from. Where somebody else has edited meanwhile, both edits are put together
(``files.merging``) or, where they touched the same thing, the later one is refused and told both: nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from regulars.files.merging import merge
from regulars.programmes.models import Draft, Edit, Version
from regulars.programmes.writes import apply

BUSY = (Draft.OPEN, Draft.ASKED, Draft.APPROVED)


class ClashError(Exception):
    """Somebody else changed the same things meanwhile. ``places``: which; ``theirs``: the text as it is now."""

    def __init__(self, places: tuple[str, ...], theirs: str, revision: int) -> None:
        super().__init__(", ".join(places))
        self.places = places
        self.theirs = theirs
        self.revision = revision


class NotAllowedError(Exception):
    """The draft is not in a state for that. ``why``: closed, changed, own (the last change is their own), or early
    (approval is needed first)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is after an edit; ``merged``: with somebody else's edit under it."""

    draft: Draft
    merged: bool = False


def two_needed() -> bool:
    """Whether a second person must approve a programme before it is published."""
    return bool(settings.CONFIG.programme_approval == "two")


def newest() -> Version | None:
    """The version that a draft must follow."""
    return Version.objects.order_by("-id").first()


def begin(by: Any, name: str, text: str, based_on: Version | None) -> Draft:
    """A new draft."""
    with transaction.atomic():
        draft = Draft.objects.create(name=name[:100], text=text, based_on=based_on, author=by)
        Edit.objects.create(draft=draft, revision=1, text=text, by=by)
    return draft


def save(draft_id: int, revision: int, text: str, by: Any) -> Saved:
    """Keep an edit that was made from ``revision``. The same text changes nothing.

    Raises ClashError; NotAllowedError (closed); Draft.DoesNotExist.
    """
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.revision == revision or text == draft.text:
            return Saved(_edited(draft, text, by, draft.revision))
        base = Edit.objects.get(draft=draft, revision=revision).text
        merged = merge(base, text, draft.text)
        if merged.text is None:
            raise ClashError(merged.clashes, draft.text, draft.revision)
        return Saved(_edited(draft, merged.text, by, draft.revision), merged=True)


def undo(draft_id: int, revision: int, by: Any) -> Draft:
    """Bring back what the draft said before the edit ``revision``; again: what it said before that.

    Raises NotAllowedError: closed, or changed (that edit is not the newest any more, or there is nothing before it).
    """
    with transaction.atomic():
        draft = _locked(draft_id)
        last = Edit.objects.get(draft=draft, revision=draft.revision)
        if draft.revision != revision or last.back is None:
            raise NotAllowedError("changed")
        earlier = Edit.objects.get(draft=draft, revision=last.back)
        return _edited(draft, earlier.text, by, earlier.back)


def catch_up(draft_id: int, revision: int, by: Any, keep_mine: bool = False) -> Draft:
    """Put the draft on top of the newest version: what was published meanwhile comes in.

    keep_mine: the draft's text stays as it is, whatever the newest version says. Raises ClashError with the newest
    version's text; NotAllowedError.
    """
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.revision != revision:
            raise NotAllowedError("changed")
        last = newest()
        text = draft.text
        if not keep_mine and last is not None:
            merged = merge(draft.based_on.text if draft.based_on else "", draft.text, last.text)
            if merged.text is None:
                raise ClashError(merged.clashes, last.text, draft.revision)
            text = merged.text
        draft.based_on = last
        draft.state = Draft.OPEN
        draft.save(update_fields=["based_on", "state"])
        return _edited(draft, text, by, draft.revision)


def ask_approval(draft_id: int, revision: int, effective_at: datetime | None, note: str) -> Draft:
    """Hand a draft to a second person. Raises NotAllowedError."""
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.revision != revision or draft.state != Draft.OPEN:
            raise NotAllowedError("changed")
        draft.state, draft.effective_at, draft.note = Draft.ASKED, effective_at, note[:500]
        draft.save()
        return draft


def approve(draft_id: int, revision: int, by: Any) -> Draft:
    """A second person's yes to exactly this revision. Raises NotAllowedError: changed, own."""
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.revision != revision or draft.state != Draft.ASKED:
            raise NotAllowedError("changed")
        if last_author(draft) == by.pk:
            raise NotAllowedError("own")
        draft.state, draft.approved_by, draft.approved_at = Draft.APPROVED, by, timezone.now()
        draft.save()
        return draft


def take_back(draft_id: int) -> Draft:
    """Back to work. Raises NotAllowedError."""
    with transaction.atomic():
        draft = _locked(draft_id)
        _reopen(draft)
        draft.save()
        return draft


def publish(draft_id: int, revision: int, by: Any, effective_at: datetime | None, note: str) -> Version:
    """Publish a draft as the next version.

    Raises NotAllowedError: changed, early; and what ``writes.apply`` raises.
    """
    with transaction.atomic():
        draft = _locked(draft_id)
        if draft.revision != revision:
            raise NotAllowedError("changed")
        if two_needed() and draft.state != Draft.APPROVED:
            raise NotAllowedError("early")
        after = draft.based_on_id or 0
        draft.published_as = apply(draft.text, by=by, effective_at=effective_at, note=note[:500], after=after)
        draft.state, draft.effective_at, draft.note = Draft.PUBLISHED, effective_at, note[:500]
        draft.save()
        return draft.published_as


def put_away(draft_id: int) -> None:
    """A draft that nobody wants; it can still be read. Raises NotAllowedError."""
    with transaction.atomic():
        draft = _locked(draft_id)
        draft.state = Draft.DROPPED
        draft.save()


def last_author(draft: Draft) -> int:
    """Who made the last change, by the user's id."""
    return Edit.objects.values_list("by_id", flat=True).get(draft=draft, revision=draft.revision)


def can_undo(draft: Draft) -> bool:
    """Whether there is an edit to undo."""
    return Edit.objects.filter(draft=draft, revision=draft.revision, back__isnull=False).exists()


def _locked(draft_id: int) -> Draft:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("based_on").get(pk=draft_id)
    if draft.state not in BUSY:
        raise NotAllowedError("closed")
    return draft


def _edited(draft: Draft, text: str, by: Any, back: int | None) -> Draft:
    """The draft with a new text; undoing it leads to revision ``back``."""
    if text == draft.text:
        return draft
    draft.revision += 1
    draft.text = text
    _reopen(draft)
    draft.save()
    Edit.objects.create(draft=draft, revision=draft.revision, back=back, text=text, by=by)
    return draft


def _reopen(draft: Draft) -> None:
    draft.state, draft.approved_by, draft.approved_at = Draft.OPEN, None, None

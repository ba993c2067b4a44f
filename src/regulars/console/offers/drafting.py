"""From an edit to a new version: the text it makes, what is wrong with it, what would change, what came between."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.console.versions.form import moment
from regulars.files.checking import LocatedProblem
from regulars.files.problem_words import sentence
from regulars.files.yaml_edit import CannotEditError
from regulars.offers import reads
from regulars.offers.diff import Change, diff
from regulars.offers.edit import DoesNotFitError, Edit
from regulars.offers.file import check
from regulars.offers.models import Version
from regulars.offers.writes import NotApplicable, SupersededError, apply
from regulars.rules.offers import Offers
from regulars.rules.programme import Programme


@dataclass(slots=True)
class Draft:
    """An edit on the newest version. offers: what the text means, None when something is wrong.

    since: the newest version, when it is not the one the edit began from; since_changes: what it changed. refused: why
    the edit cannot be done or published, in words.
    """

    text: str = ""
    offers: Offers | None = None
    problems: tuple[LocatedProblem, ...] = ()
    changes: list[Change] = field(default_factory=list)
    since: Version | None = None
    since_changes: list[Change] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_gone: bool = False

    @property
    def digest(self) -> str:
        """Tells whether what is published is what was looked at."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16] if self.text else ""

    @property
    def is_good(self) -> bool:
        """Whether it may be published."""
        return self.offers is not None and not self.refused


def newest() -> Version | None:
    """The version that the next one follows."""
    return Version.objects.select_related("applied_by").order_by("-effective_at").first()


def text_of(version: Version | None, programme: Programme | None) -> str:
    """The text to edit: the version's, or the beginning of a first one for the programme's shop; empty when there is
    neither."""
    if version is not None:
        return version.text
    if programme is None:
        return ""
    return f"currency: {programme.currency}\ntime_zone: {programme.time_zone}\n"


def levels(programme: Programme | None) -> list[str] | None:
    """The keys of the programme's tiers; None where nobody knows."""
    if programme is None:
        return None
    return [level.key for level in programme.tiers.levels] if programme.tiers else []


def drafted(edit: Edit, began: int, last: Version | None, programme: Programme | None) -> Draft:
    """The edit on the newest version ``last``; ``began`` is the id of the one it was made from (0: none)."""
    draft = Draft()
    base = text_of(last, programme)
    if last is not None and last.pk != began:
        draft.since = last
        old = Version.objects.filter(pk=began).values_list("text", flat=True).first()
        if old is not None:
            draft.since_changes = diff(reads.parse(old), reads.parse(last.text))
    try:
        draft.text = edit.on(base)
    except DoesNotFitError as error:
        draft.refused.append(_why(error))
        draft.is_gone = error.why == "gone"
        return draft
    except CannotEditError:
        draft.refused.append(_("This file is laid out in a way that only its own text can change; use “Versions”."))
        return draft
    checked = check(draft.text, levels(programme))
    draft.offers, draft.problems = checked.offers, checked.problems
    if checked.offers is not None and base:
        before = check(base).offers
        draft.changes = diff(before, checked.offers) if before is not None else []
    return draft


def _why(error: DoesNotFitError) -> str:
    words = {
        "gone": _("“%(key)s” is no longer there: somebody has removed it."),
        "changed": _("“%(key)s” says something else now: somebody has changed it."),
        "taken": _("The key “%(key)s” is taken; keys are never used twice."),
    }
    return words[error.why] % {"key": error.key}


def publish(draft: Draft, by: Any, last: Version | None, effective_at: str, note: str) -> Version | None:
    """Publish what was looked at. None, with the reasons in ``draft.refused``, when it cannot be."""
    assert draft.offers is not None
    try:
        at = moment(effective_at, draft.offers.time_zone)
    except ValueError:
        draft.refused.append(_("“Takes effect” is no time."))
        return None
    try:
        return apply(draft.text, by=by, effective_at=at, note=note[:500], after=last.pk if last else 0)
    except NotApplicable as error:
        draft.refused.extend(sentence(problem) for problem in error.problems)
    except SupersededError:
        draft.refused.append(_("Somebody has just published another version. Look at what it changed and try again."))
    return None


def is_coming(version: Version | None) -> bool:
    """Whether a version waits to take effect: the next one must come after it."""
    return version is not None and version.effective_at > datetime.now(UTC)

"""Publishing a programme version: the only way rules change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.files.phrase import Phrase, phrase
from regulars.programmes.file import LocatedProblem, check
from regulars.programmes.models import Version
from regulars.programmes.reads import VERSIONS_LOCK
from regulars.rules.programme import EarnRule


class NotApplicable(ValueError):
    """The file cannot be applied; ``problems`` says why, in plain words: English as text, any language through
    ``problem_words``."""

    def __init__(self, problems: Sequence[LocatedProblem | Phrase]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class SupersededError(Exception):
    """Another version was published since the one this was made from."""


def apply(
    text: str, by: Any = None, effective_at: datetime | None = None, note: str = "", after: int | None = None
) -> Version:
    """Publish ``text`` as the next version, in effect from ``effective_at`` (now when not given).

    after: the version that ``text`` was made from (0: none); None: nobody asks. The first version counts from the
    beginning of the log. The same text as the newest version changes nothing and returns that version. Raises
    NotApplicable; SupersededError when ``after`` is not the newest.
    """
    checked = check(text)
    if checked.programme is None:
        raise NotApplicable(checked.problems)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), clock_timestamp()", [VERSIONS_LOCK])
        now = cursor.fetchone()[1]
        last = Version.objects.order_by("-id").first()
        if after is not None and after != (last.pk if last is not None else 0):
            raise SupersededError
        if last is None:
            return Version.objects.create(key=checked.programme.key, text=text, digest=digest, applied_by=by, note=note)
        if last.digest == digest:
            return last
        _refuse_misfits(checked.programme, last, effective_at, now)
        return Version.objects.create(
            key=checked.programme.key,
            text=text,
            digest=digest,
            effective_at=effective_at or now,
            applied_by=by,
            note=note,
        )


def _refuse_misfits(programme: Any, last: Version, effective_at: datetime | None, now: datetime) -> None:
    problems: list[Phrase] = []
    if effective_at is not None and effective_at < now:
        problems.append(
            phrase("a version cannot take effect in the past: choose a later time, or leave it out for now")
        )
    if last.effective_at is not None and (effective_at or now) <= last.effective_at:
        problems.append(
            phrase(
                "version {number} takes effect at {at} UTC; choose a later time",
                number=last.pk,
                at=f"{last.effective_at:%Y-%m-%d %H:%M}",
            )
        )
    before = check(last.text).programme
    if before is None:
        raise NotApplicable(problems)
    for name, old, new in [
        ("programme", before.key, programme.key),
        ("currency", before.currency, programme.currency),
        ("time_zone", before.time_zone, programme.time_zone),
    ]:
        if old != new:
            problems.append(
                phrase(
                    "`{name}` cannot change from {old} to {new}: points and days were counted in the old one",
                    name=name,
                    old=old,
                    new=new,
                )
            )
    retired: dict[str, EarnRule] = {}
    for text in Version.objects.order_by("id").values_list("text", flat=True):
        older = check(text).programme
        if older is not None:
            retired |= {rule.key: rule for rule in older.rules}
    running = {rule.key for rule in before.rules}
    # A rule that comes back as it was is the same rule: so an old version can be rolled forward. Those with a colon are
    # no rules of the file but what a level or a referral gives, under the only name that it can have.
    problems += [
        phrase("rule key `{key}` was used before and is never reused", key=rule.key)
        for rule in sorted(programme.rules, key=lambda rule: rule.key)
        if rule.key in retired and rule.key not in running and rule != retired[rule.key] and ":" not in rule.key
    ]
    if problems:
        raise NotApplicable(problems)

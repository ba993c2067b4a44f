"""The only code that changes segments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.audience.segments import tasks
from regulars.audience.segments.definition import NotFit, ground, meaning
from regulars.audience.segments.models import KINDS, LIST, RULE, Membership, Segment, Snapshot
from regulars.audience.segments.settled import settle
from regulars.audience.segments.uploaded import Uploaded, members_of
from regulars.rules.language.reading import KEY, KEY_LENGTH_MAX
from regulars.rules.segments import Segments, loops, refers_to, write_who

NAME_MAX = 200


class Refused(ValueError):
    """A change that cannot be made; the message is a sentence in the reader's language."""


def create(key: str, name: str, kind: str, definition: Any = None, *, strategy: str = "", by: Any = None) -> Segment:
    """Make a segment. Nobody belongs to it before a refresh (``refresh``) or an upload.

    by: the user, None for a command. Raises Refused for a key or name that cannot be, NotFit for a definition.
    """
    if not KEY.fullmatch(key) or len(key) > KEY_LENGTH_MAX:
        raise Refused(_("A key is lower-case letters, digits and dashes, such as tea-month."))
    if kind not in dict(KINDS):
        raise Refused(_("There is no such kind of segment."))
    with transaction.atomic():
        if Segment.objects.filter(key=key).exists():
            raise Refused(_("There is a segment with the key %(key)s already, perhaps an archived one.") % {"key": key})
        definition = _fitting(key, kind, definition)
        return Segment.objects.create(
            key=key, name=_named(name), kind=kind, definition=definition, strategy=strategy.strip(), created_by=by
        )


def change(
    segment: Segment, *, name: str | None = None, definition: Any = None, strategy: str | None = None
) -> Segment:
    """Change what is given; who belongs changes at the next refresh. Raises Refused, NotFit."""
    with transaction.atomic():
        row = Segment.objects.select_for_update().get(pk=segment.pk)
        if row.archived_at is not None:
            raise Refused(_("This segment is archived."))
        if name is not None:
            row.name = _named(name)
        if strategy is not None:
            row.strategy = strategy.strip()
        if definition is not None:
            row.definition = _fitting(row.key, row.kind, definition)
        row.save()
    return row


def archive(segment: Segment, now: datetime | None = None) -> None:
    """Put a segment away: everybody leaves it, its snapshots stay. Raises Refused while another one speaks of it."""
    now = now or timezone.now()
    users = [key for key, speaks_of in _definitions().items() if segment.key in speaks_of and key != segment.key]
    if users:
        raise Refused(_("These segments speak of it: %(keys)s. Change them first.") % {"keys": ", ".join(users)})
    Segment.objects.filter(pk=segment.pk, archived_at=None).update(archived_at=now, members_count=0)
    settle(segment.key, (), now)


def restore(segment: Segment) -> None:
    """Take an archived segment back into use; the refresh that is begun finds who belongs. A list has to be uploaded
    again: its members left when it was put away."""
    if Segment.objects.filter(pk=segment.pk, archived_at__isnull=False).update(archived_at=None, members_count=None):
        refresh()


def take_snapshot(segment: Segment, note: str = "", by: Any = None) -> Snapshot:
    """Keep who belongs now."""
    ids = list(Membership.objects.filter(segment=segment.key).order_by("member_id").values_list("member_id", flat=True))
    return Snapshot.objects.create(segment=segment, note=note.strip(), taken_by=by, members=ids, members_count=len(ids))


def upload_list(segment: Segment, text: str, now: datetime | None = None) -> Uploaded:
    """Let exactly the members belong whose shop ids the text has: one a line, or the first column of a CSV.

    Gives what was found, with the lines that were not. Raises Refused for a segment of another kind, or when no line
    names a member.
    """
    now = now or timezone.now()
    if segment.kind != LIST or segment.archived_at is not None:
        raise Refused(_("Only a list takes uploads."))
    found = members_of(text)
    if not found.lines:
        raise Refused(_("There is no id in the file, so the list stays as it was."))
    if not found.members:
        raise Refused(_("No line of the file names a member, so the list stays as it was."))
    moved = settle(segment.key, found.members, now)
    Segment.objects.filter(pk=segment.pk).update(members_count=moved.members, refreshed_at=now, problem="")
    return found


def apply(found: Segments) -> dict[str, str]:
    """Make or change the segments of a file; those that it does not name stay as they are.

    Gives for each key ``new``, ``changed`` or ``same``. Raises Refused when a key belongs to a segment of another kind
    or to an archived one; then nothing is changed.
    """
    told: dict[str, str] = {}
    with transaction.atomic():
        rows = {row.key: row for row in Segment.objects.select_for_update()}
        for one in found.segments:
            definition = write_who(one.who, found.minor_digits)
            row = rows.get(one.key)
            if row is None:
                Segment.objects.create(
                    key=one.key, name=one.name, kind=RULE, definition=definition, strategy=one.strategy
                )
                told[one.key] = "new"
                continue
            if row.kind != RULE or row.archived_at is not None:
                raise Refused(_("%(key)s is a segment of another kind, or an archived one.") % {"key": one.key})
            before = (row.name, row.definition, row.strategy)
            row.name, row.definition, row.strategy = one.name, definition, one.strategy
            told[one.key] = "same" if before == (row.name, definition, row.strategy) else "changed"
            row.save()
        _check_loops()
    return told


def refresh() -> None:
    """Let a worker find out soon who belongs to the segments now."""
    tasks.enqueue()


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused(_("A segment needs a name."))
    if len(name) > NAME_MAX:
        raise Refused(_("A name has at most %(most)s characters.") % {"most": NAME_MAX})
    return name


def _fitting(key: str, kind: str, definition: Any) -> Any:
    """The definition, once it is seen to fit. Raises NotFit, Refused."""
    if kind != RULE:
        if not isinstance(definition, Mapping | None):
            raise Refused(_("The definition does not fit this kind of segment."))
        return dict(definition or {})
    on = ground()
    who = meaning(definition, on)
    circle = next(iter(loops({**_whos(), key: who})), None)
    if circle and key in circle:
        raise Refused(_("The segment would ask for itself: %(circle)s.") % {"circle": " → ".join(circle)})
    return _plain(definition)


def _plain(value: Any) -> Any:
    """As JSON holds it: days of the calendar are texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _check_loops() -> None:
    for circle in loops(_whos()):
        raise Refused(_("The segment would ask for itself: %(circle)s.") % {"circle": " → ".join(circle)})


def _whos() -> dict[str, Any]:
    on = ground()
    found = {}
    for key, definition in Segment.objects.filter(kind=RULE, archived_at=None).values_list("key", "definition"):
        try:
            found[key] = meaning(definition, on)
        except NotFit:
            continue  # it no longer fits the programme; its own page says so
    return found


def _definitions() -> dict[str, set[str]]:
    return {key: refers_to(who) for key, who in _whos().items()}

"""Why one entry of the history is there: event, rule, version, and every step of its arithmetic."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.flow import history, phrases
from regulars.flow.explain import sources
from regulars.flow.explain.story import Line, Section, Story
from regulars.programmes import reads as programmes
from regulars.programmes.models import Version
from regulars.screens.figures import signed


def entry(member_id: int, transfer_id: int) -> Story | None:
    """The entry that a transfer of the member belongs to, down to its arithmetic; None when it is not theirs."""
    found = history.entry(member_id, transfer_id)
    if found is None:
        return None
    programme = programmes.by_id(found.version_id)
    sections = sources.sections_of(found, member_id, programme)
    for part in () if sections else found.parts:
        lines = [Line(label, figure) for label, figure in part.steps]
        if not lines:
            lines = [Line(part.why, "", (part.arithmetic,) if part.arithmetic else ())]
        total = Line(found.currency_name[:1].upper() + found.currency_name[1:], signed(part.points), is_sum=True)
        sections.append(Section(part.why, [*lines, total]))
    sections.append(Section(_("Where it comes from"), _source_lines(found, programme.time_zone)))
    data: dict[str, Any] = {
        "id": found.id,
        "currency": found.currency,
        "kind": found.kind,
        "points": found.points,
        "event_id": found.event_id,
        "event": found.event_name,
        "order_id": found.order_id,
        "programme_version": found.version_id,
        "at": found.at,
        "transfers": found.transfer_ids,
        "notes": found.notes,
        "parts": [
            {
                "rule": part.rule,
                "points": part.points,
                "base": part.base_minor,
                "times": str(part.times_num) if part.times_den == 1 else f"{part.times_num}/{part.times_den}",
                "steps": [{"label": label, "value": value} for label, value in part.steps],
            }
            for part in found.parts
        ],
    }
    return Story("entry", found.title, found.why or found.title, sections, data)


def _source_lines(found: history.Entry, time_zone: str) -> list[Line]:
    version = Version.objects.only("id", "effective_at").get(pk=found.version_id)
    since = (
        _("from the beginning")
        if version.effective_at is None
        else _("in force since %(day)s") % {"day": phrases.day(phrases.local_date(version.effective_at, time_zone))}
    )
    lines = [Line(_("Event"), str(found.event_id), (found.event_name,), event_id=found.event_id)]
    if found.rule:
        lines.append(Line(_("Rule"), found.rule))
    lines.append(Line(_("Programme version"), str(found.version_id), (since,)))
    lines += [Line(note) for note in found.notes]
    return lines

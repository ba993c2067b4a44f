"""What a later programme version will say otherwise, in the words in which each says itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from regulars.programmes.task_words import Section


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes under one heading: sentences that are new, and those that hold no more."""

    title: str
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def words_diff(old: Sequence[Section], new: Sequence[Section]) -> list[Changed]:
    """The differences between two programmes in words (``words.in_words``), heading by heading; unchanged ones are left
    out. Rows of tables are matched by their first cell: what they are called."""
    before = {section.key: section for section in old}
    after = {section.key: section for section in new}
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        changed = _section(before.get(key), after.get(key))
        if changed.new or changed.gone:
            found.append(changed)
    return found


def _section(old: Section | None, new: Section | None) -> Changed:
    either = new or old
    assert either is not None
    said, says = (section.sentences if section else [] for section in (old, new))
    changed = Changed(
        either.title,
        [sentence for sentence in says if sentence not in said],
        [sentence for sentence in said if sentence not in says],
    )
    rows, now = (_by_name(section.rows) if section else {} for section in (old, new))
    for name, row in now.items():
        if name not in rows:
            changed.new.append(_row(either.head, row))
        elif rows[name] != row:
            changed.new.append(_cells(either.head, rows[name], row))
    changed.gone.extend(row[0] for name, row in rows.items() if name not in now)
    return changed


def _by_name(rows: Sequence[list[str]]) -> dict[tuple[str, int], list[str]]:
    """Rows by their first cell; of several that are called the same, the first, the second and so on."""
    times: Counter[str] = Counter()
    found = {}
    for row in rows:
        found[row[0], times[row[0]]] = row
        times[row[0]] += 1
    return found


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    pairs = zip(head[1:], row[1:], strict=True)
    cells = [_("%(name)s: %(value)s") % {"name": name, "value": cell} for name, cell in pairs]
    return _("%(name)s: %(value)s") % {"name": row[0], "value": _("; ").join(cells)}


def _cells(head: Sequence[str], old: Sequence[str], new: Sequence[str]) -> str:
    """The cells of a row that change: ``Check-in: Gives: 10 points (until then 5 points)``."""
    cells = [
        _("%(name)s: %(new)s (until then: %(old)s)") % {"name": name, "new": now, "old": before}
        for name, before, now in zip(head[1:], old[1:], new[1:], strict=True)
        if before != now
    ]
    return _("%(name)s: %(value)s") % {"name": new[0], "value": _("; ").join(cells)}

"""What of an address could not be understood, in the reader's words: it was left out, and the page says so."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.console.insight import asked, fields
from regulars.insight.measures.catalogue import DIMENSIONS, SPECS, UNITS, Spec
from regulars.screens.figures import whole

VALUES = {spec.value for spec in SPECS.values()}.union(*asked.VALUES.values())
"""Columns that a chart can show; one of another measure stays behind when a form changes the measure."""


def unknown_steps(query: QueryDict, events: Sequence[str] | None) -> list[str]:
    """A sentence for each step of a funnel that is none of the ``events`` there are (None: nobody knows them all)."""
    steps = [] if events is None else [step for step in query.getlist("steps") if step and step not in events]
    return [_("No event is called “%(given)s”.") % {"given": _short(step)} for step in dict.fromkeys(steps)]


def faults(specs: Sequence[Spec], query: QueryDict) -> list[str]:
    """A sentence for each value that ``asked.read`` leaves out, of measures on one page."""
    own = {name for spec in specs for name in spec.own}
    given = {name: str(value) for name, value in query.items() if value}
    found = []
    if "measure" in given and given["measure"] not in SPECS:
        found.append(_("There is no measure “%(given)s”.") % {"given": _short(given["measure"])})
    days = {"from": _("From"), "to": _("To")}
    for name, label in days.items():
        if name in given and asked.day_of(given[name]) is None:
            found.append(
                _("%(field)s: a day such as 2026-01-31, not “%(given)s”.")
                % {"field": label, "given": _short(given[name])}
            )
    first, last = (asked.day_of(given.get(name, "")) for name in days)
    if first and last and first > last:
        found.append(_("%(from)s lies after %(to)s.") % days)
    for name, label in fields.number_labels().items():
        if name in own and name in given and asked.number_of(name, given[name]) is None:
            found.append(
                _("%(field)s: a whole number from 1 to %(most)s, not “%(given)s”.")
                % {"field": label, "most": whole(asked.MOST[name]), "given": _short(given[name])}
            )
    if "brackets" in own and "brackets" in given and asked.brackets_of(given["brackets"]) is None:
        found.append(
            _("%(field)s: ranges such as 1-1,2-3, not “%(given)s”.")
            % {"field": _("Periods"), "given": _short(given["brackets"])}
        )
    return found + [
        _("%(field)s: nothing is called “%(given)s”.") % {"field": label, "given": _short(given[name])}
        for name, label, known in (
            ("unit", _("Period"), UNITS),
            ("by", _("Cut by"), DIMENSIONS),
            ("kind", _("Came back"), asked.KINDS),
            ("value", _("Show as"), VALUES),
        )
        if name in given and given[name] not in known
    ]


def _short(text: str) -> str:
    """So much of it as a sentence can hold."""
    shown = "".join(letter for letter in text[:41] if letter.isprintable())
    return f"{shown[:40]}…" if len(text) > 40 else shown

"""One task: what members are asked to do, and what it gives. Each kind of goal has a form of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.console.offers.form_fields import choice, number, whole
from regulars.console.studio.sections import fields as f
from regulars.console.studio.sections.entry import Entry, limited
from regulars.console.studio.sections.form import NAME_FIELDS, Group, KeyedForm, SectionForm
from regulars.console.studio.sections.known import Known
from regulars.console.studio.sections.rows import Conditions, Listed, Rows
from regulars.console.studio.settings import NAMES
from regulars.rules.language.tasks import AMOUNTS, GOALS

EVENT = "event"
KINDS = {
    EVENT: _("One event"),
    "count": _("So many events"),
    "sum": _("A sum"),
    "streak": _("A streak"),
    "steps": _("Several steps"),
}
"""What a task can ask for."""
_WHEN = ("when",)
_NAME: Group = (_("Name"), ("key", *NAME_FIELDS))
_GIVES: Group = (_("What it gives"), ("gift*",))
_LIMITS: tuple[Group, ...] = (
    (_("At most"), ("cap_times", "cap_per")),
    (_("Only for a while"), ("valid_from", "valid_until")),
)


class TaskForm(KeyedForm):
    """What every task has. One event is enough here."""

    TABLE = {
        **NAMES,
        "when": _WHEN,
        "cap_times": ("at_most", "times"),
        "cap_per": ("at_most", "per"),
        "valid_from": ("valid", "from"),
        "valid_until": ("valid", "until"),
    }
    ORDER = (
        *("key", "name", "for", "when", "where", *GOALS, "within_days", "in_order"),
        *("gives", "times", "at_most", "valid"),
    )
    GROUPS: ClassVar[tuple[Group, ...]] = (_NAME, (_("What to do"), ("when",)), _GIVES, *_LIMITS)
    GIFTS = (("gift", ("gives",)),)
    key = f.key()
    when = f.event(_("When this happens"), _("The name of an event; one of your own is fine."), required=True)
    cap_times = whole(
        _("So many times"),
        _("How often the task may give; empty: as often as it is done, and a task of one event or of steps once ever."),
    )
    cap_per = choice(_("…in each"), f.PER, _("Goes with the number before."))
    valid_from = f.day(_("From this day"), _("Included."))
    valid_until = f.day(_("Until before this day"), _("The task no longer counts on it."))


class _Reaching(TaskForm):
    """What counts up to something."""

    per = choice(_("…in each"), f.PER, _("Empty: once for all time."))
    every = forms.BooleanField(
        label=_("Again at every multiple"), required=False, help_text=_("Else once in each period.")
    )


class CountForm(_Reaching):
    """So many events."""

    TABLE = {**TaskForm.TABLE, "reaches": ("count", "reaches"), "per": ("count", "per"), "every": ("count", "every")}
    GROUPS = (
        _NAME,
        (_("What to do"), ("when", "reaches", "per", "every")),
        _GIVES,
        *_LIMITS,
    )
    reaches = whole(_("So many times"), _("How often it must happen."))


class SumForm(_Reaching):
    """What events add up to."""

    TABLE = {
        **TaskForm.TABLE,
        "of": ("sum", "of"),
        "reaches": ("sum", "reaches"),
        "per": ("sum", "per"),
        "every": ("sum", "every"),
    }
    GROUPS = (
        _NAME,
        (_("What to do"), ("when", "of", "reaches", "per", "every")),
        _GIVES,
        *_LIMITS,
    )
    of = f.text(
        _("What is added up"),
        _("An amount of an order (net, gross, list, total…) or a number the event carries, such as seconds."),
        "sum-names",
    )
    reaches = number(_("Until it reaches"), _("An amount of money, or a number."), min_value=0)


class StreakForm(TaskForm):
    """An event in each period without a gap."""

    TABLE = {
        **TaskForm.TABLE,
        "per": ("streak", "per"),
        "points": ("streak", "points"),
        "then": ("streak", "then"),
        "currency": ("streak", "gives"),
    }
    GROUPS = (
        _NAME,
        (_("What to do"), ("when", "per", "points", "then", "currency")),
        (_("What the whole streak gives beside"), ("gift*",)),
        *_LIMITS,
    )
    per = choice(
        _("Without a gap, in each"),
        [("day", _("day")), ("week", _("week")), ("month", _("month"))],
        _("The local days of the programme."),
    )
    points = f.NumbersField(
        label=_("Points of the first, second…"),
        required=False,
        help_text=_("In a row, such as 5, 5, 5, 10, 10, 10, 30."),
    )
    then = choice(
        _("After the last"),
        [
            ("", _("as usual: from the first again")),
            ("repeat", _("from the first again")),
            ("last", _("always as the last")),
            ("stop", _("nothing more")),
        ],
        _("What the streak gives when it goes on."),
    )
    currency = forms.ChoiceField(label=_("Which points"), required=False, help_text=_("Of the numbers in a row."))


class StepsForm(TaskForm):
    """Several events once each."""

    TABLE = {
        **{name: path for name, path in TaskForm.TABLE.items() if name != "when"},
        "within_days": ("within_days",),
        "in_order": ("in_order",),
    }
    GROUPS = (
        _NAME,
        (_("What to do"), ("within_days", "in_order")),
        _GIVES,
        *_LIMITS,
    )
    when = None  # type: ignore[assignment]
    within_days = whole(_("Within so many days of the first"), _("Empty: no hurry. Too late, and it begins anew."))
    in_order = forms.BooleanField(label=_("In this order"), required=False, help_text=_("Else in any order."))


class StepForm(SectionForm):
    """One step, as a row; an empty event leaves it out."""

    TABLE = {"when": _WHEN, "where": ("where",)}
    when = f.event(_("Event"))
    where = f.TestsField(label=_("Only if"), required=False)

    def clean(self) -> dict[str, Any]:
        """Conditions need an event."""
        data = super().clean() or {}
        if data.get("where") and not data.get("when"):
            self.add_error("when", forms.ValidationError(_("Say which event.")))
        return data


StepSet = forms.formset_factory(StepForm, extra=2, can_delete=True, can_order=True, max_num=20)


class Steps(Listed):
    """The steps, a row each."""

    title = _("The steps")
    help = _("At least two events. Conditions a line each, such as total >= 20 or line.category = tea, coffee.")
    prefix = "step"
    setting = "steps"

    def take(self, posted: Any, settings: dict[str, Any], known: Any) -> dict[str, Any]:
        """A row a step."""
        steps = settings.get("steps")
        values = [_step(step) for step in steps] if isinstance(steps, list) else []
        self.set = StepSet(posted, initial=values, prefix=self.prefix, form_kwargs={"known": known})
        return {name: value for name, value in settings.items() if name != "steps"}

    @property
    def kept(self) -> list[forms.Form]:
        """The steps in the order that was asked for."""
        rows = [row for row in super().kept if row.cleaned_data.get("when")]
        return sorted(rows, key=lambda row: row.cleaned_data.get("ORDER") or 1_000)

    def said(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The steps; one that says the same stays as it was written."""
        olds = before.get("steps") if isinstance(before.get("steps"), list) else []
        steps: list[Any] = []
        for row in self.kept:
            when, where = row.cleaned_data["when"], row.cleaned_data.get("where")
            new = {"when": when, "where": where} if where else {"when": when}
            old = next((old for old in olds or [] if _step(old) == new), None)
            steps.append(old if old is not None else new if where else when)
        return {"steps": steps} if steps else {}


def _step(step: Any) -> dict[str, Any]:
    """A step the long way."""
    if isinstance(step, Mapping):
        return {name: step[name] for name in ("when", "where") if step.get(name)}
    return {"when": step}


FORMS: dict[str, type[TaskForm]] = {
    EVENT: TaskForm,
    "count": CountForm,
    "sum": SumForm,
    "streak": StreakForm,
    "steps": StepsForm,
}
SUM_NAMES = (*AMOUNTS, "seconds", "photos")


class Task(Entry):
    """One task."""

    section = "tasks"
    title = _("Task")
    ROWS_AFTER = 2

    @property
    def kind(self) -> str:
        """What it asks for, by its settings."""
        return next((kind for kind in GOALS if kind in self.begun), EVENT)

    def form_kind(self) -> type[SectionForm]:
        """By its kind."""
        return FORMS[self.kind]

    def rows_below(self) -> list[Rows]:
        """Its steps and its conditions: of a task of steps only the member is asked for all of them."""
        return [Steps(), Conditions(("for",))] if self.kind == "steps" else [Conditions()]

    def plainly(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Limits and counts the long way."""
        out = limited(settings)
        if "count" in out and not isinstance(out["count"], Mapping):
            out["count"] = {"reaches": out["count"]}
        return out

    def fit(self, data: Mapping[str, Any], known: Known) -> None:
        """The currencies of a streak."""
        if self.kind == "streak":
            first = known.currencies[0][0] if known.currencies else "–"
            usual = [("", gettext("as usual: %(points)s") % {"points": first})]
            self.form.choices_of("currency", [*usual, *((key, key) for key, _name in known.currencies)])

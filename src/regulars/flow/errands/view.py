"""One task of a member, in the reader's language; and the same for the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from regulars.rules.programme import EarnRule
from regulars.rules.task_state import TaskState

State = Literal["open", "done", "locked"]
OPEN: State = "open"
DONE: State = "done"
LOCKED: State = "locked"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a task: what to do, and whether it is done."""

    what: str
    done: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task that is a member's to do (``open``), that they have done for now (``done``), or that their tier only keeps
    from them (``locked``; ``from_tier``: the name of the level from which on it is theirs).

    title, what, gives, progress, terms: in the active language; ``what`` is empty when the title says it. done, of: how
    far, as exact decimals. again_on: when a done task can be done again, None: never. until: the last day on which it
    can be finished, if there is one. sendable: the member centre itself may say that it was done.
    """

    rule: EarnRule
    state: State
    title: str
    what: str
    gives: str
    progress: str
    figures: TaskState
    done: str
    of: str
    terms: list[str] = field(default_factory=list)
    steps: list[StepView] = field(default_factory=list)
    from_tier: str = ""
    again_on: date | None = None
    until: date | None = None
    sendable: bool = False

    @property
    def key(self) -> str:
        """Its key in the programme."""
        return self.rule.key

    @property
    def kind(self) -> str:
        """``once``, ``count``, ``sum``, ``streak`` or ``steps``."""
        return self.rule.goal.kind if self.rule.goal is not None else "once"

    @property
    def is_daily(self) -> bool:
        """Whether it comes again every day."""
        goal, cap = self.rule.goal, self.rule.at_most
        return goal.per == "day" if goal is not None and goal.kind != "steps" else cap is not None and cap.per == "day"

    @property
    def is_begun(self) -> bool:
        """Whether something of it is done."""
        return self.state == OPEN and self.figures.done > 0

    @property
    def measured(self) -> bool:
        """Whether a bar can show how far it is."""
        return self.state == OPEN and self.kind in ("count", "sum", "steps")

    def as_json(self) -> dict[str, Any]:
        """What the API says of it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "state": self.state,
            "title": self.title,
            "what": self.what,
            "gives": self.gives,
            "progress": self.progress,
            "done": self.done,
            "of": self.of,
            "terms": self.terms,
            "steps": [{"what": step.what, "done": step.done} for step in self.steps],
            "from_tier": self.from_tier or None,
            "again_on": self.again_on.isoformat() if self.again_on else None,
            "until": self.until.isoformat() if self.until else None,
        }

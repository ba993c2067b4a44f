"""A member's badges: those won, with why, and those that can still be won, with how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.events import reads as events
from regulars.flow import phrases
from regulars.flow.errands.names import Names
from regulars.flow.errands.read import tasks_of
from regulars.flow.errands.view import TaskView
from regulars.flow.facts import BADGE_WON
from regulars.flow.history.rulewords import occasion_name, rule_name, rule_of
from regulars.programmes import reads as programmes
from regulars.programmes.calendar_words import when_words
from regulars.rules.programme import EarnRule, Programme
from regulars.tiers import badges


@dataclass(frozen=True, slots=True)
class BadgeView:
    """One badge in the reader's language. ``won_at`` None: not won yet. how: one sentence for each way to it, or what
    it was won for. progress: how far a member is who is on the way."""

    key: str
    name: str
    won_at: datetime | None
    how: list[str]
    progress: str = ""

    def as_json(self) -> dict[str, Any]:
        """What the API says of it."""
        at = self.won_at.isoformat() if self.won_at else None
        return {"key": self.key, "name": self.name, "won_at": at, "how": self.how, "progress": self.progress}


def badges_of(member_id: int, now: datetime | None = None) -> list[BadgeView]:
    """The member's badges, the newest first, then those the running programme still has for them.

    Raises ``programmes.reads.NoProgramme`` when none was applied yet.
    """
    _version, programme = programmes.current(now)
    won = _won(member_id, programme)
    return won + _to_win(member_id, programme, {one.key for one in won}, now)


def _won(member_id: int, programme: Programme) -> list[BadgeView]:
    rows = badges.of_member(member_id)
    if not rows:
        return []
    facts = events.search(name=BADGE_WON, member_ids=[member_id], limit=200)
    rules = {fact.properties["badge"]: fact.properties["rule"] for fact in facts}
    found = []
    for row in reversed(rows):
        rule = rule_of(programme, rules.get(row.key))
        why = [Names(programme).rule(rule)] if rule is not None else []
        found.append(BadgeView(row.key, phrases.plain(row.key), row.won_at, why))
    return found


def _to_win(member_id: int, programme: Programme, won: set[str], now: datetime | None) -> list[BadgeView]:
    ways: dict[str, list[str]] = {}
    progress: dict[str, str] = {}
    tasks: dict[str, TaskView] | None = None
    for rule in programme.rules:
        for gift in rule.gifts:
            if gift.kind != "badge" or gift.key in won:
                continue
            if any(task.key == rule.key for task in programme.tasks):
                if tasks is None:
                    tasks = {task.key: task for task in tasks_of(member_id, now)}
                task = tasks.get(rule.key)
                if task is None or (task.state == "done" and task.again_on is None):
                    continue
                ways.setdefault(gift.key, []).append(_task_way(task))
                if task.is_begun:
                    progress[gift.key] = task.progress
            else:
                ways.setdefault(gift.key, []).append(_way(rule, programme))
    return [BadgeView(key, phrases.plain(key), None, how, progress.get(key, "")) for key, how in ways.items()]


def _task_way(task: TaskView) -> str:
    said = _("%(title)s: %(what)s") % {"title": task.title, "what": task.what} if task.what else task.title
    return _("From %(level)s on: %(task)s") % {"level": task.from_tier, "task": said} if task.from_tier else said


def _way(rule: EarnRule, programme: Programme) -> str:
    if not rule.when:
        return _("Reach %(level)s") % {"level": phrases.named(rule.name, rule.key)}
    day = next((one for one in programme.calendar if one.key == rule.key), None)
    if day is not None:
        return _("%(title)s: %(what)s") % {"title": occasion_name(day), "what": when_words(day)}
    return rule_name(rule, rule.key, programme)

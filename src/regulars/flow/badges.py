"""A member's badges: those won, with why, and those that can still be won, with how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.events import reads as events
from regulars.flow import phrases
from regulars.flow.errands.names import Names
from regulars.flow.errands.read import Doer, doer, is_for, is_on, lacking_tier, tasks_of
from regulars.flow.errands.view import DONE, TaskView
from regulars.flow.facts import BADGE_WON
from regulars.flow.history.rulewords import rule_of
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
    giving = [(rule, gift.key) for rule in programme.rules for gift in rule.gifts if gift.kind == "badge"]
    giving = [(rule, key) for rule, key in giving if key not in won]
    if not giving:
        return []
    tasks = {task.key: task for task in tasks_of(member_id, now)}
    one = doer(member_id, programme, now or timezone.now())
    ways: dict[str, list[str]] = {}
    progress: dict[str, str] = {}
    for rule, key in giving:
        task = tasks.get(rule.key)
        way = _task_way(task) if rule in programme.tasks else _way(rule, programme, one)
        if way:
            ways.setdefault(key, []).append(way)
        if way and task is not None and task.is_begun:
            progress[key] = task.progress
    return [BadgeView(key, phrases.plain(key), None, how, progress.get(key, "")) for key, how in ways.items()]


def _task_way(task: TaskView | None) -> str:
    """What to do for a task that gives a badge; empty when it is not this member's, or done for good."""
    if task is None or (task.state == DONE and task.again_on is None):
        return ""
    said = _("%(title)s: %(what)s") % {"title": task.title, "what": task.what} if task.what else task.title
    return _from(task.from_tier, said)


def _way(rule: EarnRule, programme: Programme, one: Doer) -> str:
    """How another rule is met that gives a badge; empty when it is not for this member."""
    level = lacking_tier(rule, programme, one)
    if not is_on(rule, one.day) or (level is None and not is_for(rule, one)):
        return ""
    if not rule.when:
        return _("Reach %(level)s") % {"level": phrases.named(rule.name, rule.key)}
    day = next((each for each in programme.calendar if each.key == rule.key), None)
    said = Names(programme).rule(rule)
    if day is not None:
        said = _("%(title)s: %(what)s") % {"title": said, "what": when_words(day)}
    return _from(phrases.named(level.name, level.key) if level is not None else "", said)


def _from(level: str, said: str) -> str:
    return _("From %(level)s on: %(task)s") % {"level": level, "task": said} if level else said

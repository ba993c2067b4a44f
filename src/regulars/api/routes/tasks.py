"""Tasks and badges of a member: what is to do, how far they are, what they have won."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS
from regulars.api.routes.members import MemberId, member_called
from regulars.api.schemas import problems
from regulars.flow.badges import badges_of
from regulars.flow.errands.read import tasks_of

router = Router(tags=["tasks"])


class StepOut(Schema):
    """One step of a task."""

    what: str
    done: bool


class TaskOut(Schema):
    """A task; words are in the language of `Accept-Language`.

    `state`: `open`, `done` (for now: `again_on` is the local day from which it can be done again, null: never), or
    `locked` (a higher tier has it: `from_tier`). `done` and `of`: how far, as exact decimals: events, what is summed up
    (money in the major unit), steps, or periods in a row. `until`: the last day on which it can be finished.
    """

    key: str
    kind: Literal["once", "count", "sum", "streak", "steps"]
    state: Literal["open", "done", "locked"]
    title: str
    what: str
    gives: str
    progress: str
    done: str
    of: str
    terms: list[str]
    steps: list[StepOut]
    from_tier: str | None
    again_on: str | None
    until: str | None


class TasksOut(Schema):
    """All of them, in the programme's order."""

    tasks: list[TaskOut]


class BadgeOut(Schema):
    """A badge; `won_at` is null when it is not won yet. `how`: what it was won for, or the ways to it."""

    key: str
    name: str
    won_at: str | None
    how: list[str]
    progress: str


class BadgesOut(Schema):
    """Those won, the newest first, then those that can be won."""

    badges: list[BadgeOut]


@router.get(
    "/members/{member_id}/tasks",
    auth=MAY_READ_MEMBERS,
    summary="What a member can do, and how far they are",
    response={200: TasksOut, **problems(401, 403, 404, 503)},
)
def get_tasks(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """At this moment. Tasks that are not for this member are left out, but for those that only a higher tier has."""
    return answer({"tasks": [task.as_json() for task in tasks_of(member_called(member_id).pk)]})


@router.get(
    "/members/{member_id}/badges",
    auth=MAY_READ_MEMBERS,
    summary="A member's badges",
    response={200: BadgesOut, **problems(401, 403, 404, 503)},
)
def get_badges(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """Those won and those that can be won."""
    return answer({"badges": [badge.as_json() for badge in badges_of(member_called(member_id).pk)]})

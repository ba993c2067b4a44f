"""What goes back to the caller: JSON, and problem details for everything that went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpResponse

from regulars.flow.batch import Outcome
from regulars.flow.problems import Problem

_encode = msgspec.json.Encoder(decimal_format="number").encode


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON response."""
    return HttpResponse(_encode(body), status=status, content_type="application/json")


def refusal(problem: Problem, **headers: str) -> HttpResponse:
    """A problem as RFC 9457 has it."""
    return problem_details(problem.as_json(), **headers)


def problem_details(details: dict[str, Any], **headers: str) -> HttpResponse:
    """Problem details as a response of their own status."""
    response = HttpResponse(_encode(details), status=details["status"], content_type="application/problem+json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    # Django would log the path of every refused request, and in it the shop's id of a customer.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def one_outcome(outcome: Outcome) -> HttpResponse:
    """The answer to a request of one event: the decision itself, or its problem."""
    if outcome.status == "refused":
        assert outcome.problem is not None
        return problem_details(outcome.problem)
    if outcome.status == "waiting":
        return answer({"status": "waiting", "problem": outcome.problem}, status=202)
    decision = outcome.decision or b"null"
    if decision == b"null":
        return answer({"status": outcome.status, "event_id": outcome.event_id})
    head = _encode({"status": outcome.status})
    return HttpResponse(head[:-1] + b"," + decision.lstrip()[1:], content_type="application/json")


def many_outcomes(outcomes: Sequence[Outcome]) -> HttpResponse:
    """The answer to a batch: a result for each event, in order."""
    return answer({"results": [_result(outcome) for outcome in outcomes]})


def _result(outcome: Outcome) -> dict[str, Any]:
    result: dict[str, Any] = {"status": outcome.status}
    if outcome.event_id is not None:
        result["event_id"] = outcome.event_id
    if outcome.problem is not None:
        result["problem"] = outcome.problem
    elif outcome.decision is not None:
        result["decision"] = msgspec.Raw(outcome.decision)
    return result

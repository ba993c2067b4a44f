"""What kinds of problems there are, and every address that is none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.flow.kinds import KINDS
from regulars.flow.problems import problem

router = Router()


@router.get("/problems/{kind}", tags=["problems"], summary="What a kind of problem means", auth=None)
def explain_problem(request: HttpRequest, kind: str) -> HttpResponse:
    """The address that problem details give as their type; in the language of `Accept-Language`."""
    entry = KINDS.get(kind)
    if entry is None:
        raise problem("not-found")
    return answer({"kind": kind, "status": entry.status, "title": str(entry.title), "detail": str(entry.detail)})


@router.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False, auth=None)
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address."""
    raise problem("not-found")

"""The API itself: who may come in, and how whatever goes wrong is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from regulars.api import keys
from regulars.api.answers import refusal
from regulars.api.schemas import Event, Events, components
from regulars.flow.problems import Problem, problem
from regulars.programmes.reads import NoProgramme

log = structlog.get_logger(__name__)

BUSY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
)
"""Of a moment, not of the request: send it again."""


class BearerKey(HttpBearer):
    """A Bearer key that may do one thing. Every operation names the scope it needs; an empty one lets any key in."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> keys.Card | None:
        """The key's card; Problem 403 when it lacks the scope."""
        card = keys.find(token)
        if card is not None and self.scope and self.scope not in card.scopes:
            raise problem("out-of-scope", scope=self.scope)
        return card


MAY_WRITE_EVENTS, MAY_READ_MEMBERS = BearerKey(keys.EVENTS_WRITE), BearerKey(keys.MEMBERS_READ)
MAY_WRITE_POINTS, MAY_CHECK_OUT = BearerKey(keys.POINTS_WRITE), BearerKey(keys.CHECKOUTS_WRITE)
MAY_WRITE_COUPONS, MAY_WRITE_GAMES = BearerKey(keys.COUPONS_WRITE), BearerKey(keys.GAMES_WRITE)
ANY_KEY = BearerKey("")


class _DescribedAPI(NinjaAPI):
    """An API whose document also has the schemas of what is parsed by hand."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The document."""
        document = super().get_openapi_schema(**kwargs)
        document["components"]["schemas"] |= components(Event, Events)
        return document


api = _DescribedAPI(
    title="Regulars API",
    version="1",
    description=(
        "What customers do goes in as events; what it was worth comes back at once. A member is named by the shop's "
        "own id. Every error is `application/problem+json` (RFC 9457) and names the field. Segment's clients may be "
        "pointed here instead: `/v1/batch`, `/v1/track`, `/v1/identify`, `/v1/alias`, `/v1/page`, `/v1/screen`, "
        "`/v1/group`."
    ),
    urls_namespace="api",
    docs_url="/docs",
)


def told(error: Exception) -> HttpResponse:
    """Any error as a response; what is our fault is logged, without what the caller sent."""
    if isinstance(error, Problem):
        return refusal(error)
    if isinstance(error, AuthenticationError):
        return refusal(problem("no-key"), WWW_Authenticate="Bearer")
    if isinstance(error, NoProgramme):
        return refusal(problem("no-programme"))
    if isinstance(error, Http404):
        return refusal(problem("not-found"))
    if isinstance(error, BUSY):
        log.warning("busy", error=type(error).__name__)
        return refusal(problem("busy"), Retry_After="1")
    if isinstance(error, HttpError):
        return refusal(problem("malformed", reason=str(error)))
    log.error("internal", error=type(error).__name__, exc_info=error)
    return refusal(problem("internal"))


def _register(kind: type[Exception]) -> None:
    @api.exception_handler(kind)
    def tell(request: HttpRequest, error: Exception) -> HttpResponse:
        return told(error)


for _kind in (Exception, Problem, HttpError, AuthenticationError, Http404):
    _register(_kind)


@api.exception_handler(ValidationError)
def _parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Query and path parameters and small bodies, which ninja checks: the first mistake, by its field."""
    first: dict[str, Any] = error.errors[0]
    # loc: ("body", parameter name, field…) or ("query", name)
    place = [str(part) for part in first["loc"]]
    field = ".".join(place[2:] if place[0] == "body" and len(place) > 2 else place[1:])
    return refusal(problem("unfit-parameter", field, reason=str(first["msg"])))


def plainly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A ninja view whose "method not allowed" is problem details too."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            return refusal(problem("wrong-method", allowed=allowed), Allow=allowed)
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # keys, not cookies, say who calls
    return answered

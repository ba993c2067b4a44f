"""Segment's HTTP tracking API: the published clients work when only their host is changed.

Like Segment's own, it answers 200 as soon as the batch could be read; events that do not fit go to quarantine. 401 for
a wrong write key, 400 for what is no JSON, 413 for a body above the limit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from regulars.api import keys
from regulars.api.answers import answer, refusal
from regulars.api.body import read_body
from regulars.api.doors import told
from regulars.flow.intake import reader, take
from regulars.flow.problems import problem
from regulars.flow.wire.numbers import decode
from regulars.flow.wire.read import CALLS

BATCH_MAX = 10_000
_AT_ONCE = 1_000


def call(kind: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one of Segment's calls: ``batch`` or a type of message."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                return refusal(problem("wrong-method", allowed="POST"), Allow="POST")
            card = _card(request)
            if card is None:
                return refusal(problem("no-write-key"), WWW_Authenticate='Basic realm="write key"')
            if keys.EVENTS_WRITE not in card.scopes:
                raise problem("out-of-scope", scope=keys.EVENTS_WRITE)
            data, odd = decode(read_body(request))
            _take(card, _messages(data, kind), odd)
            return answer({"success": True})
        except Exception as error:  # every error is told as problem details, whatever it is
            return told(error)

    return view


def _card(request: HttpRequest) -> keys.Card | None:
    """Basic authentication with the write key as user; the password is empty."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _ = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return keys.find(user) if user else None


def _messages(data: Any, kind: str) -> list[Any]:
    """The messages of a body; what the batch says of all of them is each one's."""
    if type(data) is not dict:
        raise problem("not-an-object", "body")
    if kind != "batch":
        return [{**data, "type": kind}]
    batch = data.get("batch")
    if type(batch) is not list:
        raise problem("not-a-list", "batch")
    if len(batch) > BATCH_MAX:
        raise problem("too-many-events", "batch", count=len(batch), most=BATCH_MAX)
    context = data.get("context")
    if type(context) is dict and context:
        for message in batch:
            if type(message) is dict:
                own = message.get("context")
                message["context"] = {**context, **own} if type(own) is dict else dict(context)
    return batch


def _take(card: keys.Card, messages: list[Any], odd: bool) -> None:
    read = reader(card.source, derive_ids=True)
    for start in range(0, len(messages), _AT_ONCE):
        take(messages[start : start + _AT_ONCE], read, odd, at="batch")


VIEWS = {kind: call(kind) for kind in ("batch", *CALLS)}
"""Every view by its name under ``/v1/``."""

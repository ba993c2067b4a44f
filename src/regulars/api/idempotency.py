"""Writes that may be sent again: the header that names one, and the key's source under which its name counts."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest

from regulars.flow.problems import problem

KEY_PARAMETERS: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 256},
            "description": "Yours, unique: the same request sent twice is done once and gets the first answer.",
        }
    ]
}
"""What the OpenAPI document says of such an operation."""


def key_of(request: HttpRequest) -> str:
    """The request's Idempotency-Key. Raises Problem without a proper one."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[\x20-\x7e]{1,256}", key):
        raise problem("no-idempotency-key", "Idempotency-Key")
    return key


def source_of(request: HttpRequest) -> str:
    """The source of the key that the request came with."""
    return str(request.auth.source)  # type: ignore[attr-defined]

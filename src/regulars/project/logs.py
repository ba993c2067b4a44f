"""How log lines look: structlog for all, also for what the libraries write.

Never log a person: no names, addresses, phone numbers, request bodies or query strings. Log ids of ours and counts.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def logging_settings(level: str, shape: str) -> None:
    """Send every log line to standard error, at this level or above, as ``console`` or ``json``."""
    renderer: Processor
    if shape == "json":
        renderer = structlog.processors.JSONRenderer()
        last: list[Processor] = [structlog.processors.format_exc_info, renderer]
    else:
        # The plain formatter prints no local variables: they would carry customers' data.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        last = [renderer]
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Django's reports name request paths and, on errors, local variables; ours name neither.
    logging.getLogger("django.db.backends").setLevel("WARNING")
    logging.getLogger("procrastinate").setLevel(max(logging.WARNING, root.level))

"""The process that answers: it keeps the lake open as long as somebody asks, and gives the memory back after."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.db import connection

from regulars.inquiries import CannotAnswer, queue
from regulars.inquiries.models import Inquiry, LakeState
from regulars.inquiries.sight import Sight, look
from regulars.science.lake import manifest as mf
from regulars.science.lake.manifest import LakeDamaged
from regulars.science.lake.root import Root

log = structlog.get_logger(__name__)

Handler = Callable[[Sight, dict[str, Any]], Any]
IDLE_SECONDS = 20 * 60
LOOK_AT_LAKE_SECONDS = 2.0
"""How old what is known of the lake may be when a question is answered."""


def handlers() -> Mapping[str, Handler]:
    """Every question that can be answered, by name."""
    found: dict[str, Handler] = {}
    for module in settings.INQUIRY_HANDLERS:
        for name, handler in importlib.import_module(module).HANDLERS.items():
            if name in found:
                raise ValueError(f"two answers to {name}")
            found[name] = handler
    return found


class Desk:
    """Answers what waits, from the newest state of the lake under ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._handlers = handlers()
        self._sight: Sight | None = None
        self._looked_at = float("-inf")

    def answer_one(self) -> bool:
        """Answer the next question, if one waits."""
        row = queue.claim()
        if row is None:
            return False
        self._answer(row)
        return True

    def use_the_pause(self) -> bool:
        """While nobody waits, make the next answers quicker by one table; whether there was something to do."""
        return self._sight is not None and self._sight.copy_one()

    def sight(self, at_once: bool = False) -> Sight:
        """The newest state of the lake, or the one of a moment ago unless it is wanted ``at_once``.

        Raises FileNotFoundError, LakeDamaged.
        """
        fresh = not at_once and time.monotonic() - self._looked_at < LOOK_AT_LAKE_SECONDS
        if self._sight is not None and fresh:
            return self._sight
        manifest = mf.read(Root(self._url))
        if self._sight is None or manifest is None or manifest.state != self._sight.state:
            began = time.perf_counter()
            self._sight = None  # not two of them in memory
            self._sight = look(self._url)
            queue.lake_moved(self._sight.state, self._sight.as_of, self._sight.zone)
            log.info("lake_opened", state=self._sight.state, seconds=round(time.perf_counter() - began, 2))
        self._looked_at = time.monotonic()
        return self._sight

    def _answer(self, row: Inquiry) -> None:
        began = time.perf_counter()
        state = row.lake_state
        try:
            sight = self.sight()
            state = sight.state
            handler = self._handlers.get(row.name)
            if handler is None:
                raise CannotAnswer(f"nothing answers {row.name}")
            result = handler(sight, row.params)
            queue.done(row, result, state, sight.as_of, round((time.perf_counter() - began) * 1000))
        except CannotAnswer as error:
            queue.failed(row, str(error), state)
        except (LakeDamaged, FileNotFoundError) as error:
            self._sight = None
            LakeState.objects.filter(id=1).update(problem=str(error))
            queue.failed(row, str(error), state)
        except Exception:
            # Who asked must hear of it; the next question may fare better.
            log.exception("inquiry_failed", name=row.name, inquiry=row.pk)
            connection.close()
            queue.failed(row, "", state)
        log.info("inquired", name=row.name, state=row.state, seconds=round(time.perf_counter() - began, 3))


def serve(url: str, idle_seconds: float = IDLE_SECONDS) -> None:
    """Answer what is asked until nobody has asked for a while."""
    desk = Desk(url)
    queue.clear_up()
    until = time.monotonic() + idle_seconds
    while time.monotonic() < until:
        if desk.answer_one():
            until = time.monotonic() + idle_seconds
        elif not desk.use_the_pause():
            queue.listen()

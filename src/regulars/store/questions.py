"""Several questions in one trip to PostgreSQL.

Waiting for an answer costs a single event more than finding it does. What does not hang on another answer is asked
together, and still belongs to the room that knows its tables::

    known, awaited = log.known(keys, order_ids), quarantine.awaited(order_ids)
    ask(known, awaited)
    if awaited.answer: …
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from regulars.store.columns import another, raw_cursor

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """One statement and how its rows become an answer. ``answer`` is there once ``ask`` has been called with it."""

    __slots__ = ("_read", "answer", "params", "sql")

    def __init__(self, sql: str, params: Sequence[Any], read: Callable[[list[Any]], Answer]) -> None:
        self.sql = sql
        self.params = params
        self._read = read
        self.answer: Answer

    def hear(self, rows: list[Any]) -> None:
        """Make the answer of the statement's rows."""
        self.answer = self._read(rows)


class Known(Question[Answer]):
    """A question whose answer is clear without asking, such as which of no orders are completed."""

    __slots__ = ()

    def __init__(self, answer: Answer) -> None:
        super().__init__("", (), lambda _: answer)
        self.answer = answer


def ask(*questions: Question[Any]) -> None:
    """Ask everything in one trip. The statements run in the order given, each seeing what is committed by then: a
    lock that comes first holds for those behind it. Raises what PostgreSQL says of the first that fails."""
    open_ones = [question for question in questions if question.sql]
    if not open_ones:
        return
    cursor = raw_cursor()
    if len(open_ones) == 1:
        cursor.execute(open_ones[0].sql, open_ones[0].params)
        open_ones[0].hear(cursor.fetchall())
        return
    cursors = []
    with cursor.connection.pipeline():
        for question in open_ones:
            cursors.append(cursor)
            cursor.execute(question.sql, question.params)
            cursor = another(cursor)
    for question, cursor in zip(open_ones, cursors, strict=True):
        question.hear(cursor.fetchall())


@contextmanager
def together(cursor: Any) -> Iterator[None]:
    """What is executed inside goes out without waiting, in order; leaving waits for all of it. No COPY inside."""
    with cursor.connection.pipeline():
        yield

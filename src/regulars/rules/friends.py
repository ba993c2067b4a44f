"""Whether what a friend did makes a referral count, and if not, what it lacked."""

from __future__ import annotations

from regulars.rules.condition import Test
from regulars.rules.conditions import event_predicate, line_predicate
from regulars.rules.events import Event
from regulars.rules.referral import Referral


def qualifies(referral: Referral, event: Event, minor_digits: int) -> bool:
    """Whether the event is the one the referral asks for, and meets its conditions: those on products all in one
    product."""
    return event.name == referral.when and not lacks(referral, event, minor_digits)


def lacks(referral: Referral, event: Event, minor_digits: int) -> tuple[Test, ...]:
    """The tests of the referral that the event does not meet, in their order."""
    lines = event.order.lines if event.order is not None else []
    of_lines = referral.where.of_lines
    fits = line_predicate(of_lines, minor_digits)
    failed_lines = of_lines if of_lines and not any(fits(line) for line in lines) else ()
    failed = [test for test in referral.where.of_event if not event_predicate((test,), minor_digits)(event)]
    return tuple(test for test in referral.where.tests if test in failed or test in failed_lines)

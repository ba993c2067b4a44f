"""What a report says, in the active language: headline, numbers, what changed and why, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.insight.reports import actions as act
from regulars.insight.reports.actions import Action
from regulars.insight.reports.figures import Counts
from regulars.insight.reports.periods import WEEKLY
from regulars.science.changes import of_revenue
from regulars.screens.figures import money, whole

STILL_PERCENT = 1.0
"""A change smaller than this is none worth a sentence."""
FEW_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: what it is, the number, and how it stands to the period before (empty when there is none)."""

    label: str
    value: str
    change: str


def title(kind: str, role: str) -> str:
    """What the report is called."""
    names: dict[tuple[bool, str], Callable[[], str]] = {
        (True, "admin"): lambda: _("Your week"),
        (True, "marketer"): lambda: _("Your week: what to do next"),
        (True, "service"): lambda: _("Your week: who needs care"),
        (True, "analyst"): lambda: _("Your week in figures"),
        (False, "admin"): lambda: _("Your month"),
        (False, "marketer"): lambda: _("Your month: what to do next"),
        (False, "service"): lambda: _("Your month: who needs care"),
        (False, "analyst"): lambda: _("Your month in figures"),
    }
    return names[kind == WEEKLY, role]()


def before(kind: str) -> str:
    """The period before, as the end of a sentence."""
    return _("the week before") if kind == WEEKLY else _("the month before")


def headline(kind: str, role: str, series: Sequence[Counts], todo: Sequence[Action], currency: str) -> str:
    """The one sentence that somebody remembers."""
    now = series[-1]
    if not now.orders and role in ("admin", "analyst"):
        return _("Nobody ordered.")
    if role == "marketer" and todo:
        said = {"members": whole(sum(one.members for one in todo)), "money": _all_worth(todo, currency)}
        if said["money"]:
            return _("Up to %(members)s members are worth a word from you now; up to %(money)s are at stake.") % said
    if role == "service":
        return _service_headline(now, todo)
    if len(series) < 2 or not series[-2].revenue_minor:
        return _("%(orders)s orders brought %(money)s.") % {
            "orders": whole(now.orders),
            "money": money(now.revenue_minor, currency, short=True),
        }
    said = {"money": money(now.revenue_minor, currency, short=True), "before": before(kind)}
    percent = _percent(now.revenue_minor, series[-2].revenue_minor)
    if abs(percent) < STILL_PERCENT:
        return _("Revenue held at %(money)s, as %(before)s.") % said
    said |= {"percent": _shown(abs(percent)), "why": _main_reason(series[-2], now)}
    if percent > 0:
        return _("Revenue rose by %(percent)s to %(money)s, mostly because %(why)s.") % said
    return _("Revenue fell by %(percent)s to %(money)s, mostly because %(why)s.") % said


def _service_headline(now: Counts, todo: Sequence[Action]) -> str:
    unhappy = next((one.members for one in todo if one.key == act.UNHAPPY), 0)
    if unhappy:
        return ngettext(
            "%(members)s member told you that they were not content.",
            "%(members)s members told you that they were not content.",
            unhappy,
        ) % {"members": whole(unhappy)}
    if now.returned_orders:
        return ngettext(
            "Something of %(orders)s order came back; nobody complained.",
            "Something of %(orders)s orders came back; nobody complained.",
            now.returned_orders,
        ) % {"orders": whole(now.returned_orders)}
    return _("Nothing came back, and nobody complained.")


def _all_worth(todo: Sequence[Action], currency: str) -> str:
    total = sum(one.worth_minor or 0 for one in todo)
    return money(total, currency, short=True) if total else ""


def reasons(then: Counts, now: Counts) -> list[tuple[str, int]]:
    """What of the change of revenue comes from the number of buyers, from how often each ordered, and from what an
    order brought, in minor units that sum to the change (``science.changes``). Largest first; empty where a side had no
    orders."""
    if not (then.orders and now.orders):
        return []
    parts = of_revenue((then.buyers, then.orders, then.revenue_minor), (now.buyers, now.orders, now.revenue_minor))
    return sorted(parts.items(), key=lambda one: -abs(one[1]))


def _main_reason(then: Counts, now: Counts) -> str:
    found = reasons(then, now)
    if not found:
        return _("there was little before")
    # the largest that goes the way of the whole
    up = now.revenue_minor > then.revenue_minor
    key = next((key for key, minor in found if (minor > 0) == up), found[0][0])
    said = {
        ("buyers", True): _("more members bought"),
        ("buyers", False): _("fewer members bought"),
        ("frequency", True): _("members bought more often"),
        ("frequency", False): _("members bought less often"),
        ("average", True): _("orders were larger"),
        ("average", False): _("orders were smaller"),
    }
    return said[key, up]


def changes(kind: str, role: str, series: Sequence[Counts], currency: str) -> list[str]:
    """What changed against the period before, and why, a sentence each; the largest first."""
    if len(series) < 2:
        return []
    then, now = series[-2], series[-1]
    found: list[str] = []
    parts = reasons(then, now)
    if parts and role != "service":
        names = {
            "buyers": _("members who bought"),
            "frequency": _("orders a buyer"),
            "average": _("what an order brings"),
        }
        listed = _(", ").join(f"{names[key]} {_signed_money(minor, currency)}" for key, minor in parts)
        found.append(_("Where the change of revenue comes from: %(parts)s.") % {"parts": listed})
    if then.joined or now.joined:
        found.append(
            _("New members: %(now)s; %(then)s %(before)s.")
            % {"now": whole(now.joined), "then": whole(then.joined), "before": before(kind)}
        )
    if role != "service" and (now.earned or now.spent):
        found.append(
            _("Members earned %(earned)s points and spent %(spent)s; %(owed)s are owed to them now.")
            % {"earned": whole(now.earned), "spent": whole(now.spent), "owed": whole(now.owed)}
        )
    if now.returned_minor or then.returned_minor:
        found.append(
            _("Given back for returns: %(now)s; %(then)s %(before)s.")
            % {
                "now": money(now.returned_minor, currency, short=True),
                "then": money(then.returned_minor, currency, short=True),
                "before": before(kind),
            }
        )
    if now.nps is not None and now.nps_answers < FEW_ANSWERS:
        found.append(
            ngettext(
                "Only %(answers)s answer to the recommendation question: a few points up or down mean nothing.",
                "Only %(answers)s answers to the recommendation question: a few points up or down mean nothing.",
                now.nps_answers,
            )
            % {"answers": whole(now.nps_answers)}
        )
    return found


TILES = {
    "admin": ("revenue", "orders", "buyers", "joined", "active", "owed"),
    "marketer": ("buyers", "joined", "returning", "average", "active", "spent"),
    "service": ("csat", "nps", "returned_orders", "returned", "orders", "members"),
    "analyst": ("revenue", "orders", "buyers", "average", "returning", "active", "earned", "spent", "owed", "nps"),
}


def tiles(kind: str, role: str, series: Sequence[Counts], currency: str) -> list[Tile]:
    """The few numbers of a role, against the period before; one that nobody asked for (no answers) is left out."""
    now, then = series[-1], series[-2] if len(series) > 1 else None
    found = []
    for key in TILES[role]:
        label, of, show = _figure(key, currency)
        value = of(now)
        if value is None:
            continue
        past = None if then is None else of(then)
        found.append(Tile(label, show(value), _against(kind, key, value, past, show)))
    return found


def _figure(key: str, currency: str) -> tuple[str, Callable[[Counts], float | None], Callable[[float], str]]:
    def cash(minor: float) -> str:
        return money(int(minor), currency, short=True)

    def count(number: float) -> str:
        return whole(int(number))

    def share(part: float) -> str:
        return _shown(100 * part)

    def score(number: float) -> str:
        return f"{number:+.0f}".replace("-", "−")

    known: dict[str, tuple[str, Callable[[Counts], float | None], Callable[[float], str]]] = {
        "revenue": (_("Revenue"), lambda one: one.revenue_minor, cash),
        "orders": (_("Orders"), lambda one: one.orders, count),
        "buyers": (_("Members who bought"), lambda one: one.buyers, count),
        "average": (_("Average order"), lambda one: one.average_minor if one.orders else None, cash),
        "joined": (_("New members"), lambda one: one.joined, count),
        "members": (_("Members in all"), lambda one: one.members, count),
        "active": (_("Active in the club"), lambda one: one.active / one.members if one.members else None, share),
        "returning": (
            _("From returning members"),
            lambda one: one.returning_minor / one.revenue_minor if one.revenue_minor > 0 else None,
            share,
        ),
        "earned": (_("Points gained"), lambda one: one.earned, count),
        "spent": (_("Points used"), lambda one: one.spent, count),
        "owed": (_("Points owed"), lambda one: one.owed, count),
        "nps": (_("Would recommend (NPS)"), lambda one: one.nps, score),
        "csat": (_("Content (CSAT)"), lambda one: one.csat, share),
        "returned": (_("Came back"), lambda one: one.returned_minor, cash),
        "returned_orders": (_("Orders with returns"), lambda one: one.returned_orders, count),
    }
    return known[key]


_SHARES = {"active", "returning", "csat", "nps"}


def _against(kind: str, key: str, value: float, past: float | None, show: Callable[[float], str]) -> str:
    """``+4.2% (was $9,100)``, for shares and scores ``was 55%``."""
    if past is None:
        return ""
    was = _("was %(value)s") % {"value": show(past)}
    if key in _SHARES or not past:
        return was
    percent = _percent(value, past)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return _("%(change)s, %(was)s") % {"change": f"{sign}{_shown(abs(percent))}", "was": was}


def simulated(kind: str) -> str:
    """The label of figures that are simulated; empty for a real shop."""
    if kind == "synthetic":
        return _("Synthetic data, seeded: this shop is made up by a program, for trials of scale.")
    if kind:
        return _("Simulated data: this shop's customers and purchases are simulated. Draw no conclusions from it.")
    return ""


def _percent(now: float, then: float) -> float:
    return 100 * (now - then) / abs(then)


def _shown(percent: float) -> str:
    return f"{percent:.1f}%" if percent < 99.95 else f"{percent:,.0f}%"


def _signed_money(minor: int, currency: str) -> str:
    sign = "+" if minor > 0 else "−" if minor < 0 else "±"
    return f"{sign}{money(abs(minor), currency, short=True)}"

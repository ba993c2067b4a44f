"""What to do, in words: each action's title, why and how, whom it concerns and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.audience.segments import address
from regulars.insight.reports import actions as act
from regulars.insight.reports.actions import Action
from regulars.screens.figures import money, whole


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: what, why and how, whom it concerns and what it is worth; where they can be seen and kept as a
    segment (empty where no segment can say it, or the reader may not make one)."""

    title: str
    why: str
    members: str
    worth: str
    link: str = ""


MAY_KEEP = ("admin", "marketer")
"""The roles that may make a segment (the console's migration of roles): a link that is refused helps nobody."""


def advice(one: Action, currency: str, role: str = "", console_url: str = "") -> Advice:
    """An action in words, for a reader of that role. console_url: where the console is."""
    texts: dict[str, tuple[str, str]] = {
        act.SILENT: (
            _("Call back regulars who have gone silent"),
            _(
                "They ordered at least four times and have been silent for twice their usual gap. Write to them now,"
                " with something of what they used to buy: what is at stake is what they spent in 30 days."
            ),
        ),
        act.SECOND: (
            _("Win the second order"),
            _(
                "Their first order was two weeks to sixty days ago, and none followed. A coupon for the second order"
                " works best now: at stake is one more average second order each."
            ),
        ),
        act.NEXT_TIER: (
            _("Tell them how near the next tier is"),
            _(
                "They lack at most a tenth of what the next tier asks for. Say how much is missing and what it brings:"
                " at stake is what they lack."
            ),
        ),
        act.IDLE_POINTS: (
            _("Remind members of points they can spend"),
            _idle_points(one),
        ),
        act.UNHAPPY: (
            _("Answer those who were not content"),
            _(
                "They gave a poor mark: 6 or less for recommending, 2 or less for satisfaction, 3 or less for ease. Ask"
                " what went wrong: at stake is what they spent in the last 90 days."
            ),
        ),
        act.RETURNS: (
            _("Look after those who bring things back"),
            _(
                "They brought something back of two or more orders of the last 90 days. Ask what did not fit; the"
                " amount is what they were given back."
            ),
        ),
        act.DEBTS: (
            _("Explain points that are owed"),
            _(
                "After a refund they owe points that they had spent already. Their next points pay it off: say so"
                " before they wonder; the amount is what those points are worth."
            ),
        ),
    }
    text, why = texts[one.key]
    members = ngettext("%(members)s member", "%(members)s members", one.members) % {"members": whole(one.members)}
    worth = "" if one.worth_minor is None else money(one.worth_minor, currency, short=True)
    link = ""
    if one.definition is not None and console_url and role in MAY_KEEP:
        link = console_url.rstrip("/") + address.of_new(one.definition, text)
    return Advice(text, why, members, worth, link)


def _idle_points(one: Action) -> str:
    said = {"points": whole(one.least_points)}
    if one.least_is_the_programmes:
        return (
            _(
                "They have %(points)s points or more, the fewest that your programme lets them pay with, and spent none"
                " for 90 days. Tell them what these pay for; the amount is what all their points pay, and no forecast."
            )
            % said
        )
    return (
        _(
            "They have %(points)s points or more (what this report takes for worth a reminder, for your programme sets"
            " no least) and spent none for 90 days. Tell them what these pay for; the amount is what all their points"
            " pay, and no forecast."
        )
        % said
    )


def no_advice() -> str:
    """What stands where nothing needs doing."""
    return _("Nothing is pressing: nobody of whom this report knows wants something now.")

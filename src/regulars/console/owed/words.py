"""What the columns, ages and answers of the report are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.screens.figures import whole


def column_names() -> list[tuple[str, str]]:
    """The roll-forward's columns (``insight.owed.months.COLUMNS``) and what each is called."""
    return [
        ("earned", _("Earned")),
        ("redeemed", _("Redeemed")),
        ("donated", _("Donated")),
        ("expired", _("Expired")),
        ("taken_back", _("Taken back")),
        ("given_back", _("Given back")),
        ("settled", _("Paid a debt")),
        ("adjusted", _("Adjusted")),
        ("other", _("Other")),
    ]


def age_names() -> list[str]:
    """The ages of ``insight.owed.position.AGES``."""
    return [
        _("Up to 30 days"),
        _("31 days to 3 months"),
        _("3 to 6 months"),
        _("6 to 12 months"),
        _("More than 12 months"),
    ]


def tied_names() -> dict[str, str]:
    """What each way of counting must agree with."""
    return {
        "months": _("each month begins where the one before ended"),
        "balances": _("the last month ends on the sum of all balances"),
        "debt": _("the last month's debt is the sum of all debts"),
        "lots": _("the lots and what is set aside of them add up to the same"),
    }


def why_no_number(guess: dict[str, Any] | None) -> str:
    """Why there is no estimate, in a sentence; empty when there is one."""
    if guess is None:
        return _("No estimate has been made yet. It is made every night; the command regulars owed makes it now.")
    state = guess["state"]
    if state == "too-little-history":
        return _(
            "Too little history for an estimate: at least %(members)s members must have had points for most of the"
            " %(life)s days that points live, and the history reaches %(known)s days."
        ) % {
            "members": whole(guess["members_min"]),
            "life": whole(guess["life_days"]),
            "known": whole(max(guess["known_days"], 0)),
        }
    return {
        "estimated": "",
        "not-spendable": _("These points cannot be spent, so nothing of them is owed in money."),
        "never-lapses": _("These points never lapse, so none are lost unspent."),
        "sliding": _(
            "The life of these points begins again with every purchase, so it is not known when they would lapse; the"
            " method does not fit them and no number is given."
        ),
        "nothing-open": _("No points are open, so there is nothing to estimate."),
    }[state]


def span_words(months: int) -> str:
    """How far a back-test looks."""
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}

"""What became of a referral, in words of the active language: for the member, the friend and who helps them alike."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.flow import phrases
from regulars.programmes.condition_words import condition_words
from regulars.programmes.referral_words import counts_words
from regulars.programmes.task_words import gifts_words
from regulars.referrals.models import Referral
from regulars.referrals.reads import is_late
from regulars.rules.programme import Programme
from regulars.rules.programme import Referral as Asked

LATE = "late"
"""Shown in place of ``waiting`` when the time is over."""


def shown_state(referral: Referral, now: datetime) -> str:
    """The state as it is shown: those in between are told by where they lead."""
    if is_late(referral, now):
        return LATE
    return {Referral.DUE: Referral.COUNTED, Referral.RETURNING: Referral.RETURNED}.get(referral.state, referral.state)


def state_words(state: str) -> str:
    """A state that is shown, in a word or two."""
    return {
        Referral.WAITING: _("not yet"),
        LATE: _("too late"),
        Referral.HELD: _("being looked at"),
        Referral.COUNTED: _("counted"),
        Referral.REFUSED: _("did not count"),
        Referral.RETURNED: _("taken back"),
    }[state]


def reason_words(reason: str) -> str:
    """Why a referral is held, refused or taken back, as a sentence; empty when there is nothing to say."""
    return {
        "self": _("The invitation was accepted by the member who sent it."),
        "already_customer": _("The friend had ordered before."),
        "same_device": _("Both were seen on the same device."),
        "same_address": _("Both have orders sent to the same address."),
        "same_payment": _("Both have paid with the same means of payment."),
        "many_at_once": _("Many friends accepted this invitation within an hour."),
        "same_network": _("Several friends of the member were seen on the same network."),
        "order_returned": _("All of the order went back."),
        "by_hand": _("The shop decided so."),
        "joined_before": _("The friend had accepted another invitation."),
        "too_late": _("The friend did not order in time, and came by another invitation later."),
    }.get(reason, "")


def why_words(referral: Referral, programme: Programme, now: datetime, capped: bool = False) -> str:
    """What became of a referral and why, in a sentence or two. capped: the member got nothing for it, having had as
    much as they can have in that time."""
    state = shown_state(referral, now)
    if state == Referral.COUNTED:
        if not capped:
            return _("The friend counts.")
        return _("The friend counts, but you had been given as much as the club gives for friends in that time.")
    if state == Referral.HELD:
        return _("The shop looks at it before it counts. %(reason)s") % {"reason": reason_words(referral.reason)}
    if state in (Referral.REFUSED, Referral.RETURNED):
        return reason_words(referral.reason)
    wanted = needed_words(programme)
    if referral.until_at is None:
        return wanted
    until = phrases.day(phrases.last_day_before(referral.until_at, programme.time_zone))
    if state == LATE:
        return _("It should have happened by %(day)s. %(what)s") % {"day": until, "what": wanted}
    return _("There is time until %(day)s. %(what)s") % {"day": until, "what": wanted}


def needed_words(programme: Programme) -> str:
    """What a friend must do to count, under the programme in effect."""
    referral = programme.referral
    if referral is None:
        return _("The club rewards no friends at present.")
    return _("A friend counts once %(what)s.") % {"what": asked_words(referral, programme)}


def asked_words(referral: Asked, programme: Programme) -> str:
    """What a referral asks of the friend, without saying whose it is: the event, by when, and the conditions."""
    what = counts_words(referral)
    tests = condition_words(referral.where.tests, programme)
    if not tests:
        return what
    return _("%(what)s, if %(conditions)s") % {"what": what, "conditions": _(", and ").join(tests)}


def how_it_works(programme: Programme) -> list[str]:
    """How inviting works, step by step, for the member; empty when the programme rewards no friends."""
    referral = programme.referral
    if referral is None:
        return []
    steps = [_("Send your link to friends who have not ordered here yet."), needed_words(programme)]
    if referral.friend:
        steps.append(_("Your friend then gets %(gifts)s.") % {"gifts": gifts_words(referral.friend, programme)})
    if referral.referrer:
        gives = _("You get %(gifts)s for each friend.") % {"gifts": gifts_words(referral.referrer, programme)}
        cap = referral.at_most
        if cap is not None:
            per = {
                "day": ngettext("At most %(count)s friend a day.", "At most %(count)s friends a day.", cap.limit),
                "week": ngettext("At most %(count)s friend a week.", "At most %(count)s friends a week.", cap.limit),
                "month": ngettext("At most %(count)s friend a month.", "At most %(count)s friends a month.", cap.limit),
                "year": ngettext("At most %(count)s friend a year.", "At most %(count)s friends a year.", cap.limit),
                "ever": ngettext("At most %(count)s friend in all.", "At most %(count)s friends in all.", cap.limit),
            }[cap.per] % {"count": phrases.number(cap.limit)}
            gives = _("%(gives)s %(cap)s") % {"gives": gives, "cap": per}
        steps.append(gives)
    if "self" in referral.refuses:
        steps.append(_("It must be another person: yourself under another name does not count."))
    return steps


def promise_words(programme: Programme) -> str:
    """What a friend who is invited gets, for their own eyes; empty when they get nothing."""
    referral = programme.referral
    if referral is None or not referral.friend:
        return ""
    return _("You get %(gifts)s once you have ordered.") % {"gifts": gifts_words(referral.friend, programme)}

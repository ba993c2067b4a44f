"""Referrals in plain words of the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.programmes.condition_words import condition_words, event_words
from regulars.programmes.task_words import BY_KEY, Called, Section, cap_words, gifts_words
from regulars.rules.programme import Programme, Referral
from regulars.screens.figures import whole


def referral_section(referral: Referral, programme: Programme, called: Called = BY_KEY) -> Section:
    """What a friend must do to count, what both get, what is refused and what is looked at first."""
    return Section("referral", _("Bringing friends"), _sentences(referral, programme, called))


def _sentences(referral: Referral, programme: Programme, called: Called) -> list[str]:
    said = [_("A friend who accepts a member's invitation counts once %(what)s.") % {"what": counts_words(referral)}]
    tests = condition_words(referral.where.tests, programme)
    if tests:
        said.append(_("Only if %(conditions)s.") % {"conditions": _(", and ").join(tests)})
    said.append(_("Who has ordered before is no new friend, and a friend counts for one member only, the first."))
    if referral.referrer:
        cap = _(" (%(cap)s)") % {"cap": cap_words(referral.at_most)} if referral.at_most else ""
        said.append(
            _("The member gets %(gifts)s%(cap)s.")
            % {"gifts": gifts_words(referral.referrer, programme, called), "cap": cap}
        )
    if referral.friend:
        said.append(_("The friend gets %(gifts)s.") % {"gifts": gifts_words(referral.friend, programme, called)})
    refused = [refusal_words(word) for word in referral.refuses]
    if refused:
        said.append(_("Refused: %(what)s.") % {"what": _(", ").join(refused)})
    said += _held(referral)
    if referral.returned == "keep":
        said.append(_("When all of the order is returned, both keep what they got."))
    else:
        said.append(_("When all of the order is returned, what is still there of the gifts is taken back."))
    return said


def counts_words(referral: Referral) -> str:
    """What the friend must do, and by when."""
    what = event_words(referral.when)
    if not referral.within_days:
        return what
    words = ngettext("%(what)s within %(days)s day", "%(what)s within %(days)s days", referral.within_days)
    return words % {"what": what, "days": whole(referral.within_days)}


def refusal_words(word: str) -> str:
    """What is refused, by its word in the file."""
    return {
        "self": _("inviting oneself"),
        "same_device": _("both on the same device"),
        "same_address": _("both with the same address"),
        "same_payment": _("both with the same means of payment"),
    }[word]


def _held(referral: Referral) -> list[str]:
    said = []
    if referral.friends_per_hour:
        words = ngettext(
            "Held for review: more than %(count)s friend of one member within an hour.",
            "Held for review: more than %(count)s friends of one member within an hour.",
            referral.friends_per_hour,
        )
        said.append(words % {"count": whole(referral.friends_per_hour)})
    if referral.friends_per_network:
        words = ngettext(
            "Held for review: more than %(count)s friend of one member from the same network.",
            "Held for review: more than %(count)s friends of one member from the same network.",
            referral.friends_per_network,
        )
        said.append(words % {"count": whole(referral.friends_per_network)})
    return said

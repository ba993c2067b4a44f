"""What speaks against a referral that has qualified: likenesses that the programme refuses, and what a person should
look at first."""

from __future__ import annotations

from datetime import timedelta

from regulars.flow.wire.marks import COMPARED
from regulars.members.reads import selves
from regulars.referrals import marks, reads
from regulars.referrals.models import Referral
from regulars.rules.programme import Referral as Programme

HOUR = timedelta(hours=1)


def verdict(referral: Referral, programme: Programme) -> tuple[str, str]:
    """The state that a qualified referral goes to, and the reason: refused, held, or due to be counted."""
    ours, theirs = selves(referral.referrer_id), selves(referral.friend_id)
    if "self" in programme.refuses and set(ours) & set(theirs):
        return Referral.REFUSED, "self"
    wanted = [word for word in programme.refuses if word in COMPARED]
    if wanted:
        alike = marks.shared(ours, theirs)
        refused = next((word for word in wanted if COMPARED[word] in alike), None)
        if refused is not None:
            return Referral.REFUSED, refused
    if programme.friends_per_hour and reads.around(referral, HOUR) > programme.friends_per_hour:
        return Referral.HELD, "many_at_once"
    if programme.friends_per_network:
        alike_friends = marks.on_networks_of(theirs, reads.other_friends(referral))
        if len(alike_friends) + 1 > programme.friends_per_network:
            return Referral.HELD, "same_network"
    return Referral.DUE, ""

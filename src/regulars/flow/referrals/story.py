"""What an event of a member has to do with a referral, for the explanation of that event."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from regulars.events.models import Event
from regulars.flow.explain.story import Line, Section
from regulars.flow.referrals.views import ReferralView, shown_to
from regulars.members.reads import selves
from regulars.referrals.models import Referral
from regulars.rules import events as ev
from regulars.rules.friends import qualifies
from regulars.rules.tables import Tables


def section_of(member_id: int, row: Event, event: ev.Event, tables: Tables) -> Section | None:
    """The invitation by which the member came, where the event could have made it count, or a friend whom it is
    about; None where it has nothing to do with either. tables: the version in force at the event."""
    number = event.properties.get("referral")
    if event.name == ev.REFERRAL_COUNTED and isinstance(number, int):
        side = "friend" if event.properties.get("side") == "friend" else "referrer"
        found = list(Referral.objects.filter(pk=number))
        return _section(shown_to(found, side))
    programme = tables.programme.referral
    if programme is None or event.name != programme.when:
        return None
    referral = Referral.objects.filter(friend_id__in=selves(member_id)).order_by("-pk").first()
    if referral is None:
        return None
    if referral.qualified_event_id not in (None, row.pk) or row.occurred_at < referral.joined_at:
        return None
    [view] = shown_to([referral], "friend")
    notes = []
    if referral.qualified_event_id is None and not qualifies(programme, event, tables.programme.minor_digits):
        notes.append(_("This did not make the invitation count."))
    elif referral.qualified_event_id is None and _too_late(referral, row.occurred_at):
        notes.append(_("It came too late to make the invitation count."))
    return _section([view], tuple(notes))


def _too_late(referral: Referral, at: datetime) -> bool:
    return referral.until_at is not None and at >= referral.until_at


def _section(views: list[ReferralView], notes: tuple[str, ...] = ()) -> Section | None:
    if not views:
        return None
    [view] = views
    return Section(_("Invitation"), [Line(_("State"), view.state_words, (*notes, view.why), key="referral")])

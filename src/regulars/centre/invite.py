"""Inviting friends: my code, link and QR code, how it works, and whom I have invited."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.centre.tabs import task_tabs
from regulars.flow import phrases
from regulars.flow.referrals import views
from regulars.flow.referrals.words import how_it_works
from regulars.programmes import reads as programmes
from regulars.programmes.task_words import counted
from regulars.referrals.models import Referral
from regulars.rules.programme import Programme

FRIENDS_MAX = 100
_ICONS = {
    Referral.COUNTED: "check",
    Referral.WAITING: "pending",
    Referral.HELD: "hold",
    Referral.RETURNED: "return",
}


@require_GET
@for_members
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """My invitation; without a programme that rewards friends, a word that there is none."""
    _version, programme = programmes.current()
    context: dict[str, Any] = {"tabs": task_tabs(programme, "invite"), "steps": how_it_works(programme)}
    if programme.referral is not None:
        found = views.invite(visit.member_id)
        friends, _more = views.of_referrer(visit.member_id, limit=FRIENDS_MAX)
        link = found.link or request.build_absolute_uri(reverse("centre:invited", args=[found.code]))
        context |= {
            "invite": found,
            "link": link,
            "qr": qr(link),
            "share_text": _("Join me at %(club)s") % {"club": phrases.named(programme.name, programme.key)},
            "friends": [
                {
                    "view": one,
                    "icon": _ICONS.get(one.state, "info"),
                    "got": _points(one.points, programme),
                    "data_state": one.state,
                }
                for one in friends
            ],
            "counted": _friends(found.friends.get(Referral.COUNTED, 0)),
            "earned": _points(found.points, programme),
        }
    return render(request, "centre/invite.html", about(programme, visit, "tasks") | context)


def qr(link: str) -> SafeString:
    """The link as a QR code: an SVG without size, which the page gives; black on white, whatever the page's colours."""
    made = segno.make(link, error="m", micro=False)
    drawn = made.svg_inline(border=2, omitsize=True, dark="#000", light="#fff", svgclass="qr-code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 (drawn by the library: lines, and no text of the link)


def _friends(number: int) -> str:
    words = ngettext("%(count)s friend counts", "%(count)s friends count", number)
    return words % {"count": phrases.number(number)}


def _points(points: dict[str, int], programme: Programme) -> str:
    names = {currency.key: phrases.named(currency.name, currency.key) for currency in programme.points}
    return phrases.listed([counted(number, names.get(key, key)) for key, number in points.items()])

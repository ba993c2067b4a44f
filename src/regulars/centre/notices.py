"""Pages that say one thing: how to come in, why a link did not work, what is not there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.events.models import Event

DEMO_SOURCE = "demo"
"""The source under which the demo year's events stand in the log."""


def come_in(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in."""
    text = _(
        "Open the member centre from the shop's app or website, where you are signed in already. "
        "It knows you from there."
    )
    return _notice(request, 403, _("Come in through the shop"), text)


def lapsed(request: HttpRequest) -> HttpResponse:
    """The link was good once."""
    text = _(
        "Links from the shop work once and for a few minutes only. "
        "Go back to the shop and open the member centre again."
    )
    return _notice(request, 403, _("This link has lapsed"), text)


def bad_link(request: HttpRequest) -> HttpResponse:
    """The link was never good."""
    text = _("Part of it may be missing. Go back to the shop and open the member centre again.")
    return _notice(request, 403, _("This link does not work"), text)


def not_yet(request: HttpRequest) -> HttpResponse:
    """The shop's customer is no member yet."""
    text = _("Your membership begins with your first order. Come back after it.")
    return _notice(request, 404, _("We do not know you yet"), text)


def left(request: HttpRequest) -> HttpResponse:
    """Signed out."""
    return _notice(request, 200, _("You are signed out"), _("Come back any time from the shop."))


def no_invitation(request: HttpRequest, signed_in: bool) -> HttpResponse:
    """The code is nobody's, or the club rewards no friends."""
    text = _("Part of it may be missing, or the club invites nobody at present. Ask your friend for the link again.")
    return _notice(request, 404, _("This invitation does not work"), text, signed_in=signed_in)


def has_demo_shop() -> bool:
    """Whether there is a demo shop to visit."""
    return settings.CONFIG.demo and Event.objects.filter(source=DEMO_SOURCE).exists()


def not_found(request: HttpRequest, signed_in: bool) -> HttpResponse:
    """No such page, or not theirs to see."""
    text = _("This page is not there, or not yours to see.")
    return _notice(request, 404, _("Nothing here"), text, signed_in=signed_in)


def not_open(request: HttpRequest) -> HttpResponse:
    """No programme has been applied yet."""
    return _notice(request, 503, _("The club is not open yet"), _("Come back soon."))


def _notice(request: HttpRequest, status: int, heading: str, text: str, signed_in: bool = False) -> HttpResponse:
    context = {
        "heading": heading,
        "text": text,
        "visit": signed_in,
        "demo_shop": not signed_in and has_demo_shop(),
    }
    return render(request, "centre/notice.html", context, status=status)

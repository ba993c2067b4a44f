"""What service staff may do on a member's page: adjust points with a reason, release points set aside."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.console.member_page import member_or_404
from regulars.flow import holds
from regulars.flow.kinds import words
from regulars.flow.phrases import named
from regulars.flow.problems import Problem
from regulars.flow.standing import standing
from regulars.members.models import Member
from regulars.members.reads import shop_id_of
from regulars.points.models import Hold
from regulars.rules import layout as y

POINTS_MAX = 10_000_000
SOURCE = "console"


class AdjustForm(forms.Form):
    """So many points of one currency, more or fewer, and why. ``once`` makes a double press count once."""

    currency = forms.ChoiceField(label=_("Currency of points"))
    points = forms.IntegerField(
        label=_("Points"), min_value=-POINTS_MAX, max_value=POINTS_MAX, help_text=_("A minus takes points away.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The member reads this in their history."),
        widget=forms.TextInput,
    )
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currencies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["currency"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = currencies
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help-{name}"

    def clean_points(self) -> int:
        """Nothing is no adjustment."""
        points: int = self.cleaned_data["points"]
        if points == 0:
            raise forms.ValidationError(_("Say how many points, not 0."))
        return points


def adjust(request: HttpRequest, member_id: int) -> HttpResponse:
    """The form, and the adjustment itself."""
    member = member_or_404(request, member_id)
    if not request.user.has_perm("points.add_transfer"):
        raise PermissionDenied
    view = standing(member.pk)
    currencies = [(c.key, named(c.name, c.key)) for c in view.programme.points]
    if request.method == "POST":
        form = AdjustForm(request.POST, currencies=currencies)
        if form.is_valid():
            given = form.cleaned_data
            try:
                with transaction.atomic():
                    holds.adjust(
                        member.pk,
                        given["points"],
                        given["currency"],
                        given["reason"],
                        message_id=f"adjust-{given['once']}",
                        source=SOURCE,
                        author=request.user.get_username(),
                    )
                    note(request, member, f"adjusted {given['points']:+} {given['currency']}: {given['reason']}")
            except Problem as problem:
                form.add_error(None, problem_words(problem))
            else:
                messages.success(request, gettext("The points are adjusted."))
                return redirect(reverse("admin:members_member_change", args=[member.pk]))
    else:
        form = AdjustForm(initial={"once": uuid4()}, currencies=currencies)
    context = {**_context(request, member), "title": gettext("Adjust points"), "form": form, "balances": view.balances}
    return TemplateResponse(request, "console/member/adjust.html", context)


def release(request: HttpRequest, member_id: int, hold_id: int) -> HttpResponse:
    """Ask once, then give the points of an open hold back."""
    member = member_or_404(request, member_id)
    if not request.user.has_perm("points.change_hold"):
        raise PermissionDenied
    hold = get_object_or_404(Hold, pk=hold_id, member_id=member.pk)
    if hold.state != y.HOLD_OPEN:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                holds.release(
                    hold.pk, message_id=f"release-{hold.pk}", source=SOURCE, author=request.user.get_username()
                )
                note(request, member, f"released hold {hold.pk}")
        except Problem as refused:
            problem = problem_words(refused)
        else:
            messages.success(request, gettext("The points are released."))
            return redirect(reverse("admin:members_member_change", args=[member.pk]))
    context = {**_context(request, member), "title": gettext("Release points"), "hold": hold, "problem": problem}
    return TemplateResponse(request, "console/member/release.html", context)


def note(request: HttpRequest, member: Member, what: str) -> None:
    """Who did it, in the admin's own record: the log says what happened, this says by whose hand."""
    assert request.user.pk is not None
    LogEntry.objects.log_actions(request.user.pk, [member], CHANGE, change_message=what, single_object=True)


def problem_words(problem: Problem) -> str:
    """A refusal in a sentence of the active language, where we have one."""
    known = {
        "insufficient-points": gettext("The member does not have that many points available."),
        "hold-closed": gettext("These points are not set aside any more."),
    }
    title, detail = words(problem.as_json())
    return known.get(problem.kind) or detail or title


def _context(request: HttpRequest, member: Member) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "opts": Member._meta,
        "member": member,
        "shop_id": shop_id_of([member.pk]).get(member.pk),
    }

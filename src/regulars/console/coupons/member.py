"""Coupons of one member: given and taken back by hand, with the reason and the name of who did it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from regulars.console.coupons.forms import GiveForm, WithdrawForm
from regulars.console.member_actions import SOURCE, note, problem_words
from regulars.console.member_page import member_or_404
from regulars.coupons.models import Coupon
from regulars.flow.coupons import giving
from regulars.flow.coupons.known import known
from regulars.flow.coupons.once import Asked
from regulars.flow.coupons.views import held
from regulars.flow.problems import Problem
from regulars.members.models import Member
from regulars.members.reads import shop_id_of


def give(request: HttpRequest, member_id: int) -> HttpResponse:
    """The form, and the giving itself."""
    member = member_or_404(request, member_id)
    if not request.user.has_perm("coupons.add_coupon"):
        raise PermissionDenied
    found = known()
    form = GiveForm(request.POST or None, initial={"once": uuid4()}, found=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = Asked(SOURCE, f"coupon-{data['once']}", request.user.get_username())
        try:
            with transaction.atomic():
                giving.give(member.pk, data["coupon"], asked, form.until(), data["reason"])
                note(request, member, f"gave coupon {data['coupon']}: {data['reason']}")
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem_words(problem))
        else:
            messages.success(request, gettext("The coupon is given."))
            return _back(member)
    context = {
        "form": form,
        "title": gettext("Give a coupon"),
        "has_coupons": bool(form.found.coupons),
    }
    return TemplateResponse(request, "console/coupons/give.html", {**_context(request, member), **context})


def withdraw(request: HttpRequest, member_id: int, coupon_id: int) -> HttpResponse:
    """Ask why, then take an open coupon back."""
    member = member_or_404(request, member_id)
    if not request.user.has_perm("coupons.change_coupon"):
        raise PermissionDenied
    coupon = Coupon.objects.filter(pk=coupon_id, member_id=member.pk).first()
    if coupon is None:
        raise Http404
    form = WithdrawForm(request.POST or None, initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = Asked(SOURCE, f"withdraw-{data['once']}", request.user.get_username())
        try:
            with transaction.atomic():
                giving.withdraw(member.pk, coupon_id, data["reason"], asked)
                note(request, member, f"withdrew coupon {coupon_id} ({coupon.key}): {data['reason']}")
        except Problem as problem:
            form.add_error(None, problem_words(problem))
        else:
            messages.success(request, gettext("The coupon is withdrawn."))
            return _back(member)
    context = {"form": form, "title": gettext("Withdraw a coupon"), "held": held([coupon])[0]}
    return TemplateResponse(request, "console/coupons/withdraw.html", {**_context(request, member), **context})


def _back(member: Member) -> HttpResponse:
    return redirect(reverse("admin:members_member_change", args=[member.pk]))


def _context(request: HttpRequest, member: Member) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "opts": Member._meta,
        "member": member,
        "shop_id": shop_id_of([member.pk]).get(member.pk),
    }

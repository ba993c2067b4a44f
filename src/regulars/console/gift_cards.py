"""Gift cards: issued here or imported by the shop, paid with at checkouts, blocked when lost."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.checkouts import writes
from regulars.checkouts.models import GiftCard
from regulars.console.reads import programme_of
from regulars.coupons.reads import normal
from regulars.members.reads import by_shop_id, shop_id_of
from regulars.rules.language.money import MINOR_DIGITS
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without the characters that are mistaken for others."""
_CODE_LENGTH = 16
_AMOUNT_MAX = 10**7


class CardForm(forms.Form):
    """A new gift card."""

    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_value=_AMOUNT_MAX)
    member = forms.CharField(
        label=_("Member"),
        max_length=256,
        required=False,
        help_text=_("The shop's id of whom it is for. Whoever has the code can pay with it all the same."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Its last day; without one it never expires."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Why it was issued."))

    def __init__(self, *args: Any, digits: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digits = digits
        self.member_id: int | None = None
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help-{name}"

    def clean_amount(self) -> int:
        """The amount in minor units."""
        minor = self.cleaned_data["amount"].scaleb(self.digits)
        if minor != minor.to_integral_value():
            raise forms.ValidationError(_("That is finer than the currency's smallest coin."))
        return int(minor)

    def clean_member(self) -> str:
        """A member that exists, or nobody."""
        text: str = self.cleaned_data["member"].strip()
        if text:
            member = by_shop_id(text)
            if member is None:
                raise forms.ValidationError(_("No member has this id."))
            self.member_id = member.pk
        return text

    def clean_valid_until(self) -> Any:
        """A day that has not passed."""
        day = self.cleaned_data["valid_until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day


@admin.register(GiftCard)
class GiftCardAdmin(ReadOnlyAdmin):
    """Gift cards: a list, a form for a new one, a page each with every movement."""

    list_display = ("card", "owner", "balance", "until", "state", "made")
    list_filter = ("blocked",)
    search_fields = ("code",)
    search_help_text = _("The whole code, or a member's shop id")
    ordering = ("-pk",)
    show_add_link = True
    add_words = _("New gift card")
    empty_words = _("Gift cards appear here once one is issued.")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By the whole code: a part of one would help a guesser; or by whose it is."""
        text = search_term.strip()
        if not text:
            return queryset, False
        member = by_shop_id(text)
        found = queryset.filter(code=normal(text))
        return (found | queryset.filter(member_id=member.pk) if member else found), False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Service and admins issue cards."""
        return request.user.has_perm("checkouts.add_giftcard")

    @display(description=_("Code"))
    def card(self, row: GiftCard) -> SafeString:
        """Its end: the whole code is money."""
        return format_html('<span class="k-mono">…{}</span>', row.code[-4:])

    @display(description=_("Member"))
    def owner(self, row: GiftCard) -> Any:
        """Whom it was issued to."""
        if row.member_id is None:
            return "–"
        url = reverse("admin:members_member_change", args=[row.member_id])
        return format_html('<a class="k-link" href="{}">#{}</a>', url, row.member_id)

    @display(description=_("Balance"), ordering="balance_minor")
    def balance(self, row: GiftCard) -> str:
        """What is left on it."""
        return figures.money(row.balance_minor, row.currency)

    @display(description=_("Valid until"), ordering="valid_until")
    def until(self, row: GiftCard) -> str:
        """Its last day."""
        return figures.day(row.valid_until) if row.valid_until else gettext("always")

    @display(description=_("State"))
    def state(self, row: GiftCard) -> SafeString:
        """Whether one can pay with it."""
        if row.blocked:
            return format_html('<span class="k-tag k-tag-bad">{}</span>', gettext("blocked"))
        if row.valid_until is not None and row.valid_until <= timezone.now():
            return format_html('<span class="k-tag">{}</span>', gettext("expired"))
        if row.balance_minor == 0:
            return format_html('<span class="k-tag">{}</span>', gettext("empty"))
        return format_html('<span class="k-tag k-tag-good">{}</span>', gettext("works"))

    @display(description=_("Made"), ordering="created_at")
    def made(self, row: GiftCard) -> str:
        """When it was issued."""
        return figures.day(row.created_at)

    def get_urls(self) -> list[Any]:
        """Blocking, before the admin's addresses."""
        block = self.admin_site.admin_view(self.block_view)
        return [path("<int:card_id>/block/", block, name="checkouts_giftcard_block"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Issue a card and show its code, this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        programme = programme_of(request)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("New gift card"),
            "currency": programme.currency if programme else "",
        }
        if programme is not None:
            form = CardForm(request.POST if request.method == "POST" else None, digits=MINOR_DIGITS[programme.currency])
            context["form"] = form
            if request.method == "POST" and form.is_valid():
                given = form.cleaned_data
                code = "".join(secrets.choice(_ALPHABET) for _place in range(_CODE_LENGTH))
                until = None
                if given["valid_until"] is not None:
                    until = timezone.make_aware(datetime.combine(given["valid_until"] + timedelta(days=1), time()))
                card = writes.issue_card(
                    code, programme.currency, given["amount"], timezone.now(), form.member_id, until, given["note"]
                )
                note_by(request, card, ADDITION, f"issued …{code[-4:]}")
                context |= {"card": card, "secret": "-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4))}
        # The page with the code must not be kept by any cache on the way.
        return TemplateResponse(request, "console/gift_card/new.html", context, headers={"Cache-Control": "no-store"})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One card and every movement on it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        card = get_object_or_404(GiftCard, pk=number_in(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(card),
            "card": card,
            "state": self.state(card),
            "shop_id": shop_id_of([card.member_id]).get(card.member_id) if card.member_id else None,
            "entries": card.entries.select_related("checkout").order_by("-pk")[:200],
            "may_block": request.user.has_perm("checkouts.change_giftcard"),
        }
        return TemplateResponse(request, "console/gift_card/page.html", context)

    def block_view(self, request: HttpRequest, card_id: int) -> HttpResponse:
        """Block a lost card, or let it pay again."""
        if request.method != "POST" or not request.user.has_perm("checkouts.change_giftcard"):
            raise PermissionDenied
        card = get_object_or_404(GiftCard, pk=card_id)
        blocked = writes.block_card(card_id, not card.blocked)
        note_by(request, card, CHANGE, "blocked" if blocked else "let go")
        messages.success(
            request, gettext("Nobody can pay with it now.") if blocked else gettext("One can pay with it again.")
        )
        return redirect(reverse("admin:checkouts_giftcard_change", args=[card_id]))


def note_by(request: HttpRequest, card: GiftCard, action: int, what: str) -> None:
    """Who did it, in the admin's own record."""
    assert request.user.pk is not None
    LogEntry.objects.log_actions(request.user.pk, [card], action, change_message=what, single_object=True)

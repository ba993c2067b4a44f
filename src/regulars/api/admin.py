"""The keys that shops call the API with: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
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

from regulars.api import keys
from regulars.api.models import Key
from regulars.api.writes import make_key, revoke_key
from regulars.screens import figures
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin


def scope_words(scope: str) -> str:
    """What a scope allows, in the active language."""
    known = {
        keys.EVENTS_WRITE: gettext("send events"),
        keys.MEMBERS_READ: gettext("read members"),
        keys.POINTS_WRITE: gettext("hold and spend points"),
        keys.CHECKOUTS_WRITE: gettext("price carts and check out"),
        keys.COUPONS_WRITE: gettext("make and give coupons"),
        keys.GAMES_WRITE: gettext("play games for members"),
    }
    return known.get(scope, scope)


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Who uses it: “web shop”, “till”."))
    source = forms.CharField(
        label=_("Source"),
        max_length=64,
        help_text=_("A short word that its events carry, such as web or pos: small letters, digits, - and _."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May do"), widget=forms.CheckboxSelectMultiple, initial=list(keys.SCOPES)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(scope, f"{scope_words(scope)} ({scope})") for scope in keys.SCOPES]


@admin.register(Key)
class KeyAdmin(ReadOnlyAdmin):
    """API keys: a list, a form for a new one, and a page each to revoke it."""

    list_display = ("name", "source", "may_do", "begins_with", "made", "used", "state")
    ordering = ("-pk",)
    show_add_link = True
    add_words = _("New API key")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins make keys."""
        return request.user.has_perm("api.add_key")

    @display(description=_("may do"))
    def may_do(self, row: Key) -> str:
        """Its scopes in words."""
        return gettext(", ").join(scope_words(scope) for scope in row.scopes)

    @display(description=_("begins with"))
    def begins_with(self, row: Key) -> SafeString:
        """Enough of it to know it by."""
        return format_html('<span class="k-mono">{}…</span>', row.prefix)

    @display(description=_("Made"), ordering="created_at")
    def made(self, row: Key) -> str:
        """When it was made."""
        return figures.day(row.created_at)

    @display(description=_("Last used"), ordering="used_at")
    def used(self, row: Key) -> str:
        """How long ago it was last used."""
        return figures.ago(row.used_at, timezone.now()) if row.used_at else gettext("never")

    @display(description=_("State"))
    def state(self, row: Key) -> SafeString:
        """Whether it still works."""
        if row.revoked_at:
            return format_html('<span class="k-tag">{}</span>', gettext("revoked"))
        return format_html('<span class="k-tag k-tag-good">{}</span>', gettext("works"))

    def get_urls(self) -> list[Any]:
        """Revoking, before the admin's addresses."""
        return [
            path("<int:key_id>/revoke/", self.admin_site.admin_view(self.revoke_view), name="api_key_revoke"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a key and show it, this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST if request.method == "POST" else None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("New API key"),
            "form": form,
        }
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                context["key"], context["secret"] = make_key(given["name"], given["source"], given["scopes"])
            except ValidationError as error:
                form.add_error(None, error)
        # The page with the secret must not be kept by any cache on the way.
        return TemplateResponse(request, "api/new_key.html", context, headers={"Cache-Control": "no-store"})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One key: what it may do, when it was used, and the way to revoke it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = get_object_or_404(Key, pk=number_in(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": key.name,
            "key": key,
            "state": self.state(key),
            "scopes": [scope_words(scope) for scope in key.scopes],
            "may_revoke": request.user.has_perm("api.change_key") and key.revoked_at is None,
        }
        return TemplateResponse(request, "api/key.html", context)

    def revoke_view(self, request: HttpRequest, key_id: int) -> HttpResponse:
        """Stop a key for good."""
        if request.method != "POST" or not request.user.has_perm("api.change_key"):
            raise PermissionDenied
        get_object_or_404(Key, pk=key_id)
        revoke_key(key_id)
        messages.success(request, gettext("The key is revoked: it stops working within ten seconds."))
        return redirect(reverse("admin:api_key_change", args=[key_id]))

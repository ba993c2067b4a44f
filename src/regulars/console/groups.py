"""Groups that buy together: which are open, which formed, and who is in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from regulars.groups.models import Group
from regulars.members.reads import shop_id_of
from regulars.screens import figures
from regulars.screens.figures import in_language
from regulars.screens.read_only import ReadOnlyAdmin

_STATE_KINDS = {Group.OPEN: "warn", Group.FORMED: "good", Group.FAILED: "none"}


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    """Groups, the newest first, and one page each with its places."""

    list_display = ("buy", "state_tag", "filled", "opened", "until")
    list_display_links = ("buy",)
    list_filter = ("state", "offer")
    ordering = ("-opened_at",)
    empty_words = _("Nobody has opened a group yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with how many have paid."""
        paid = Count("places", filter=Q(places__paid_at__isnull=False))
        return super().get_queryset(request).annotate(paid=paid)

    @display(description=_("Group buy"), ordering="offer")
    def buy(self, row: Group) -> SafeString:
        """What is bought together."""
        return format_html(
            '<span class="k-who">{}<small>{}</small></span>', in_language(row.name, row.offer), str(row.pk)[:8]
        )

    @display(description=_("State"))
    def state_tag(self, row: Group) -> SafeString:
        """Its state."""
        return state_tag(row)

    @display(description=_("Paid"))
    def filled(self, row: Any) -> str:
        """How many of its places."""
        return gettext("%(paid)s of %(people)s") % {"paid": row.paid, "people": row.people}

    @display(description=_("Opened"), ordering="opened_at")
    def opened(self, row: Group) -> str:
        """When."""
        return figures.moment(row.opened_at)

    @display(description=_("Deadline"), ordering="deadline")
    def until(self, row: Group) -> str:
        """Until when it has to form."""
        return figures.moment(row.deadline)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One group and its places."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            number = UUID(object_id)
        except ValueError:
            raise Http404 from None
        row = get_object_or_404(Group.objects.prefetch_related("places"), pk=number)
        places = sorted(row.places.all(), key=lambda place: place.pk)
        names = shop_id_of([row.opened_by, *(place.member_id for place in places)])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": in_language(row.name, row.offer),
            "row": row,
            "state": state_tag(row),
            "opener": names.get(row.opened_by) or f"#{row.opened_by}",
            "places": [{"place": place, "member": names.get(place.member_id, "")} for place in places],
        }
        return TemplateResponse(request, "console/rewards/group.html", context)


def state_tag(row: Group) -> SafeString:
    """The state as a tag."""
    return format_html('<span class="k-tag k-tag-{}">{}</span>', _STATE_KINDS[row.state], row.get_state_display())

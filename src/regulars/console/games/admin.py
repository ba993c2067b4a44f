"""The list of games, a game's page, and every play."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from regulars.console.games import editor
from regulars.console.games.page import context_of, standing_of
from regulars.console.member_actions import problem_words
from regulars.console.of_members import OfMembers
from regulars.flow.play import publishing
from regulars.flow.problems import Problem
from regulars.members.reads import by_shop_id
from regulars.play import reads, writes
from regulars.play.models import Game, Play
from regulars.screens import figures
from regulars.screens.figures import in_language
from regulars.screens.numbers import number_in
from regulars.screens.read_only import ReadOnlyAdmin


@admin.register(Game)
class GameAdmin(ReadOnlyAdmin):
    """Games in their newest version, the latest to end first."""

    list_display = ("game_name", "kind_words", "state_tag", "begins", "ends", "by")
    list_display_links = ("game_name",)
    list_filter = (("kind", admin.ChoicesFieldListFilter),)
    search_fields = ("key",)
    ordering = ("-ends_at",)
    show_add_link = True
    add_words = _("New game")
    empty_words = _("A lucky wheel, a rain of red packets, a quiz or a contest: begin with a template.")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Only the newest version of each."""
        return reads.newest().select_related("published_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Marketers and admins make games."""
        return request.user.has_perm("play.add_game")

    @display(description=_("Game"), ordering="key")
    def game_name(self, row: Game) -> SafeString:
        """Its name and key."""
        return format_html('<span class="k-who">{}<small>{}</small></span>', in_language(row.name, row.key), row.key)

    @display(description=_("Kind"), ordering="kind")
    def kind_words(self, row: Game) -> str:
        """Which kind of game."""
        return str(capfirst(row.get_kind_display()))

    @display(description=_("State"))
    def state_tag(self, row: Game) -> SafeString:
        """Whether it is on."""
        return standing_of(row, datetime.now(UTC))

    @display(description=_("Begins"), ordering="begins_at")
    def begins(self, row: Game) -> str:
        """When."""
        return figures.moment(row.begins_at)

    @display(description=_("Ends"), ordering="ends_at")
    def ends(self, row: Game) -> str:
        """When."""
        return figures.moment(row.ends_at)

    @display(description=_("Published by"))
    def by(self, row: Game) -> str:
        """Who; those of the command line are nobody's."""
        return "" if row.published_by is None else row.published_by.get_full_name() or row.published_by.get_username()

    def get_urls(self) -> list[Any]:
        """The editor and what may be done with a game, before the admin's addresses."""
        view = self.admin_site.admin_view
        return [
            path("new/", view(editor.begin), name="play_game_new"),
            path("new/<slug:template>/", view(editor.new), name="play_game_new_from"),
            path("file/", view(editor.edit), name="play_game_file"),
            path("<int:number>/stop/", view(self.stop_view), name="play_game_stop"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new game begins with a template."""
        return redirect("admin:play_game_new")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A game's page: how it stands, its odds published and observed, what is left."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = number_in(object_id)
        row = get_object_or_404(Game, pk=number)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": in_language(row.name, row.key),
            "may_change": request.user.has_perm("play.change_game"),
            "may_add": request.user.has_perm("play.add_game"),
            **context_of(row, datetime.now(UTC)),
        }
        return TemplateResponse(request, "console/games/page.html", context)

    def stop_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """End a game before its time, with a reason."""
        if request.method != "POST" or not request.user.has_perm("play.change_game"):
            raise PermissionDenied
        row = get_object_or_404(Game, pk=number)
        try:
            publishing.stop(row.key, request.POST.get("reason", ""), request.user.get_username())
        except Problem as refused:
            messages.error(request, problem_words(refused))
        else:
            assert request.user.pk is not None
            LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, change_message="stopped", single_object=True)
            messages.success(request, gettext("The game is over. What was won stays won."))
        return redirect(reverse("admin:play_game_change", args=[number]))


class GameFilter(admin.SimpleListFilter):
    """By the game's key."""

    title = _("game")
    parameter_name = "game"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The games there are."""
        return [(row.key, in_language(row.name, row.key)) for row in reads.newest()[:100]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one."""
        return queryset.filter(game__key=self.value()) if self.value() else queryset


class WonFilter(admin.SimpleListFilter):
    """By what came of it."""

    title = _("won")
    parameter_name = "won"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Anything, nothing, and gifts that wait."""
        return [("yes", _("something")), ("no", _("nothing")), ("waits", _("gifts to hand over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to it."""
        if self.value() == "yes":
            return queryset.exclude(won="")
        if self.value() == "no":
            return queryset.filter(won="")
        if self.value() == "waits":
            return queryset.filter(gives="gift", handed_over_at=None)
        return queryset


@admin.register(Play)
class PlayAdmin(OfMembers):
    """Every play, the newest first; gifts that were won are handed over here."""

    list_display = ("game_name", "member", "prize", "given", "cost", "when", "state")
    list_display_links = None
    list_filter = (GameFilter, WonFilter, ("gives", admin.AllValuesFieldListFilter))
    list_select_related = ("game",)
    ordering = ("-number",)
    search_fields = ("=number",)
    empty_words = _("Nobody has played yet.")
    actions = ("hand_over_chosen",)
    csv_columns = (
        *("number", "id", "shop_id", "game_key", "at", "nonce", "client_seed", "draw", "drawn", "won", "name"),
        *("gives", "points", "currency", "coupon_id", "cost", "place", "right", "handed_over_at", "handed_over_by"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Service staff and admins hand gifts over."""
        return request.user.has_perm("play.change_play")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By number, or by whose it is."""
        term = search_term.strip()
        if not term:
            return queryset, False
        member = by_shop_id(term) if "\0" not in term else None
        found = queryset.none() if member is None else queryset.filter(member_id=member.pk)
        if term.isascii() and term.isdigit() and len(term) < 19:
            found = found | queryset.filter(number=int(term))
        return found, False

    @display(description=_("Game"))
    def game_name(self, row: Play) -> SafeString:
        """The game, and the play's number."""
        name = in_language(row.game.name, row.game.key)
        return format_html('<span class="k-who">{}<small>#{}</small></span>', name, row.number)

    @display(description=_("Won"))
    def prize(self, row: Play) -> str:
        """What was won."""
        return in_language(row.name, row.won) or "–"

    @display(description=_("Points"), ordering="points")
    def given(self, row: Play) -> str:
        """Points that were given."""
        return figures.whole(row.points) if row.points else ""

    @display(description=pgettext_lazy("of a play", "When"), ordering="number")
    def when(self, row: Play) -> str:
        """When."""
        return figures.moment(row.at)

    @display(description=_("State"))
    def state(self, row: Play) -> SafeString | str:
        """Of a gift: whether it was handed over."""
        if row.gives != "gift":
            return ""
        if row.handed_over_at is None:
            return format_html('<span class="k-tag k-tag-warn">{}</span>', gettext("to hand over"))
        return format_html('<span class="k-tag k-tag-good">{}</span>', gettext("handed over"))

    @action(description=_("Mark as handed over"), permissions=["change"])
    def hand_over_chosen(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Several at once."""
        now, by = datetime.now(UTC), request.user.get_username()
        done = sum(writes.hand_over(number, by, now) for number in queryset.values_list("pk", flat=True))
        said = ngettext("%(count)s gift was handed over.", "%(count)s gifts were handed over.", done)
        messages.success(request, said % {"count": done})

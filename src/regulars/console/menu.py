"""The console's menu. Each person's holds what their role may open, and says how much waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regulars.events.models import Refusal
from regulars.referrals.reads import held_count

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_COUNTED_MAX = 99


_GROUPS: list[tuple[_StrPromise | str, list[tuple[_StrPromise, str, str, str]]]] = [
    (
        "",
        [
            (_("Today"), "today", "admin:index", ""),
            (_("Members"), "group", "admin:members_member_changelist", "members.view_member"),
            (_("Programme"), "rule", "admin:programmes_version_changelist", "programmes.view_version"),
            (_("Studio"), "design_services", "admin:studio_list", "programmes.view_draft"),
            (_("Points owed"), "account_balance", "admin:points_balance_changelist", "points.view_owed"),
        ],
    ),
    (
        _("Insight"),
        [
            (_("Insight"), "insights", "admin:insight_home", "insight.view_target"),
            (_("Explorer"), "query_stats", "admin:insight_explorer", "insight.view_target"),
            (_("Segments"), "workspaces", "admin:segments_segment_changelist", "segments.view_segment"),
            (_("Scores"), "monitoring", "admin:scores_scorerun_changelist", "scores.view_scorerun"),
            (_("Reports"), "summarize", "admin:reports_report_changelist", "reports.view_report"),
        ],
    ),
    (
        _("Selling"),
        [
            (_("Offers"), "sell", "admin:offers_list", "offers.view_version"),
            (_("Coupons"), "confirmation_number", "admin:coupons_batch_changelist", "coupons.view_batch"),
            (_("Checkouts"), "shopping_bag", "admin:checkouts_checkout_changelist", "checkouts.view_checkout"),
            (_("Gift cards"), "card_giftcard", "admin:checkouts_giftcard_changelist", "checkouts.view_giftcard"),
        ],
    ),
    (
        _("Rewards"),
        [
            (_("Tasks"), "task_alt", "admin:points_counter_changelist", "points.view_counter"),
            (_("Badges"), "military_tech", "admin:tiers_badge_changelist", "tiers.view_badge"),
            (_("Benefits"), "loyalty", "admin:tiers_use_changelist", "tiers.view_use"),
            (_("Gifts taken"), "redeem", "admin:rewards_redemption_changelist", "rewards.view_redemption"),
            (_("Donations"), "volunteer_activism", "admin:rewards_donation_changelist", "rewards.view_donation"),
            (_("Groups"), "groups", "admin:groups_group_changelist", "groups.view_group"),
            (_("Referrals"), "group_add", "admin:referrals_referral_changelist", "referrals.view_referral"),
        ],
    ),
    (
        _("Games"),
        [
            (_("Games"), "casino", "admin:play_game_changelist", "play.view_game"),
            (_("Plays"), "playing_cards", "admin:play_play_changelist", "play.view_play"),
        ],
    ),
    (
        _("Events"),
        [
            (_("Event log"), "receipt_long", "admin:events_event_changelist", "events.view_event"),
            (_("Quarantine"), "report", "admin:events_refusal_changelist", "events.view_refusal"),
        ],
    ),
    (
        _("Set-up"),
        [
            (_("API keys"), "key", "admin:api_key_changelist", "api.view_key"),
            (_("Console users"), "badge", "admin:auth_user_changelist", "auth.view_user"),
        ],
    ),
]
"""Title of the group; of each item its name, icon, the name of its address and the permission it needs."""


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's navigation for this person: groups of items, without those that they may not open."""
    shown: list[dict[str, Any]] = []
    for title, items in _GROUPS:
        allowed = [
            {"title": str(name), "icon": icon, "link": reverse(url), **_badge(url)}
            for name, icon, url, permission in items
            if not permission or request.user.has_perm(permission)
        ]
        if allowed:
            shown.append({"title": str(title), "items": allowed})
    _mark(request.path, [item for group in shown for item in group["items"]])
    return shown


def _mark(path: str, items: list[dict[str, Any]]) -> None:
    """One item is where we are: of those whose address the path begins with, the one that fits best."""
    home = reverse("admin:index")
    fitting = [
        item["link"]
        for item in items
        if path == item["link"] or (item["link"] != home and path.startswith(item["link"]))
    ]
    best = max(fitting, key=len, default=None)
    for item in items:
        item["active"] = item["link"] == best


def _badge(url: str) -> dict[str, Any]:
    """How many events wait in quarantine, and referrals for a person, counted to 99."""
    if url == "admin:events_refusal_changelist":
        waiting = Refusal.objects.filter(state=Refusal.OPEN).order_by()[: _COUNTED_MAX + 1].count()
    elif url == "admin:referrals_referral_changelist":
        waiting = held_count(_COUNTED_MAX + 1)
    else:
        return {}
    if not waiting:
        return {}
    return {"badge": f"{_COUNTED_MAX}+" if waiting > _COUNTED_MAX else str(waiting), "badge_variant": "warning"}

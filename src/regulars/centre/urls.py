"""Addresses of the member centre, below ``/me/``."""

from __future__ import annotations

from django.urls import path

from regulars.centre import (
    charity,
    club,
    coupons,
    demo_basket,
    demo_shop,
    doors,
    explain,
    gifts,
    group_buys,
    invite,
    invited,
    orders,
    pages,
    tasks,
)
from regulars.centre.games import pages as games
from regulars.centre.headers import guarded

app_name = "centre"
urlpatterns = [
    path("", guarded(pages.home), name="home"),
    path("history", guarded(pages.history), name="history"),
    path("history/<int:entry_id>", guarded(pages.entry), name="entry"),
    path("history/missing", guarded(explain.ask), name="ask"),
    path("history/missing/<int:event_id>", guarded(explain.why), name="why"),
    path("balance", guarded(explain.balance), name="balance"),
    path("tiers", guarded(pages.tiers), name="tiers"),
    path("tiers/why", guarded(explain.tier), name="tier-why"),
    path("benefits", guarded(club.tier_benefits), name="benefits"),
    path("rules", guarded(club.rules), name="rules"),
    path("tasks", guarded(tasks.tasks), name="tasks"),
    path("tasks/check-in", guarded(tasks.check_in), name="check-in"),
    path("tasks/streak/<slug:key>", guarded(tasks.streak), name="streak"),
    path("badges", guarded(club.badges), name="badges"),
    path("coupons", guarded(coupons.wallet), name="coupons"),
    path("coupons/claim", guarded(coupons.claim), name="coupons-claim"),
    path("coupons/code", guarded(coupons.add_code), name="coupons-code"),
    path("orders", guarded(orders.orders), name="orders"),
    path("orders/<str:checkout_id>", guarded(orders.order), name="order"),
    path("gifts", guarded(gifts.shelf), name="gifts"),
    path("gifts/<slug:key>", guarded(gifts.confirm), name="gift"),
    path("redemptions", guarded(gifts.mine), name="redemptions"),
    path("charity", guarded(charity.projects), name="charity"),
    path("charity/<slug:key>", guarded(charity.confirm), name="donate"),
    path("groups", guarded(group_buys.overview), name="groups"),
    path("groups/<uuid:group_id>", guarded(group_buys.group), name="group"),
    path("invite", guarded(invite.page), name="invite"),
    path("invited/<str:code>", guarded(invited.landing), name="invited"),
    path("games", guarded(games.overview), name="games"),
    path("games/<slug:key>", guarded(games.game), name="game"),
    path("games/<slug:key>/play", guarded(games.play), name="game-play"),
    path("games/<slug:key>/begin", guarded(games.begin), name="game-begin"),
    path("games/<slug:key>/answers", guarded(games.answers), name="game-answers"),
    path("games/<slug:key>/fair", guarded(games.fair), name="game-fair"),
    path("enter", guarded(doors.enter), name="enter"),
    path("leave", guarded(doors.leave), name="leave"),
    path("demo-shop", guarded(demo_shop.shop), name="demo-shop"),
    path("demo-shop/basket", guarded(demo_basket.basket), name="demo-basket"),
    path("demo-shop/return/<str:checkout_id>", guarded(demo_basket.give_back), name="demo-return"),
]

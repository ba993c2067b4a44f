"""Earning rules, tasks and occasions to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Template:
    """An entry to begin with: its name in the file is its key."""

    key: str
    title: Any
    settings: dict[str, Any]
    section: str = "earn"


def _rule(key: str, names: tuple[str, str, str], **settings: Any) -> dict[str, Any]:
    name = dict(zip(("en", "zh-Hans", "zh-Hant"), names, strict=True))
    return {"key": key, "name": name, **settings}


_RATE = {"points": 1, "per": 1}
TEMPLATES = (
    Template(
        "purchase",
        _("Points for every purchase"),
        _rule("purchase", ("Shopping", "购物", "購物"), when="Order Completed", rate=_RATE, of="net", times="tier"),
    ),
    Template(
        "category",
        _("A bonus on a category"),
        _rule(
            "category-bonus",
            ("Category bonus", "品类加分", "品類加分"),
            when="Order Completed",
            where={"line.category": ["tea"]},
            rate=_RATE,
            at_most={"points": 500, "per": "month"},
        ),
    ),
    Template(
        "big-order",
        _("A bonus on a big order"),
        _rule(
            "big-order",
            ("Big order", "大单加分", "大單加分"),
            when="Order Completed",
            where={"total": {"at_least": 100}},
            points=100,
            at_most={"times": 2, "per": "month"},
        ),
    ),
    Template(
        "review",
        _("Points for a review"),
        _rule(
            "review",
            ("Review", "评价", "評價"),
            when="Product Reviewed",
            points=20,
            at_most={"times": 3, "per": "day"},
        ),
    ),
    Template(
        "photos",
        _("More for a review with photos"),
        _rule(
            "review-with-photos",
            ("Review with photos", "晒图评价", "曬圖評價"),
            when="Product Reviewed",
            where={"photos": {"at_least": 1}},
            points=30,
            at_most={"times": 3, "per": "day"},
        ),
    ),
    Template(
        "share",
        _("Points for sharing a product"),
        _rule(
            "share", ("Sharing", "分享", "分享"), when="Product Shared", points=2, at_most={"times": 5, "per": "day"}
        ),
    ),
    Template(
        "sign-up",
        _("Points for signing up"),
        _rule(
            "sign-up", ("Signing up", "注册", "註冊"), when="Signed Up", points=100, at_most={"times": 1, "per": "ever"}
        ),
    ),
    Template(
        "profile",
        _("Points for a complete profile"),
        _rule(
            "profile",
            ("Complete profile", "完善资料", "完善資料"),
            when="Profile Completed",
            points=50,
            at_most={"times": 1, "per": "ever"},
        ),
    ),
    Template(
        "suggestion",
        _("Points for a suggestion that is adopted"),
        _rule("suggestion", ("Useful suggestion", "建议被采纳", "建議被採納"), when="Suggestion Adopted", points=500),
    ),
    Template(
        "survey",
        _("Points for a survey"),
        _rule(
            "survey",
            ("Survey", "问卷", "問卷"),
            when="Survey Answered",
            points=50,
            at_most={"times": 1, "per": "week"},
        ),
    ),
    Template(
        "check-in",
        _("Daily check-in"),
        _rule(
            "check-in",
            ("Daily check-in", "每日签到", "每日簽到"),
            when="Checked In",
            streak={"points": [5, 5, 5, 10, 10, 10, 30], "per": "day", "then": "repeat"},
        ),
        "tasks",
    ),
    Template(
        "settle-in",
        _("First steps of a newcomer"),
        _rule(
            "settle-in",
            ("First steps", "新人三步走", "新人三步走"),
            steps=["Profile Completed", "Order Completed", "Product Reviewed"],
            within_days=30,
            gives={"points": 200},
        ),
        "tasks",
    ),
    Template(
        "reviews-of-month",
        _("Three reviews in a month"),
        _rule(
            "three-reviews",
            ("Three reviews", "月度三评", "月度三評"),
            when="Product Reviewed",
            count={"reaches": 3, "per": "month"},
            gives={"points": 50},
        ),
        "tasks",
    ),
    Template(
        "spend-of-month",
        _("So much spent in a month"),
        _rule(
            "monthly-spend",
            ("Monthly spending", "月度消费达标", "月度消費達標"),
            when="Order Completed",
            sum={"of": "net", "reaches": 500, "per": "month"},
            gives={"points": 100},
        ),
        "tasks",
    ),
    Template(
        "watch-live",
        _("Five minutes in the live room"),
        _rule(
            "watch-live",
            ("Watch live", "观看直播", "觀看直播"),
            when="Live Room Watched",
            sum={"of": "seconds", "reaches": 300, "per": "day"},
            gives={"points": 10},
        ),
        "tasks",
    ),
    Template(
        "birthday",
        _("A gift on the birthday"),
        _rule("birthday", ("Birthday", "生日礼", "生日禮"), when="birthday", gives={"points": 100}, earns_times=2),
        "calendar",
    ),
    Template(
        "mid-autumn",
        _("Mid-Autumn Festival"),
        _rule(
            "mid-autumn",
            ("Mid-Autumn Festival", "中秋节", "中秋節"),
            when={"holiday": {"country": "CN", "name": "Mid-Autumn Festival"}},
            earns_times=2,
        ),
        "calendar",
    ),
    Template(
        "member-day",
        _("Member day every month"),
        _rule("member-day", ("Member day", "会员日", "會員日"), when={"day_of_month": 8}, earns_times=2),
        "calendar",
    ),
)
BY_KEY = {one.key: one for one in TEMPLATES}

# ruff: noqa: E501 (rows stay in one line)
"""The section ``referral`` in plain words: for the operator, for the member who invites, and for who is invited."""

from __future__ import annotations

import pytest
from django.utils import translation

from regulars.flow.referrals.words import asked_words, how_it_works, promise_words
from regulars.programmes.file import check
from regulars.programmes.words import in_words
from regulars.rules.programme import Programme
from tests.flow.friends import PROGRAMME

ROWS = [
    ("en", "", "", [
        "A friend who accepts a member's invitation counts once an order is completed within 30 days.",
        "Only if the order's total is at least ¥50.00.",
        "Who has ordered before is no new friend, and a friend counts for one member only, the first.",
        "The member gets 300 points (2 times a month).",
        "The friend gets 40 points, the badge newcomer.",
        "Refused: inviting oneself, both on the same device, both with the same address, both with the same means of payment.",
        "Held for review: more than 10 friends of one member within an hour.",
        "Held for review: more than 3 friends of one member from the same network.",
        "When all of the order is returned, what is still there of the gifts is taken back.",
    ]),
    ("zh-hans", "", "", [
        "接受会员邀请的好友，30 天内完成订单即可计入。",
        "条件：订单金额不少于 ¥50.00。",
        "下过单的不算新好友；每位好友只计给最先邀请的一位会员。",
        "会员得到300 积分（每月 2 次）。",
        "好友得到40 积分、徽章 newcomer。",
        "不予计入：邀请自己、双方用同一台设备、双方地址相同、双方付款方式相同。",
        "同一会员一小时内的好友超过 10 位时，先由人工审核。",
        "同一会员在同一网络的好友超过 3 位时，先由人工审核。",
        "订单全部退货时，收回尚未用掉的奖励。",
    ]),
    ("en", "  at_most: {times: 2, per: month}\n  refuses: [self, same_device, same_address, same_payment]\n",
     "  refuses: []\n  holds: {friends_per_hour: 0, friends_per_network: 0}\n  returned: keep\n", [
        "A friend who accepts a member's invitation counts once an order is completed within 30 days.",
        "Only if the order's total is at least ¥50.00.",
        "Who has ordered before is no new friend, and a friend counts for one member only, the first.",
        "The member gets 300 points.",
        "The friend gets 40 points, the badge newcomer.",
        "When all of the order is returned, both keep what they got.",
    ]),
]  # fmt: skip


def programme(old: str = "", new: str = "") -> Programme:
    assert old in PROGRAMME
    made = check(PROGRAMME.replace(old, new, 1) if old else PROGRAMME).programme
    assert made is not None
    return made


@pytest.mark.parametrize(("language", "old", "new", "said"), ROWS)
def test_the_section_in_words(language: str, old: str, new: str, said: list[str]) -> None:
    with translation.override(language):
        [section] = [one for one in in_words(programme(old, new)) if one.key == "referral"]
        assert section.sentences == said


def test_how_it_works_for_the_member() -> None:
    assert how_it_works(programme()) == [
        "Send your link to friends who have not ordered here yet.",
        "A friend counts once an order is completed within 30 days, if the order's total is at least ¥50.00.",
        "Your friend then gets 40 points, the badge newcomer.",
        "You get 300 points for each friend. At most 2 friends a month.",
        "It must be another person: yourself under another name does not count.",
    ]
    alone = programme("referrer: {points: 300}, friend: {points: 40, badge: newcomer}", "referrer: {points: 1}")
    assert "You get 1 point for each friend. At most 2 friends a month." in how_it_works(alone)
    assert promise_words(alone) == ""


def test_what_who_is_invited_reads() -> None:
    made = programme()
    assert made.referral is not None
    assert promise_words(made) == "You get 40 points, the badge newcomer once you have ordered."
    assert (
        asked_words(made.referral, made)
        == "an order is completed within 30 days, if the order's total is at least ¥50.00"
    )
    with translation.override("zh-hant"):
        assert promise_words(made) == "下單後即可得到40 積分、徽章 newcomer。"

"""The story: Mei and a year with the shop, a step for each thing that happens, every number worked out by hand.

The clock is the shop's, in Shanghai; the year is one with a leap month, the second of the lunar year 2023.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.scenarios.shop import Customer, referrals_are_followed, time_is

LIN, BO = Customer("lin"), Customer("bo")
"""Who sent Mei, and whom she sends."""

Step = Callable[[Customer], None]


def joins(mei: Customer) -> None:
    """Lin sends her. She tells her birthday, the 30th of a leap second month, and fills in her profile: the first of
    three steps."""
    LIN.does("2023-03-01 12:00", "Checked In")
    assert LIN.has() == (5, 0, 0)
    mei.accepts("2023-03-20 19:59", LIN)
    mei.says("2023-03-20 20:00", name="Mei", lunar_birthday="leap-02-30")
    mei.does("2023-03-20 20:05", "Profile Completed")
    assert mei.tier() == ""
    assert mei.coupons() == []


def checks_in(mei: Customer) -> None:
    """Seven days in a row give 5, 5, 5, 10, 10, 10, 30, and then it begins again; the days are Shanghai's."""
    mei.does("2023-03-21 23:59", "Checked In")
    assert mei.has() == (5, 0, 0)
    # two minutes later it is another day, and the second in a row
    mei.does("2023-03-22 00:01", "Checked In")
    assert mei.has() == (5 + 5, 0, 0)
    # once a day
    mei.does("2023-03-22 09:00", "Checked In")
    assert mei.has() == (10, 0, 0)
    # she is in Los Angeles: half past ten in the morning of the 22nd is half past one of the 23rd in Shanghai
    mei.does("2023-03-22 10:30-07:00", "Checked In")
    assert mei.has() == (10 + 5, 0, 0)
    # and four in the afternoon of the 23rd is seven in the morning of the 24th: the fourth day, the first of three tens
    mei.does("2023-03-23 16:00-07:00", "Checked In")
    assert mei.has() == (15 + 10, 0, 0)
    mei.does("2023-03-25 08:00", "Checked In")
    mei.does("2023-03-26 08:00", "Checked In")
    mei.does("2023-03-27 23:59:59", "Checked In")
    assert mei.has() == (25 + 10 + 10 + 30, 0, 0)


def buys(mei: Customer) -> None:
    """600 yuan of tea: a point and a growth point a yuan, the points on their way until the parcel is there."""
    mei.orders("2023-03-28 12:00", "A1", tea_longjing="600.00")
    assert mei.has() == (75, 600, 0)
    assert mei.growth() == 600
    assert (mei.tier(), mei.spent()) == ("member", Decimal(600))
    mei.does("2023-03-28 20:00", "Checked In")
    # the eighth day in a row is a first again
    assert mei.has() == (75 + 5, 600, 0)
    # 50 yuan within 30 days make her a friend who counts: 300 points for Lin, a coupon for her
    referrals_are_followed("2023-03-28 20:01")
    referrals_are_followed("2023-03-28 20:02")
    assert LIN.has() == (5 + 300, 0, 0)
    assert mei.coupons() == ["welcome-20"]
    mei.receives("2023-03-29 18:00", "A1")
    assert mei.has() == (80 + 600, 0, 0)
    # the 29th was left out, so the 30th is a first day
    mei.does("2023-03-30 09:00", "Checked In")
    assert mei.has() == (680 + 5, 0, 0)


def reviews(mei: Customer) -> None:
    """A review is 20 and its photos 30, three times a day; the first is also the last step of settling in."""
    mei.does("2023-03-30 10:00", "Product Reviewed", photos=2)
    # 20 + 30, and 200 with 100 growth for profile, order and review within ten of thirty days
    assert mei.has() == (685 + 50 + 200, 0, 0)
    assert mei.growth() == 600 + 100
    mei.does("2023-03-30 11:00", "Product Reviewed", photos=1)
    mei.does("2023-03-30 12:00", "Product Reviewed", photos=1)
    assert mei.has() == (935 + 2 * 50, 0, 0)
    mei.does("2023-03-30 13:00", "Product Reviewed", photos=5)
    assert mei.has() == (1_035, 0, 0)


def watches(mei: Customer) -> None:
    """200 seconds are too few for 10 points; with 150 more they are 350 of 300."""
    mei.does("2023-03-31 20:00", "Live Room Watched", seconds=200)
    assert mei.has() == (1_035, 0, 0)
    mei.does("2023-03-31 20:10", "Live Room Watched", seconds=150)
    assert mei.has() == (1_035 + 10, 0, 0)


def member_day(mei: Customer) -> None:
    """On the 8th points are doubled, growth is not; nobody reports the parcel, so they wait 15 days."""
    mei.orders("2023-04-08 10:00", "A2", home_kettle="300.00")
    assert mei.has() == (1_045, 2 * 300, 0)
    assert mei.growth() == 700 + 300
    assert mei.spent() == 600 + 300


def lunar_birthday(mei: Customer) -> None:
    """The leap month of 2023 has 29 days: the 30th is kept on its last, 19 April. Points doubled, 100 and a coupon."""
    time_is("2023-04-18 23:59")
    assert mei.events("Birthday Came") == []
    time_is("2023-04-19 00:01")
    time_is("2023-04-19 00:02")
    assert len(mei.events("Birthday Came")) == 1
    assert mei.has() == (1_045 + 100, 600, 0)
    assert mei.coupons() == ["welcome-20", "birthday-30"]
    # 600 and 300 and 1,200 make 2,100: gold from 2,000 on, though this order itself still earns as a member's
    mei.orders("2023-04-19 12:00", "A3", camera_small="1200.00")
    assert mei.has() == (1_145, 600 + 2 * 1_200, 0)
    assert mei.growth() == 1_000 + 1_200
    assert (mei.tier(), mei.spent()) == ("gold", Decimal(2_100))
    mei.receives("2023-04-22 10:00", "A3")
    assert mei.has() == (1_145 + 2_400, 600, 0)
    time_is("2023-04-23 09:59")
    assert mei.has() == (3_545, 600, 0)
    time_is("2023-04-23 10:00")
    assert mei.has() == (3_545 + 600, 0, 0)


def checks_out(mei: Customer) -> None:
    """250 and 180, less the birthday's 30, are 400; 1,000 points pay 10 of it, and what they pay earns nothing."""
    made = mei.checks_out("2023-05-02 20:00", "A4", 1_000, "birthday-30", home_teapot="250.00", home_cups="180.00")
    assert (made.total_minor, made.to_pay_minor, made.points) == (40_000, 39_000, 1_000)
    # gold is 1.2 times: 390 × 1.2 = 468
    assert mei.has() == (4_145 - 1_000, 468, 0)
    assert mei.growth() == 2_200 + 390
    # of the order's net, the part that points paid counts toward no tier either
    assert mei.spent() == 2_100 + 390
    mei.receives("2023-05-05 12:00", "A4")
    assert mei.has() == (3_145 + 468, 0, 0)


def spends_and_returns(mei: Customer) -> None:
    """She spends 3,400 and sends the camera back, which had earned 2,400: there are 213, so she owes the rest."""
    mei.does("2023-05-20 12:00", "Points Redeemed", points=3_400, order_id="X1")
    assert mei.has() == (3_613 - 3_400, 0, 0)
    mei.returns("2023-06-01 12:00", "A3")
    assert mei.has() == (0, 0, 2_400 - 213)
    assert mei.growth() == 2_590 - 1_200
    # 1,290 is no gold, but gold is kept until its review
    assert (mei.tier(), mei.spent()) == ("gold", Decimal(2_490 - 1_200))


def owes_less(mei: Customer) -> None:
    """An idea of hers is used: 500 points, all for the debt."""
    mei.does("2023-06-10 12:00", "Suggestion Adopted")
    assert mei.has() == (0, 0, 2_187 - 500)


def becomes_platinum(mei: Customer) -> None:
    """3,800 yuan at 1.2 points are 4,560; with the 1,290 before they make 5,090, platinum. First the debt is paid."""
    mei.orders("2023-06-18 15:00", "A5", tea_set="3000.00", home_tray="800.00")
    assert mei.has() == (0, 4_560, 1_687)
    assert mei.growth() == 1_390 + 3_800
    assert (mei.tier(), mei.spent()) == ("platinum", Decimal(1_290 + 3_800))
    mei.receives("2023-06-21 15:00", "A5")
    assert mei.has() == (4_560 - 1_687, 0, 0)


def returns_part(mei: Customer) -> None:
    """The tray goes back: 800 × 1.2 = 960 points and 800 growth that it had earned, and 800 yuan count no more."""
    mei.returns("2023-07-01 12:00", "A5", "home_tray")
    assert mei.has() == (2_873 - 960, 0, 0)
    assert mei.growth() == 5_190 - 800
    assert (mei.tier(), mei.spent()) == ("platinum", Decimal(5_090 - 800))


def mid_autumn(mei: Customer) -> None:
    """29 September 2023: a mooncake coupon for platinum and diamond."""
    time_is("2023-09-28 23:59")
    assert mei.coupons() == ["welcome-20", "birthday-30"]
    time_is("2023-09-29 00:01")
    time_is("2023-09-29 12:00")
    assert mei.coupons() == ["welcome-20", "birthday-30", "mooncake-50"]
    assert mei.has() == (1_913, 0, 0)


def is_no_diamond(mei: Customer) -> None:
    """The survey on the tasting is for diamonds."""
    mei.does("2023-10-20 12:00", "Survey Answered", survey="tasting")
    assert mei.has() == (1_913, 0, 0)


def second_birthday(mei: Customer) -> None:
    """2024 has no leap month, and its second month has 30 days: 8 April, also a member day. Doubled once, not twice.

    She orders before the calendar came round, so her birthday comes first; 100 × 1.5 for platinum × 2 = 300.
    """
    # what March 2023 earned was spent long before its last day came
    time_is("2024-04-01 00:00")
    assert mei.has() == (1_913, 0, 0)
    mei.orders("2024-04-08 00:00:30", "A6", tea_oolong="100.00")
    assert mei.has() == (1_913 + 100, 300, 0)
    time_is("2024-04-08 00:01")
    assert len(mei.events("Birthday Came")) == 2
    assert mei.has() == (2_013, 300, 0)
    assert mei.coupons() == ["welcome-20", "birthday-30", "mooncake-50", "birthday-30"]
    assert mei.growth() == 4_390 + 100
    time_is("2024-04-23 00:00:30")
    assert mei.has() == (2_013 + 300, 0, 0)


def is_reviewed(mei: Customer) -> None:
    """Platinum was kept for 365 days, to 17 June 2024; of the year before only A6 counts, so grace begins."""
    time_is("2024-06-16 23:59")
    assert mei.tier() == "platinum"
    time_is("2024-06-17 00:00")
    assert (mei.tier(), mei.spent()) == ("platinum", Decimal(100))


def points_lapse(mei: Customer) -> None:
    """What June 2023 earned lapses with June 2024: 4,560 less 1,687 for the debt and 960 for the tray are 1,913."""
    time_is("2024-06-30 23:59")
    assert mei.has() == (2_313, 0, 0)
    time_is("2024-07-01 00:00")
    assert mei.has() == (2_313 - 1_913, 0, 0)


def steps_down(mei: Customer) -> None:
    """In grace she buys for 700, still as platinum: 1,050 points. 800 earn the level member: down on 17 July."""
    mei.orders("2024-07-05 12:00", "A7", tea_white="700.00")
    assert mei.has() == (400, 1_050, 0)
    time_is("2024-07-16 23:59")
    assert (mei.tier(), mei.spent()) == ("platinum", Decimal(100 + 700))
    time_is("2024-07-17 00:00")
    assert mei.tier() == "member"
    # and from then on a yuan is a point again
    mei.orders("2024-07-20 11:00", "A8", tea_black="100.00")
    assert mei.has() == (400, 1_050 + 100, 0)
    time_is("2024-07-20 12:00")
    assert mei.has() == (400 + 1_050, 100, 0)
    assert mei.growth() == 4_490 + 700 + 100


def invites(mei: Customer) -> None:
    """She cannot send herself. Bo's first order is too small, his second counts: 300 points for her, a coupon for him.

    And only once.
    """
    mei.accepts("2024-07-20 13:00", mei)
    BO.accepts("2024-07-20 14:00", mei)
    BO.orders("2024-07-20 15:00", "B1", tea_sampler="49.90")
    referrals_are_followed("2024-07-20 15:01")
    assert mei.has() == (1_450, 100, 0)
    BO.orders("2024-07-20 16:00", "B2", tea_sampler="50.00")
    referrals_are_followed("2024-07-20 16:01")
    assert mei.has() == (1_450 + 300, 100, 0)
    assert BO.coupons() == ["welcome-20"]
    # once
    BO.orders("2024-07-20 17:00", "B3", tea_sampler="80.00")
    referrals_are_followed("2024-07-20 17:01")
    assert mei.has() == (1_750, 100, 0)


STEPS: tuple[Step, ...] = (
    joins,
    checks_in,
    buys,
    reviews,
    watches,
    member_day,
    lunar_birthday,
    checks_out,
    spends_and_returns,
    owes_less,
    becomes_platinum,
    returns_part,
    mid_autumn,
    is_no_diamond,
    second_birthday,
    is_reviewed,
    points_lapse,
    steps_down,
    invites,
)
END = "2024-07-21 12:00"

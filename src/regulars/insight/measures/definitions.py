"""What each measure says, in words that a marketer uses, shown beside every figure. Keyed by the measure's name: who
shows words must not load what computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure in words: its name, what it says, how it is computed, and what to watch for."""

    title: _StrPromise
    says: _StrPromise
    computed: _StrPromise
    watch: _StrPromise


DEFINITIONS: dict[str, Definition] = {
    "retention": Definition(
        _("Retention"),
        _("How many of those who first bought in one period bought again later."),
        _("Buyers of the cohort in its n-th period, over the cohort's size. Rolling: in that period or any later one."),
        _("The last period is not over and looks low. Rolling retention of young cohorts still grows."),
    ),
    "bracket_retention": Definition(
        _("Retention in a range of periods"),
        _("How many of a cohort bought at least once within a range of periods."),
        _("Buyers with an order in any period of the range, over the cohort's size."),
        _("Compare only cohorts whose whole range is over."),
    ),
    "repurchase_rate": Definition(
        _("Repurchase rate"),
        _("How many of all buyers bought at least twice."),
        _("Buyers with two orders or more, over all buyers."),
        _("Many new buyers push it down for a while: they have had no time to return."),
    ),
    "second_order_by_day": Definition(
        _("Second order by day"),
        _("How soon after the first order a second one follows."),
        _("By day n: those with a second order within n days, over those whose first order is at least n days ago."),
        _("Late days rest on few members; the share can fall a little from day to day."),
    ),
    "time_to_second_order": Definition(
        _("Time to the second order"),
        _("After how many days a quarter, half or three quarters of new buyers have come back."),
        _("The first day on which the share that returned reaches that level."),
        _("Empty means that the level was not reached in the time looked at."),
    ),
    "inter_purchase_time": Definition(
        _("Days between orders"),
        _("How long members wait from one order to the next."),
        _("Mean, median and quartiles of the days between a member's consecutive orders."),
        _("Who has not returned is not in it, so it looks quicker than it is."),
    ),
    "purchase_frequency": Definition(
        _("Purchase frequency"),
        _("How often those who buy, buy."),
        _("Orders of the period over members who ordered in it."),
        _("It says nothing about members who did not buy."),
    ),
    "average_order": Definition(
        _("Average order"),
        _("What one order brings."),
        _("Revenue over orders; after discounts and refunds, before delivery and tax."),
        _("Refunds that come later lower past months."),
    ),
    "returning_share": Definition(
        _("Share of returning customers"),
        _("How much of orders and revenue comes from those who had bought before."),
        _("Orders that are not their member's first, over all orders; the same for revenue."),
        _("A rising share can also mean that fewer new customers come."),
    ),
    "cohort_revenue": Definition(
        _("Revenue and value by cohort"),
        _("What a cohort spends from period to period, and what a member has brought so far."),
        _("Revenue of period n, its share of period 0, and the sum up to n over the cohort's size."),
        _("It is revenue, not profit, and what was, not a forecast."),
    ),
    "active_members": Definition(
        _("Active members"),
        _("How many members come by in a day, in 7 days and in 30 days, and how daily the habit is."),
        _(
            "Members with any event on the day, in the 7 and in the 30 days that end with it; and the day's count "
            "over the others."
        ),
        _("The first 30 days lack their past and are marked."),
    ),
    "visits_per_member": Definition(
        _("Visits a member"),
        _("On how many days an active member comes by."),
        _("Days with any event, over members with any event."),
        _("Several visits on one day count as one."),
    ),
    "depth": Definition(
        _("Depth of a visit"),
        _("How much a member does in a visit."),
        _("Events over visits; a visit is a member's day."),
        _("It changes when the shop starts to send more kinds of events."),
    ),
    "dwell_time": Definition(
        _("Dwell time"),
        _("How long a visit lasts."),
        _("Seconds over visits, of those visits whose time is known."),
        _("A page left open counts in full."),
    ),
    "breadth": Definition(
        _("Breadth of use"),
        _("How many different things a member does."),
        _("Different names of events a member, averaged over active members."),
        _("Renamed events count as new ones."),
    ),
    "csat": Definition(
        _("Satisfaction (CSAT)"),
        _("How many are satisfied."),
        _("Answers of 4 or 5, over all answers from 1 to 5."),
        _("Only those who answer are heard, and few answers swing widely."),
    ),
    "nps": Definition(
        _("Recommendation (NPS)"),
        _("Whether more members would recommend the shop than warn of it."),
        _("Percentage of 9 and 10, less percentage of 0 to 6; from −100 to 100."),
        _("Below some hundred answers, a few points up or down mean nothing."),
    ),
    "ces": Definition(
        _("Effort (CES)"),
        _("How many found it easy."),
        _("Answers of 5, 6 or 7, over all answers from 1 (hard) to 7 (easy)."),
        _("Surveys that ask the other way round must be turned before they are sent."),
    ),
    "think": Definition(
        _("What members think"),
        _("A member's own opinion, from 0 to 100."),
        _("Her answers of the last 365 days, each scale stretched to 0–100, averaged."),
        _("Who never answered has none."),
    ),
    "do": Definition(
        _("What members do"),
        _("Buying and visiting, from 0 to 100."),
        _("Last 365 days: 50 for twelve orders, 25 for visits on 52 days, 25 for an order today, less in proportion."),
        _("Goods that are bought once a year need another measure."),
    ),
    "feel": Definition(
        _("What members feel"),
        _("How often a member speaks for the shop, from 0 to 100."),
        _("Reviews, shares, referrals and suggestions of the last 365 days; six or more are 100."),
        _("Points for reviews buy acts, not feelings."),
    ),
    "loyalty_index": Definition(
        _("Loyalty index"),
        _("One number for a member's loyalty, from 0 to 100."),
        _(
            "A quarter what she thinks, half what she does, a quarter what she feels; without answers, two thirds and "
            "one third of the other two."
        ),
        _("The weights are a choice. Compare groups and months, not single members."),
    ),
    "loyalty_layers": Definition(
        _("The three layers of loyalty"),
        _("What a group thinks, does and feels, on average."),
        _("The means of the members' layers and index."),
        _("What they think rests only on those who answered; see how many."),
    ),
    "interactions": Definition(
        _("Brand interactions"),
        _("How much members deal with the brand, platform by platform."),
        _("Events by channel and period, and each channel's share."),
        _("Channels that report more kinds of events look livelier."),
    ),
    "funnel": Definition(
        _("Funnel"),
        _("How many go from step to step, and where they stop."),
        _("Members who took each step after the one before, within the given days of the first."),
        _("Those who began lately still have time; see how many windows are over."),
    ),
    "paths": Definition(
        _("Paths"),
        _("What members do first, second and third."),
        _("The first events of each member in order, counted."),
        _("Who was here before the records began is seen from the middle."),
    ),
    "life_cycle": Definition(
        _("Life cycle"),
        _("How many members are new, growing, loyal, back, at risk or lost."),
        _(
            "By months with orders: new in the first; loyal with two of the three before; back after three empty "
            "ones; at risk up to three months silent, then lost."
        ),
        _("Before a month is over, many who will still buy stand at risk."),
    ),
    "life_cycle_flows": Definition(
        _("Life-cycle flows"),
        _("Who becomes what from one month to the next."),
        _("Members by their state last month and this month."),
        _("The current month is marked until it is over."),
    ),
    "tier_flows": Definition(
        _("Tier flows"),
        _("How many members rise and fall between tiers."),
        _("Members by the tier a month's first change left and the one its last change reached."),
        _("Tier reviews fall on certain months; compare with the same month a year ago."),
    ),
    "category_pairs": Definition(
        _("Bought together"),
        _("Which categories are in one basket more often than by chance."),
        _(
            "Support: share of orders with both. Confidence: of orders with the first. Lift: confidence over the "
            "second's own share."
        ),
        _("A high lift of few orders is chance."),
    ),
    "active_rate": Definition(
        _("Active rate"),
        _("How many members take part in the programme."),
        _("Members who earned or spent points in the period, over those who had joined by its end."),
        _("Points given to everybody make everybody active."),
    ),
    "redemption_rate": Definition(
        _("Redemption rate"),
        _("How much of what is earned is spent."),
        _("Points spent over points earned, less what refunds undid; in the period and so far."),
        _("Points are spent later than earned: a growing programme looks low."),
    ),
    "points_owed": Definition(
        _("Points owed"),
        _("How many points members could still ask for."),
        _("All that lies in members' pending, available and set-aside accounts at the end of the period."),
        _("Not all will be asked for; see the estimate of breakage."),
    ),
}

# ruff: noqa: E501 (rows stay in one line)
"""The programme language: what settings come to mean, exactly."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from regulars.rules.language import read, write
from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.programme import Cap, Currency, EarnRule, Expiry, Gift, Goal, Level, Programme, Tiers
from regulars.rules.programme import Test as Comparison

D = Decimal


def programme(**sections: Any) -> dict[str, Any]:
    """The smallest programme, with some sections replaced."""
    return {
        "programme": "corner-shop",
        "name": "Corner Shop",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "points": {"points": {"name": "points"}},
        "earn": [{"key": "purchase", "when": "Order Completed", "rate": {"points": 1, "per": 1}}],
    } | sections


def accepted(data: dict[str, Any]) -> Programme:
    result, problems = read(data)
    assert problems == []
    assert result is not None
    return result


def refused(data: Any) -> list[tuple[tuple[str | int, ...], str]]:
    result, problems = read(data)
    assert result is None
    return [(problem.path, problem.message) for problem in problems]


def rule(**settings: Any) -> EarnRule:
    settings = {"key": "r", "when": "Order Completed", **settings}
    if "points" not in settings and "rate" not in settings:
        settings["points"] = 1
    tiers = {"measure": "spending", "levels": [
        {"key": "gold", "from": 1, "name": "Gold"}, {"key": "diamond", "from": 2, "name": "Diamond"},
    ]}  # fmt: skip
    return accepted(programme(earn=[settings], tiers=tiers)).earn[0]


def currency(**settings: Any) -> Currency:
    return accepted(programme(points={"points": {"name": "points", **settings}})).points[0]


def test_the_smallest_programme() -> None:
    assert accepted(programme()) == Programme(
        key="corner-shop",
        name={"en": "Corner Shop"},
        currency="CNY",
        minor_digits=2,
        time_zone="Asia/Shanghai",
        points=(Currency("points", {"en": "points"}),),
        tiers=None,
        earn=(EarnRule("purchase", "Order Completed", "points", rate=Fraction(1, 100)),),
    )


RATES = [
    ("one for each yuan", "CNY", 1, D("1.00"), Fraction(1, 100)),
    ("three for each two yuan", "CNY", 3, 2, Fraction(3, 200)),
    ("half a point for each yuan", "CNY", D("0.5"), 1, Fraction(1, 200)),
    ("one for each 0.01", "CNY", 1, D("0.01"), Fraction(1)),
    ("one for each 100 yen", "JPY", 1, 100, Fraction(1, 100)),
    ("one for each dinar of 1,000 fils", "KWD", 1, 1, Fraction(1, 1000)),
    ("the highest numerator", "CNY", 10_000, D("0.01"), Fraction(10_000)),
    ("the highest denominator", "CNY", 1, 100_000, Fraction(1, 10_000_000)),
]


@pytest.mark.parametrize(("money", "points", "per", "rate"), [r[1:] for r in RATES], ids=[r[0] for r in RATES])
def test_a_rate_is_exact(money: str, points: Any, per: Any, rate: Fraction) -> None:
    data = programme(currency=money)
    data["earn"][0]["rate"] = {"points": points, "per": per}
    assert accepted(data).earn[0].rate == rate


RATES_REFUSED = [
    ("too high", {"points": 10_001, "per": D("0.01")},
     ((), "is too fine or too high a rate; write fewer decimals or fewer points")),
    ("too low", {"points": 1, "per": D("100000.01")},
     ((), "is too fine or too low a rate; write fewer decimals or a smaller `per`")),
    ("a tenth of a cent", {"points": 1, "per": D("0.001")}, (("per",), "has more decimals than CNY has (2)")),
    ("nothing", {"points": 0, "per": 1}, (("points",), "must be above 0")),
    ("less than nothing", {"points": 1, "per": -1}, (("per",), "must be above 0")),
    ("infinity", {"points": D("Infinity"), "per": 1}, (("points",), "is too long a number")),
    ("a number that is none", {"points": D("sNaN"), "per": 1}, (("points",), "is too long a number")),
    ("a float", {"points": 0.5, "per": 1}, (("points",), "must be a number")),
    ("true", {"points": True, "per": 1}, (("points",), "must be a number")),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "problem"), [r[1:] for r in RATES_REFUSED], ids=[r[0] for r in RATES_REFUSED])
def test_a_rate_that_is_refused(rate: dict[str, Any], problem: tuple[tuple[str, ...], str]) -> None:
    data = programme()
    data["earn"][0]["rate"] = rate
    path, message = problem
    assert refused(data) == [(("earn", 0, "rate", *path), message)]


EXPIRIES = [
    ("months", {"after_months": 12, "at_end_of": "month"}, Expiry(after_months=12, at_end_of="month")),
    ("days", {"after_days": 90}, Expiry(after_days=90)),
    ("years", {"at_end_of": "year", "years": 1}, Expiry(after_months=12, at_end_of="year")),
    ("sliding", {"after_months": 6, "sliding": True}, Expiry(after_months=6, sliding=True)),
]


@pytest.mark.parametrize(("settings", "expiry"), [e[1:] for e in EXPIRIES], ids=[e[0] for e in EXPIRIES])
def test_expiry(settings: dict[str, Any], expiry: Expiry) -> None:
    assert currency(expires=settings).expires == expiry


PENDINGS = [
    ("an event or days", {"until": "Order Delivered", "at_most_days": 15}, ("Order Delivered", 15)),
    ("an event", {"until": "Order Delivered"}, ("Order Delivered", 0)),
    ("days", {"days": 7}, (None, 7)),
    ("no days", {"days": 0}, (None, 0)),
]


@pytest.mark.parametrize(("settings", "pending"), [p[1:] for p in PENDINGS], ids=[p[0] for p in PENDINGS])
def test_pending(settings: dict[str, Any], pending: tuple[str | None, int]) -> None:
    read_currency = currency(pending=settings)
    assert (read_currency.pending_until, read_currency.pending_days) == pending


@pytest.mark.parametrize(
    ("worth", "minor_a_point"),
    [({"points": 100, "amount": D("1.00")}, Fraction(1)), ({"points": 3, "amount": D("0.02")}, Fraction(2, 3))],
)
def test_worth(worth: dict[str, Any], minor_a_point: Fraction) -> None:
    assert currency(worth=worth).worth == minor_a_point


def test_paying_and_refunds() -> None:
    read_currency = currency(
        worth={"points": 100, "amount": 1},
        pays={"at_least_points": 100, "at_most_percent": 50},
        refund={"beyond_balance": "zero", "paid_points": "original_lot", "grace_days": 0},
        earns_on_points_paid=True,
    )
    assert (read_currency.pays_at_least_points, read_currency.pays_at_most_percent) == (100, 50)
    assert (read_currency.beyond_balance, read_currency.grace_days) == ("zero", 0)
    assert read_currency.earns_on_points_paid is True


LEVELS = [{"key": "gold", "from": 2, "name": "Gold", "earns_times": D("1.25")}]
TIERS = [
    ("spending in minor units", {"measure": "spending", "levels": LEVELS}, Tiers("spending", "ever", (
        Level("gold", {"en": "Gold"}, 200, Fraction(5, 4)),))),
    ("orders", {"measure": "orders", "window": {"calendar": "year"}, "levels": LEVELS},
     Tiers("orders", "calendar", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),))),
    ("growth finds its currency", {"measure": "growth", "window": {"anniversary": "year"}, "levels": LEVELS},
     Tiers("growth", "anniversary", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),), currency="growth")),
    ("growth of any currency", {"measure": "growth", "of": "points", "levels": LEVELS},
     Tiers("growth", "ever", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),), currency="points")),
    ("kept", {"measure": "spending", "window": {"rolling_days": 365}, "levels": LEVELS,
              "keep": {"for_days": 365, "grace_days": 30, "then": "one_step"}},
     Tiers("spending", "rolling", (Level("gold", {"en": "Gold"}, 200, Fraction(5, 4)),), 365, 365, 30, "one_step")),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "tiers"), [t[1:] for t in TIERS], ids=[t[0] for t in TIERS])
def test_tiers(settings: dict[str, Any], tiers: Tiers) -> None:
    points = {"points": {"name": "points"}, "growth": {"name": "growth", "spendable": False}}
    assert accepted(programme(points=points, tiers=settings)).tiers == tiers


TIERS_REFUSED = [
    ("half an order", {"measure": "orders", "levels": [{**LEVELS[0], "from": D("2.5")}]},
     ("tiers", "levels", 0, "from"), "must be a whole number"),
    ("growth of nothing", {"measure": "growth", "levels": LEVELS},
     ("tiers", "measure"), "needs `of` beside it: which currency of points to count (points)"),
    ("of without growth", {"measure": "orders", "of": "points", "levels": LEVELS},
     ("tiers", "of"), "only goes with `measure: growth`"),
    ("too high a threshold", {"measure": "spending", "levels": [{**LEVELS[0], "from": 10**11 + 1}]},
     ("tiers", "levels", 0, "from"), "must be at most 100000000000"),
    ("a multiplier too fine", {"measure": "orders", "levels": [{**LEVELS[0], "earns_times": D("1.001")}]},
     ("tiers", "levels", 0, "earns_times"), "must be a simple number such as 1.2 or 1.25"),
    ("no levels", {"measure": "orders", "levels": []}, ("tiers", "levels"), "must not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "path", "message"), [t[1:] for t in TIERS_REFUSED], ids=[t[0] for t in TIERS_REFUSED]
)
def test_tiers_that_are_refused(settings: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    assert refused(programme(tiers=settings)) == [(path, message)]


CONDITIONS = [
    ("a bare text", {"coupon": "x"}, [Comparison("coupon", "equal", "x")]),
    ("true", {"gift": True}, [Comparison("gift", "equal", True)]),
    ("a list", {"line.category": ["tea", 7]}, [Comparison("line.category", "any_of", ("tea", 7))]),
    ("an amount stays in the major unit", {"total": {"at_least": D("99.90")}}, [Comparison("total", "at_least", D("99.90"))]),
    ("two bounds", {"total": {"above": 1, "below": 5}}, [Comparison("total", "above", 1), Comparison("total", "below", 5)]),
    ("one excluded", {"channel": {"none_of": "app"}}, [Comparison("channel", "none_of", ("app",))]),
    ("existence", {"coupon": {"exists": False}}, [Comparison("coupon", "exists", False)]),
    ("a nested name", {"context.page.path": {"contains": "/tea"}}, [Comparison("context.page.path", "contains", "/tea")]),
    ("a day is its text", {"delivered_on": date(2026, 12, 1)}, [Comparison("delivered_on", "equal", "2026-12-01")]),
]  # fmt: skip


@pytest.mark.parametrize(("where", "tests"), [c[1:] for c in CONDITIONS], ids=[c[0] for c in CONDITIONS])
def test_conditions(where: dict[str, Any], tests: list[Comparison]) -> None:
    assert list(rule(where=where).where.tests) == tests


def test_where_and_for_are_merged_by_what_they_ask() -> None:
    earn = rule(
        where={"line.category": "tea", "member.joined_days": {"at_least": 30}},
        **{"for": {"member.tier": ["gold", "diamond"], "source": "app"}},
    )
    assert earn.where.tests == (Comparison("line.category", "equal", "tea"), Comparison("source", "equal", "app"))
    assert earn.member.tests == (
        Comparison("member.joined_days", "at_least", 30),
        Comparison("member.tier", "any_of", ("gold", "diamond")),
    )


def test_validity_in_local_days() -> None:
    earn = rule(valid={"from": date(1970, 1, 2).replace(year=2000), "until": "2027-01-01"})
    assert (earn.valid_from_day, earn.valid_until_day) == (10_958, 20_819)
    assert rule(valid={"from": date(2026, 12, 1)}).valid_until_day is None


@pytest.mark.parametrize("day", [datetime(2026, 12, 1, 8), "2026-12-1", "tomorrow", 20261201, None])  # noqa: DTZ001
def test_a_day_is_a_whole_day(day: Any) -> None:
    data = programme()
    data["earn"][0]["valid"] = {"from": day}
    assert refused(data) == [(("earn", 0, "valid", "from"), "must be a day such as 2026-12-01")]


def test_caps_times_and_rounding() -> None:
    earn = rule(
        rate={"points": 1, "per": 1}, of="gross", times="tier", rounding="up", at_most={"times": 3, "per": "ever"}
    )
    assert earn.at_most == Cap("times", 3, "ever")
    assert (earn.of, earn.times_tier, earn.rounding) == ("gross", True, "up")


def test_rules_give_the_first_currency_unless_they_say() -> None:
    points = {"stars": {"name": "stars"}, "growth": {"name": "growth", "spendable": False}}
    data = programme(points=points)
    data["earn"].append({"key": "grow", "when": "Order Completed", "rate": {"points": 1, "per": 1}, "gives": "growth"})
    assert [earn.gives for earn in accepted(data).earn] == ["stars", "growth"]


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("EUR", 2), ("XAF", 0)])
def test_currencies_know_their_decimals(code: str, digits: int) -> None:
    assert MINOR_DIGITS[code] == digits
    assert accepted(programme(currency=code)).minor_digits == digits


@pytest.mark.parametrize("data", [None, [], "programme", 7, {}, {1: 2}, {"earn": {"a": 1}}, {"points": [], "tiers": 3}])
def test_whatever_comes_in_is_answered(data: Any) -> None:
    assert refused(data)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"referral": {}}, ("referral",)),
        ({"calendar": [{"key": "a", "when": {"day_of_month": 0}, "earns_times": 2}]},
         ("calendar", 0, "when", "day_of_month")),
        ({"calendar": [{"key": "a", "when": {}, "earns_times": 2}]}, ("calendar", 0, "when")),
    ],
)  # fmt: skip
def test_sections_name_what_they_lack(settings: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert path in [at for at, _ in refused(programme(**settings))]


def test_empty_sections_ask_for_nothing() -> None:
    empty = accepted(programme(tasks=[], calendar=[]))
    assert (empty.tasks, empty.calendar, empty.referral) == ((), (), None)


def test_a_problem_can_be_translated() -> None:
    _, problems = read(programme(currency="cny"))
    assert problems[0].template.format(**problems[0].values) == problems[0].message == "must be in capitals: CNY"


ROUND_TRIPS = [
    programme(),
    programme(currency="JPY", tiers={"measure": "spending", "levels": LEVELS, "keep": {"for_days": 1}}),
    programme(points={"p": {"name": {"en": "p", "zh-Hans": "积分"}, "worth": {"points": 3, "amount": D("0.02")},
                            "expires": {"years": 2, "at_end_of": "quarter", "sliding": True}, "pending": {"days": 7}}}),
    programme(earn=[{"key": "a", "when": "X", "points": 3, "valid": {"until": date(2027, 1, 1)}, "rounding": "nearest",
                     "where": {"a.b": {"above": 1, "at_most": D("2.50")}, "c": [1, "x"], "d": {"none_of": [True]}},
                     "for": {"member.joined_days": {"below": 30}}, "at_most": {"times": 1, "per": "ever"}}]),
    programme(earn=[{"key": "a", "when": "Order Completed", "of": "paid", "rate": {"points": D("0.05"), "per": D("7.77")}}]),
    programme(
        points={"points": {"name": "points"}, "stars": {"name": "stars"}},
        earn=[{"key": "a", "when": "X", "gives": {"points": 3, "coupon": ["c", "d"], "badge": "b"},
               "at_most": {"times": 1, "per": "day"}}],
        tasks=[
            {"key": "one", "when": "X", "gives": {"stars": 3}, "where": {"survey": "tea"}},
            {"key": "often", "when": "X", "gives": {"coupon": "c"}, "times": 3},
            {"key": "monthly", "when": "X", "gives": {"coupon": "c"}, "at_most": {"times": 3, "per": "month"}},
            {"key": "count", "when": "X", "count": 3, "gives": {"points": 1}, "name": "Three"},
            {"key": "weekly", "when": "X", "count": {"reaches": 3, "per": "week", "every": True}, "gives": {"points": 1}},
            {"key": "sum", "when": "X", "sum": {"of": "a.b", "reaches": D("0.125"), "per": "day"}, "gives": {"points": 1}},
            {"key": "money", "when": "Order Completed", "sum": {"of": "net", "reaches": D("99.50")}, "gives": {"points": 1},
             "where": {"line.category": "tea"}, "valid": {"from": date(2026, 1, 1)}},
            {"key": "streak", "when": "X", "streak": {"points": [1, 0, 3], "per": "week", "then": "last", "gives": "stars"}},
            {"key": "whole", "when": "X", "streak": {"points": [1], "per": "day"}, "gives": {"badge": "b"}},
            {"key": "steps", "steps": ["X", {"when": "Y", "where": {"photos": {"at_least": 1}}}], "within_days": 3,
             "in_order": True, "gives": {"points": 1}, "for": {"member.joined_days": {"below": 30}}, "times": 2},
        ],
    ),
    programme(
        tiers={"measure": "spending", "levels": LEVELS},
        calendar=[
            {"key": "born", "when": "birthday", "gives": {"points": 100, "coupon": "cake"}, "earns_times": 2, "name": "Born"},
            {"key": "moon", "when": {"holiday": {"country": "CN", "name": "Mid-Autumn Festival"}}, "earns_times": D("1.25"),
             "for": {"member.joined_days": {"at_least": 30}}},
            {"key": "own", "when": {"holiday": {"country": "CN", "name": "X", "dates": [date(2027, 1, 1)]}}, "gives": {"badge": "b"}},
            {"key": "eighth", "when": {"day_of_month": 8}, "earns_times": 2},
            {"key": "once", "when": {"date": date(2027, 1, 1)}, "earns_times": 2},
            {"key": "often", "when": {"dates": [date(2027, 1, 1), date(2027, 2, 1)]}, "earns_times": 2},
        ],
    ),
    programme(
        tiers={"measure": "spending", "levels": [
            {"key": "gold", "from": 1, "name": "Gold", "benefits": ["a", "b", "c"], "gives": {"points": 5, "coupon": "c"}}]},
        benefits={"a": {"name": "A", "how": {"en": "Ask.", "zh-Hans": "问"}, "at_most": {"times": 2, "per": "month"}},
                  "b": {"at_most": 3}, "c": {}},
    ),
    programme(
        referral={
            "counts": {"when": "Order Completed", "where": {"total": {"at_least": 50}, "line.category": "tea"}, "within_days": 30},
            "gives": {"referrer": {"points": 300, "coupon": ["a", "b"]}, "friend": {"badge": "new"}},
            "at_most": {"times": 20, "per": "month"},
            "refuses": ["self"],
            "holds": {"friends_per_hour": 5, "friends_per_network": 0},
            "returned": "keep",
        },
    ),
    programme(referral={"counts": {"when": "Signed Up"}, "gives": {"friend": {"points": 5}}, "at_most": 3, "refuses": []}),
]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    ROUND_TRIPS,
    ids=[
        "smallest",
        "tiers",
        "points",
        "conditions",
        "rate",
        "tasks",
        "calendar",
        "benefits",
        "referral",
        "small referral",
    ],
)
def test_what_is_written_reads_the_same(data: dict[str, Any]) -> None:
    first = accepted(data)
    assert accepted(write(first)) == first


def task(**settings: Any) -> EarnRule:
    settings = {"key": "t", **settings}
    if "steps" not in settings:
        settings.setdefault("when", "Checked In")
    if "streak" not in settings:
        settings.setdefault("gives", {"points": 10})
    return accepted(programme(tasks=[settings])).tasks[0]


def wrong(**settings: Any) -> list[tuple[str, str]]:
    """What is wrong with one task, by its setting."""
    found = refused(programme(tasks=[{"key": "t", "gives": {"points": 1}, **settings}]))
    return [(".".join(map(str, path[2:])), message) for path, message in found]


def test_a_task_of_one_event_is_once_ever() -> None:
    one = task()
    assert (one.at_most, one.goal, one.gifts) == (Cap("times", 1, "ever"), None, (Gift("points", "points", 10),))
    assert task(times=3).at_most == Cap("times", 3, "ever")
    assert task(at_most={"times": 2, "per": "week"}).at_most == Cap("times", 2, "week")
    assert task(steps=["Checked In", "Product Reviewed"]).at_most == Cap("times", 1, "ever")
    assert task(count=3).at_most is None


def test_a_sum_is_in_thousandths_or_in_minor_units() -> None:
    seconds = task(sum={"of": "seconds", "reaches": D("1.5"), "per": "day"}).goal
    assert seconds == Goal("sum", 1_500, "seconds", False, "day")
    assert task(when="Order Completed", sum={"of": "net", "reaches": 20}).goal == Goal("sum", 2_000, "net", True)


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("nothing to do", {}, "", "needs `when` or `steps`"),
    (
        "two goals",
        {"when": "X", "count": 3, "sum": {"of": "a", "reaches": 1}},
        "sum",
        "does not go with `count`; keep one of the two",
    ),
    ("a time for what has no steps", {"when": "X", "within_days": 3}, "within_days", "only goes with `steps`"),
    (
        "an event beside steps",
        {"when": "X", "steps": ["A", "B"]},
        "when",
        "does not go with `steps`: write it in the step",
    ),
    ("one step is none", {"steps": ["A"]}, "steps", "needs at least two steps; for one write `when`"),
    ("a refund is no task", {"when": "Order Refunded"}, "when", "moves points by itself; it cannot earn"),
    ("a step neither", {"steps": ["A", "Points Held"]}, "steps.1", "moves points by itself; it cannot earn"),
    (
        "of the member in a step",
        {"steps": ["A", {"when": "B", "where": {"member.joined_days": 3}}]},
        "steps.1.where.member.joined_days",
        "is asked of the whole task: write it in `for`",
    ),
    ("nothing to reach", {"when": "X", "sum": {"of": "a"}}, "sum", "needs `reaches`"),
    (
        "too fine a sum",
        {"when": "X", "sum": {"of": "a", "reaches": D("0.0001")}},
        "sum.reaches",
        "must have at most 3 decimals",
    ),
    ("a sum of nothing", {"when": "X", "sum": {"of": "a", "reaches": 0}}, "sum.reaches", "must be above 0"),
    (
        "the total of some lines",
        {"when": "Order Completed", "sum": {"of": "total", "reaches": 9}, "where": {"line.category": "tea"}},
        "sum.of",
        "counts whole orders; it does not go with a condition on line.*",
    ),
    (
        "two limits",
        {"when": "X", "times": 3, "at_most": {"times": 1, "per": "day"}},
        "at_most",
        "does not go with `times`; keep one of the two",
    ),
    (
        "a gift of no currency",
        {"when": "X", "gives": {"star": 3}},
        "gives.star",
        "is not a known setting here; known are points, coupon or badge",
    ),
    (
        "a segment nobody fills yet",
        {"when": "X", "for": {"member.segments": "vip"}},
        "for.member.segments",
        "is not available yet: a rule can ask for member.tier or member.joined_days",
    ),
]


@pytest.mark.parametrize(("settings", "at", "message"), [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_what_is_wrong_with_a_task(settings: dict[str, Any], at: str, message: str) -> None:
    assert (at, message) in wrong(**settings)


def test_an_earning_rule_may_list_what_it_gives() -> None:
    one = accepted(programme(earn=[{"key": "r", "when": "X", "gives": {"points": 5, "coupon": "tea"}}])).earn[0]
    assert one.gifts == (Gift("points", "points", 5), Gift("coupon", "tea"))
    assert one.at_most is None
    problems = refused(
        programme(earn=[{"key": "r", "when": "X", "gives": {"points": 5}, "rate": {"points": 1, "per": 1}}])
    )
    assert (("earn", 0, "rate"), "does not go with `gives` that lists what is given") in problems


DAYS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no day", {"when": {}}, "when", "must be birthday, or have `holiday`, `day_of_month` or `date`"),
    ("another word", {"when": "easter"}, "when", "must be birthday"),
    (
        "two kinds of day",
        {"when": {"day_of_month": 8, "date": "2027-01-01"}},
        "when.date",
        "does not go with `day_of_month`; keep one of the two",
    ),
    ("day 0", {"when": {"day_of_month": 0}}, "when.day_of_month", "must be at least 1"),
    ("a day long ago", {"when": {"date": date(1980, 1, 1)}}, "when.date", "must be a day from 1990 to 2119"),
    ("no dates", {"when": {"dates": []}}, "when.dates", "must not be empty"),
    ("a holiday without a country", {"when": {"holiday": {"name": "X"}}}, "when.holiday", "needs `country`"),
    (
        "a day asks nothing of an order",
        {"for": {"total": 5}},
        "for.total",
        "is not about the member: a day has no order",
    ),
    (
        "too fine a multiplier",
        {"earns_times": D("1.001")},
        "earns_times",
        "must be a simple number such as 1.2 or 1.25",
    ),
    ("too large a one", {"earns_times": 101}, "earns_times", "must be a simple number such as 1.2 or 1.25"),
]


@pytest.mark.parametrize(("settings", "at", "message"), [pytest.param(*row[1:], id=row[0]) for row in DAYS])
def test_what_is_wrong_with_a_day(settings: dict[str, Any], at: str, message: str) -> None:
    found = refused(programme(calendar=[{"key": "d", "when": "birthday", "earns_times": 2, **settings}]))
    assert (at, message) in [(".".join(map(str, path[2:])), said) for path, said in found]


def test_a_day_that_does_nothing_says_so() -> None:
    found = refused(programme(calendar=[{"key": "d", "when": "birthday"}]))
    assert (("calendar", 0), "needs `gives` or `earns_times`") in found


def referral(**settings: Any) -> dict[str, Any]:
    return {"referral": {"counts": {"when": "Order Completed"}, "gives": {"friend": {"points": 5}}, **settings}}


@pytest.mark.parametrize(
    ("settings", "path", "message"),
    [
        ({"counts": {"when": "Order Refunded"}}, ("counts", "when"), "moves points by itself; it cannot earn"),
        ({"counts": {"when": "Referral Counted"}}, ("counts", "when"), "moves points by itself; it cannot earn"),
        ({"counts": {"within_days": 3}}, ("counts",), "needs `when`"),
        ({"counts": {"when": "Order Completed", "within_days": 0}}, ("counts", "within_days"), "must be at least 1"),
        ({"counts": {"when": "Order Completed", "where": {"member.tier": "gold"}}}, ("counts", "where", "member.tier"),
         "is about the member: a referral asks about what the friend did"),
        ({"gives": {}}, ("gives",), "needs `referrer`, `friend` or both"),
        ({"gives": {"friend": {}}}, ("gives", "friend"), "must not be empty"),
        ({"gives": {"friends": {"points": 5}}}, ("gives", "friends"),
         "is not a known setting here; did you mean `friend`?"),
        ({"at_most": 0}, ("at_most",), "must be at least 1"),
        ({"at_most": {"times": 3}}, ("at_most",), "needs `per`"),
        ({"refuses": ["same_phone"]}, ("refuses", 0), None),
        ({"holds": {"friends_per_hour": -1}}, ("holds", "friends_per_hour"), "must be at least 0"),
        ({"returned": "burn"}, ("returned",), "must be take_back or keep"),
    ],
)  # fmt: skip
def test_what_a_referral_may_not_say(settings: dict[str, Any], path: tuple[Any, ...], message: str | None) -> None:
    tiers = {"measure": "orders", "levels": [{"key": "gold", "from": 1, "name": "Gold"}]}
    found = dict(refused(programme(tiers=tiers, **referral(**settings))))
    assert ("referral", *path) in found
    assert message is None or found["referral", *path] == message


def test_what_a_referral_gives_is_two_rules() -> None:
    settings = {
        "gives": {"referrer": {"badge": "host"}, "friend": {"points": 5}},
        "at_most": {"times": 2, "per": "day"},
    }
    made = accepted(programme(**referral(**settings)))
    ours = {rule.key: rule for rule in made.rules if rule.when == "Referral Counted"}
    assert set(ours) == {"referral:referrer", "referral:friend"}
    assert ours["referral:referrer"].at_most == Cap("times", 2, "day")
    assert ours["referral:friend"].at_most is None
    assert [rule.where.tests for rule in ours.values()] == [
        (Comparison("side", "equal", "referrer"),), (Comparison("side", "equal", "friend"),),
    ]  # fmt: skip
    # a rule that gives no points of its own stands under the programme's first currency
    assert {rule.gives for rule in ours.values()} == {made.points[0].key}


def test_what_a_referral_does_not_say_is_the_careful_thing() -> None:
    made = accepted(programme(**referral())).referral
    assert made is not None
    assert made.refuses == ("self", "same_device", "same_address", "same_payment")
    assert (made.friends_per_hour, made.friends_per_network, made.returned) == (10, 3, "take_back")
    none = accepted(programme(**referral(refuses=[]))).referral
    assert none is not None
    assert none.refuses == ()

"""Each estimate of a member in words: what it is, how it came about, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.audience.scores import plan, words
from regulars.audience.scores.models import Score, ScoreRun
from regulars.screens.figures import about, day, money, whole


@dataclass(frozen=True, slots=True)
class Estimate:
    """``value`` is worded; ``numbers``: the same for machines. ``how`` it came about; how ``sure`` it is."""

    key: str
    title: str
    value: str
    how: str
    sure: str
    numbers: dict[str, Any]


def estimates(run: ScoreRun, score: Score, currency: str) -> list[Estimate]:
    """What the run in force says of her, with its reasons; leaving first."""
    return [
        _leaving(run, score),
        _alive(run, score),
        _orders(run, score),
        _value(run, score, currency),
        _action(run, score, currency),
    ]


def _leaving(run: ScoreRun, score: Score) -> Estimate:
    learned = run.fitted["leaving"]["90"]
    if learned["source"] == "churn":
        how = _(
            "Learned from who did not order within 90 days of days past, and set right on a later day. What is known of"
            " this member is weighed below."
        )
        area = next((f for f in learned["figures"] if f["method"] == "model" and f["figure"] == "auc"), None)
        off = next((f for f in learned["figures"] if f["method"] == "model" and f["figure"] == "ece"), None)
        sure = _(
            "Judged on %(day)s and later: of one who left and one who stayed the one who left had the higher chance in"
            " %(auc)s of 100 cases; chances were off by %(off)s points on average."
        ) % {
            "day": day(date.fromisoformat(learned["judged"])),
            "auc": "–" if not area or area["value"] is None else f"{100 * area['value']:.0f}",
            "off": "–" if not off or off["value"] is None else f"{100 * off['value']:.1f}",
        }
    else:
        how = _("From the model of repeat buying alone: leaving could not be learned yet (%(said)s).") % {
            "said": words.why(learned["why"])
        }
        sure = _("A stand-in: it knows how often and how lately they ordered, nothing else.")
    numbers = {f"leaving_{days}": round(getattr(score, f"leaving_{days}"), 4) for days in (30, 60, 90)}
    value = _("%(ninety)s in 90 days (%(thirty)s in 30, %(sixty)s in 60)") % {
        "ninety": percent(score.leaving_90),
        "thirty": percent(score.leaving_30),
        "sixty": percent(score.leaving_60),
    }
    return Estimate("leaving", _("Chance of no order"), value, how, sure, numbers)


def _alive(run: ScoreRun, score: Score) -> Estimate:
    how = ngettext(
        "%(model)s: came back on %(times)s day in the %(age)s days since the first order, the last time"
        " %(since)s days ago.",
        "%(model)s: came back on %(times)s days in the %(age)s days since the first order, the last time"
        " %(since)s days ago.",
        score.frequency,
    ) % {
        "model": run.fitted["orders"]["model"],
        "times": whole(score.frequency),
        "age": whole(score.age_days + 1),
        "since": whole(score.age_days - score.recency_days + 1),  # the days end with yesterday
    }
    if score.frequency == 0 and run.fitted["orders"]["model"] == "BG/NBD":
        sure = _("BG/NBD takes everybody who bought once for a customer still, so this says nothing here.")
    else:
        sure = _("Nobody ever sees whether it is true; whether they buy again is what the forecast below is judged by.")
    return Estimate("alive", _("Still a customer"), percent(score.alive), how, sure, {"alive": round(score.alive, 4)})


def _orders(run: ScoreRun, score: Score) -> Estimate:
    how = _("%(model)s, from how often and how lately they ordered, beside %(count)s other customers.") % {
        "model": run.fitted["orders"]["model"],
        "count": whole(run.fitted["orders"]["customers"]),
    }
    judged = run.validation.get("orders") or {}
    row = next((one for one in judged.get("errors", []) if one["method"] == "model"), None)
    if row is None:
        sure = _("Not judged: the past is too short to hold months back.")
    else:
        sure = _("Over %(days)s days held back it was off by %(mae)s purchases for a single customer.") % {
            "days": judged["days"],
            "mae": f"{row['mae']:.1f}",
        }
    if score.orders_why:
        sure = words.not_eligible(score.orders_why).capitalize() + ". " + sure
    numbers = {f"orders_{days}": round(getattr(score, f"orders_{days}"), 3) for days in (30, 90, 365)}
    value = _("%(ninety)s in 90 days (%(thirty)s in 30, %(year)s in a year)") % {
        "ninety": f"{score.orders_90:.1f}",
        "thirty": f"{score.orders_30:.1f}",
        "year": f"{score.orders_365:.1f}",
    }
    return Estimate("orders", _("Orders to come"), value, how, sure, numbers)


def _value(run: ScoreRun, score: Score, currency: str) -> Estimate:
    own = run.fitted["spend"]["model"] and not score.spend_why
    each = about(score.per_order_minor, currency)
    if own:
        how = _(
            "Orders to come in a year times %(each)s each: their own mean (%(mean)s), drawn towards everybody's by"
            " Gamma-Gamma."
        ) % {"each": each, "mean": about(score.mean_minor, currency)}
    elif run.fitted["spend"]["model"]:
        how = _("Orders to come in a year times everybody's mean of %(each)s: %(why)s.") % {
            "each": each,
            "why": words.not_eligible(score.spend_why),
        }
    else:
        how = _("Orders to come in a year times their own mean of %(each)s.") % {"each": each}
    if score.value_low_minor is not None and score.value_high_minor is not None:
        sure = _(
            "%(low)s to %(high)s is how far the models' own numbers may be off; what one person does varies far more."
        ) % {
            "low": about(score.value_low_minor, currency),
            "high": about(score.value_high_minor, currency),
        }
    else:
        sure = _("Without an interval: no model of spending fits this shop.")
    numbers = {
        "value_365_minor": score.value_365_minor,
        "low_minor": score.value_low_minor,
        "high_minor": score.value_high_minor,
        "per_order_minor": score.per_order_minor,
    }
    return Estimate("value", _("Value in a year"), about(score.value_365_minor, currency), how, sure, numbers)


def _action(run: ScoreRun, score: Score, currency: str) -> Estimate:
    known = {one["key"]: one for one in run.fitted["actions"]}
    chosen = known.get(score.next_action)
    name = words.action(score.next_action, chosen["name"] if chosen else "")
    numbers = {
        "action": score.next_action,
        "worth_minor": score.next_worth_minor,
        "low_minor": score.next_low_minor,
        "high_minor": score.next_high_minor,
        "cost_minor": score.next_cost_minor,
        "assumed": chosen is not None,
    }
    if chosen is None:
        how = _("No action is expected to bring more than it costs.")
        return Estimate("action", _("Next best action"), name, how, _("Under what is assumed of each action."), numbers)
    at_stake = (
        _("of those who would leave")
        if chosen["acts_on"] == plan.ON_LEAVING
        else _("of what they bring, at a margin of %(margin)s%%") % {"margin": run.fitted["margin_percent"]}
    )
    how = _("It costs %(cost)s, and is assumed to win %(low)s to %(high)s%% %(stake)s; the others bring less.") % {
        "cost": money(score.next_cost_minor, currency),
        "low": chosen["low_percent"],
        "high": chosen["high_percent"],
        "stake": at_stake,
    }
    sure = _(
        "%(low)s to %(high)s over what is assumed. Assumed, not measured: a group that does not get it would show."
    ) % {
        "low": money(score.next_low_minor, currency),
        "high": money(score.next_high_minor, currency),
    }
    value = _("%(action)s, worth %(worth)s") % {"action": name, "worth": money(score.next_worth_minor, currency)}
    return Estimate("action", _("Next best action"), value, how, sure, numbers)


def percent(chance: float) -> str:
    """A chance as people read it: never quite 0 or 100."""
    rounded = round(100 * chance)
    return _("under 1%") if rounded == 0 else _("over 99%") if rounded >= 100 else f"{rounded}%"

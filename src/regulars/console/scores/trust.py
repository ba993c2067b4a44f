"""How far to trust each part of a run, in a sentence and a word: judged by what it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.audience.scores import words
from regulars.console.scores import charts
from regulars.screens.figures import whole

GOOD, FAIR, POOR, UNKNOWN = "good", "warn", "bad", ""
BIAS_GOOD_PERCENT, BIAS_FAIR_PERCENT = 10, 25
ECE_GOOD, ECE_FAIR = 0.03, 0.06
AUC_GOOD, AUC_FAIR = 0.75, 0.65


@dataclass(frozen=True, slots=True)
class Trust:
    """``look`` is a tag's: good, warn, bad, or empty where nothing could be judged."""

    look: str
    word: str
    said: str


def _of(look: str, said: str) -> Trust:
    words = {
        GOOD: _("trust it"),
        FAIR: _("trust it with care"),
        POOR: _("do not build on it"),
        UNKNOWN: _("not judged"),
    }
    return Trust(look, words[look], said)


def of_orders(validation: dict[str, Any]) -> Trust:
    """Of how many orders are to come."""
    if not validation:
        return _of(
            UNKNOWN,
            _("The past is too short, or has too few customers, to hold months back and judge by them."),
        )
    errors = {row["method"]: row for row in validation["errors"]}
    model, own = errors["model"], errors["own_rate"]
    bias = model["bias_percent"] or 0.0
    better = model["mae"] <= own["mae"]
    look = GOOD if abs(bias) <= BIAS_GOOD_PERCENT and better else FAIR if abs(bias) <= BIAS_FAIR_PERCENT else POOR
    said = ngettext(
        "In the %(days)s day held back it expected %(bias)s%% %(way)s purchases than came.",
        "In the %(days)s days held back it expected %(bias)s%% %(way)s purchases than came.",
        validation["days"],
    ) % {"days": validation["days"], "bias": f"{abs(bias):.1f}", "way": _("more") if bias >= 0 else _("fewer")}
    said += " " + _(
        "For a single customer it is off by %(mae)s purchases on average; everybody's own past pace would be off by"
        " %(own)s."
    ) % {"mae": f"{model['mae']:.2f}", "own": f"{own['mae']:.2f}"}
    said += " " + _("So sums over many members are sound; a single member's number is a hint.")
    return _of(look, said)


def of_leaving(about: dict[str, Any]) -> Trust:
    """Of who leaves within one horizon."""
    if about["source"] != "churn":
        return _of(
            UNKNOWN,
            _("It could not be learned (%(said)s). What the model of repeat buying says stands in for it.")
            % {"said": words.why(about["why"])},
        )
    model, plain = figures(about, "model"), figures(about, "bg_nbd")
    area, off = model["auc"], model["ece"]["value"]
    low = area["low"] if area["low"] is not None else 0.0
    look = GOOD if low >= AUC_GOOD and off <= ECE_GOOD else FAIR if low >= AUC_FAIR and off <= ECE_FAIR else POOR
    said = _(
        "Of one who left and one who stayed, it gave the one who left the higher chance in %(auc)s of 100 cases"
        " (%(low)s to %(high)s)."
    ) % {name: _hundred(area[key]) for name, key in (("auc", "value"), ("low", "low"), ("high", "high"))}
    said += " " + _("A chance of so much was off by %(off)s percentage points on average.") % {
        "off": f"{100 * off:.1f}"
    }
    if plain:
        beats = (area["low"] or 0) > (plain["auc"]["high"] or 1)
        loses = (area["high"] or 0) < (plain["auc"]["low"] or 0)
        said += " " + (
            _("That is clearly better than counting orders alone (%(plain)s).")
            if beats
            else _("Counting orders alone does better (%(plain)s): take the order with care.")
            if loses
            else _("Counting orders alone orders people as well (%(plain)s), within what chance allows.")
        ) % {"plain": _hundred(plain["auc"]["value"])}
        look = POOR if loses else look
    return _of(look, said)


def of_spend(spend: dict[str, Any]) -> Trust:
    """Of what a purchase brings."""
    related = spend.get("correlation")
    if not spend["model"]:
        return _of(FAIR, "")
    if related is None:
        return _of(UNKNOWN, _("Nothing speaks against it, and nothing could be tested."))
    return _of(
        GOOD if abs(related["value"]) <= 0.1 else FAIR,
        _(
            "It takes how often people buy and how much they spend for unrelated. Among the %(customers)s who came back"
            " the correlation is %(value)s (%(low)s to %(high)s); up to 0.2 is fine."
        )
        % {
            "customers": whole(related["customers"]),
            **{key: f"{related[key]:+.2f}" for key in ("value", "low", "high")},
        },
    )


def of_frequency(validation: dict[str, Any]) -> str:
    """Where the model describes customers worst."""
    rows = validation["by_frequency"]
    apart = max(rows, key=lambda row: abs(row["actual"] - row["expected"]))
    return _("Furthest off at %(times)s times: %(actual)s customers, where the model says %(expected)s.") % {
        "times": charts.times(apart),
        "actual": whole(apart["actual"]),
        "expected": whole(round(apart["expected"])),
    }


def figures(about: dict[str, Any], method: str) -> dict[str, dict[str, Any]]:
    """A method's figures by name; empty where it has none."""
    return {row["figure"]: row for row in about.get("figures", []) if row["method"] == method}


def _hundred(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"

"""What multiplied points: the member's tier and the day, each by its name as far as that is known."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.flow import phrases
from regulars.programmes.calendar import days_of, holiday_name, is_on
from regulars.rules.programme import EarnRule, Occasion, Programme
from regulars.screens.figures import locale

Step = tuple[str, Fraction]
_ONE = Fraction(1)


def multipliers(
    programme: Programme, rule: EarnRule, times: Fraction, day: int | None = None, level: str | None = None
) -> list[Step]:
    """The factors that make up ``times``, each with its words: ``1.5× as Platinum``, ``2× for Member day``.

    day: the local day that counted; level: the key of the member's level then, empty for none; None where they are not
    known. The ledger keeps the product alone: what does not follow from it and from these is told as one factor.
    """
    if times == 1:
        return []
    levels = programme.tiers.levels if programme.tiers else ()
    tiers = {_ONE, *(one.earns_times for one in levels)} if rule.times_tier else {_ONE}
    if level is not None and rule.times_tier:
        tiers = {next((one.earns_times for one in levels if one.key == level), _ONE)}
    days = _days(programme, day) if _is_multiplied(programme, rule) else [None]
    ways = [(tier, one) for one in days for tier in tiers if tier * _of(one) == times]
    if len({(tier, _of(one)) for tier, one in ways}) != 1:
        of_both = len(days) > 1 or days[0] is not None
        words = _("%(times)s× for your tier and the day") if of_both else _("%(times)s× for your tier")
        return [(words % {"times": phrases.factor(times)}, times)]
    tier, occasion = ways[0]
    steps = [(_tier_words(programme, tier), tier)] if tier != 1 else []
    if occasion is not None:
        said = {"times": phrases.factor(_of(occasion)), "day": occasion_name(occasion)}
        steps.append((_("%(times)s× for %(day)s") % said, _of(occasion)))
    return steps


def occasion_name(occasion: Occasion) -> str:
    """What a customer would call the day, a holiday as it is called in the active language."""
    if occasion.name:
        return phrases.named(occasion.name, occasion.key)
    if occasion.kind == "birthday":
        return _("Birthday")
    if occasion.kind == "holiday":
        return holiday_name(occasion, get_language() or "")
    if locale().language != "en":  # keys are English words
        if occasion.kind == "day_of_month":
            return _("Day %(day)s of each month") % {"day": occasion.day_of_month}
        return _("A special day")
    return occasion.key.replace("-", " ").replace("_", " ").capitalize()


def _of(occasion: Occasion | None) -> Fraction:
    return (occasion.earns_times if occasion else None) or _ONE


def _is_multiplied(programme: Programme, rule: EarnRule) -> bool:
    """Whether days multiply the rule at all: it has a rate, and gives the first currency that can be spent."""
    first = next((one.key for one in programme.points if one.spendable), None)
    return rule.rate is not None and rule.gives == first


def _days(programme: Programme, day: int | None) -> list[Occasion | None]:
    """What may have been the day's multiplier; None stands for none. Of several the largest counts."""
    every = [one for one in programme.calendar if one.earns_times is not None]
    if day is not None:
        every = [one for one in every if one.kind == "birthday" or is_on(one, day, {one.key: days_of(one)})]
    sure = [_of(one) for one in every if day is not None and one.kind != "birthday" and not one.member.tests]
    least = max(sure, default=_ONE)
    found: list[Occasion | None] = [one for one in every if _of(one) >= least]
    # the birthday is the last word only where nothing else says as much
    found.sort(key=lambda one: one is not None and one.kind == "birthday")
    return found if sure else [None, *found]


def _tier_words(programme: Programme, tier: Fraction) -> str:
    levels = [one for one in programme.tiers.levels if one.earns_times == tier] if programme.tiers else []
    if len(levels) != 1:
        return _("%(times)s× for your tier") % {"times": phrases.factor(tier)}
    said = {"times": phrases.factor(tier), "level": phrases.named(levels[0].name, levels[0].key)}
    return _("%(times)s× as %(level)s") % said

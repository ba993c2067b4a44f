"""The way up in words: what counts, what is missing, what it brings."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.brand.tokens import TIERS
from regulars.flow import phrases
from regulars.flow.standing_view import LevelView, StandingView, TierView


def window_words(tier: TierView) -> str:
    """What counts toward tiers, with its figure: ``$3,260.00 in the last 12 months``."""
    value = {"value": tier.value_text}
    if tier.window == "rolling" and tier.window_days == 365:
        return _("%(value)s in the last 12 months") % value
    if tier.window == "rolling":
        return ngettext("%(value)s in the last day", "%(value)s in the last %(days)s days", tier.window_days) % {
            "value": tier.value_text,
            "days": tier.window_days,
        }
    if tier.window == "calendar":
        return _("%(value)s this year") % value
    if tier.window == "anniversary":
        return _("%(value)s in your member year") % value
    return _("%(value)s so far") % value


@dataclass(frozen=True, slots=True)
class WayUp:
    """The next level: the sentence, what of it is reached, and what it adds to what the member has."""

    level: LevelView
    sentence: str
    value: int
    gains: list[str]


def way_up(view: StandingView) -> WayUp | None:
    """What is missing for the next level and what it would bring; None at the top or without tiers."""
    tier = view.tier
    if tier is None or tier.next is None:
        return None
    words = {
        "spending": pgettext("spending", "%(missing)s more makes you %(level)s."),
        "orders": pgettext("orders", "%(missing)s more make you %(level)s."),
        "growth": pgettext("growth", "%(missing)s more make you %(level)s."),
    }
    sentence = words[tier.measure] % {"missing": tier.next.missing_text, "level": tier.next.name}
    return WayUp(tier.next, sentence, min(tier.value, tier.next.threshold), gains(tier.next, tier.benefits))


def keep_words(view: StandingView) -> str:
    """What a member at risk must do to keep the level."""
    tier = view.tier
    assert tier is not None and tier.kept_until is not None
    words = {
        "spending": pgettext("spending", "%(missing)s more until %(day)s and you stay %(level)s."),
        "orders": pgettext("orders", "%(missing)s more until %(day)s and you stay %(level)s."),
        "growth": pgettext("growth", "%(missing)s more until %(day)s and you stay %(level)s."),
    }
    day = phrases.day(tier.kept_until, view.today)
    return words[tier.measure] % {"missing": tier.to_keep_text, "day": day, "level": tier.name}


def gains(level: LevelView, had: list[str]) -> list[str]:
    """What a level brings beside what the member has."""
    found = [benefit for benefit in level.benefits if benefit not in had]
    if level.earns_times > 1:
        found.append(times_words(level.times_text))
    return found


def times_words(times: str) -> str:
    """A multiplier as a benefit: ``1.5× points``."""
    return _("%(times)s× points") % {"times": times}


def colour(key: str, rank: int) -> str:
    """Which of the brand's tier colours a level wears: its own, else that of its rank; ``none`` below the first."""
    if not rank:
        return "none"
    return key if key in TIERS else TIERS[min(rank, len(TIERS) - 1)]


class Ladder:
    """How the ladder works, in sentences for the tiers page."""

    def __init__(self, view: StandingView) -> None:
        assert view.tier is not None and view.programme.tiers is not None
        self.tiers = view.programme.tiers

    @property
    def counts(self) -> str:
        """What counts."""
        what = {
            "spending": _("What you spend counts"),
            "orders": _("Your orders count"),
            "growth": _("What you do with us counts"),
        }[self.tiers.measure]
        days = {"count": phrases.number(self.tiers.window_days)}
        span = {
            "rolling": ngettext("for %(count)s day", "for %(count)s days", self.tiers.window_days) % days,
            "calendar": _("until the end of the year"),
            "anniversary": _("until your member year ends"),
            "ever": _("for good"),
        }[self.tiers.window]
        return _("%(what)s %(span)s. Returns count against it.") % {"what": what, "span": span}

    @property
    def keeps(self) -> str:
        """How long a level is kept."""
        keep, grace = self.tiers.keep_days, self.tiers.grace_days
        if not keep:
            return _("You move up at once, and a level once reached is yours for good.")
        kept = ngettext(
            "You move up at once and keep the level for %(count)s day.",
            "You move up at once and keep the level for %(count)s days.",
            keep,
        ) % {"count": phrases.number(keep)}
        if not grace:
            return kept
        more = ngettext(
            "If it is not earned again by then, you have %(count)s day more.",
            "If it is not earned again by then, you have %(count)s days more.",
            grace,
        ) % {"count": phrases.number(grace)}
        return _("%(kept)s %(more)s") % {"kept": kept, "more": more}

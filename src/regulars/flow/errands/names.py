"""What the things of a programme are called for customers: rules, coupons, badges, benefits."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.flow import phrases
from regulars.flow.coupons.known import known
from regulars.flow.errands.words import what_words
from regulars.flow.history.rulewords import rule_name
from regulars.programmes.task_words import Called
from regulars.rules.programme import EarnRule, Programme


@dataclass(frozen=True, slots=True)
class Names(Called):
    """The names of one programme's things: its own, else those of the offers file, else general words."""

    programme: Programme

    def rule(self, rule: EarnRule) -> str:
        """Its own name; else what a task asks for, or what the rule is about."""
        if rule in self.programme.tasks and not rule.name:
            return what_words(rule, self.programme)
        return rule_name(rule, rule.key, self.programme)

    def coupon(self, key: str) -> str:
        """As the live offers call it; its key when they have none of that key."""
        found = known().coupons.get(key)
        return _("the coupon “%(name)s”") % {"name": phrases.named(found.offer.name, key) if found else key}

    def badge(self, key: str) -> str:
        """The badge of that key."""
        return _("the badge “%(name)s”") % {"name": phrases.plain(key)}

    def benefit(self, key: str) -> str:
        """As the programme calls it, else in general words."""
        found = next((one for one in self.programme.benefits if one.key == key), None)
        return phrases.named(found.name, key) if found and found.name else phrases.benefit(key)

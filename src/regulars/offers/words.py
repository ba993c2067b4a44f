"""An offer or a coupon in plain words of the active language: who, when, which goods, what they get, how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.offers.condition_words import House, cart_words, house_of, when_words, who_words
from regulars.offers.deal_words import gives, kind_name, limits
from regulars.programmes.words import Section
from regulars.rules.offers.model import COUPON, TENDER, Coupon, GroupRule, Offer, Offers, Policy
from regulars.rules.programme import Programme
from regulars.screens.figures import day, in_language, locale, whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OfferWords:
    """One offer in sentences. ``gives``: what they get; ``who``, ``when``, ``where`` (the cart) and ``limits`` may be
    empty: everybody, always, any cart, no limit."""

    key: str
    name: str
    kind: str
    gives: list[str]
    who: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """What they get, in one sentence."""
        return self.gives[0]

    @property
    def more(self) -> str:
        """All that comes after it, in one text."""
        return joined(self.sentences[1:])

    @property
    def sentences(self) -> list[str]:
        """All of it, what they get first."""
        return [*self.gives, *self.who, *self.when, *self.where, *self.limits]


def joined(sentences: Sequence[str]) -> str:
    """Sentences in one text; Chinese puts no space between them."""
    return ("" if locale().language == "zh" else " ").join(sentences)


def offer_words(one: Offer | Coupon, house: House) -> OfferWords:
    """An offer or a coupon in words."""
    offer = one.offer if isinstance(one, Coupon) else one
    words = OfferWords(
        key=offer.key,
        name=in_language(offer.name, offer.key),
        kind=kind_name(offer.kind),
        gives=gives(offer, house),
        who=who_words(offer.member.tests, house),
        when=[*validity(offer, house), *when_words(offer.where.tests, house)],
        where=cart_words(offer.where.tests, house),
        limits=limits(offer, house),
    )
    if isinstance(one, Coupon):
        words.who.insert(0, _("For whoever holds the coupon."))
        words.limits.extend(_coupon(one))
    return words


def _coupon(coupon: Coupon) -> list[str]:
    said = []
    if coupon.valid_days is not None:
        said.append(
            ngettext(
                "Good for %(days)s day from the day it is given.",
                "Good for %(days)s days from the day it is given.",
                coupon.valid_days,
            )
            % {"days": whole(coupon.valid_days)}
        )
    if coupon.exclusive:
        said.append(_("Goes with no other coupon."))
    codes = coupon.codes
    if codes is not None and codes.public:
        said.append(_("Whoever types the code %(code)s has it.") % {"code": codes.public})
    elif codes is not None:
        said.append(
            ngettext("%(count)s code, each used once.", "%(count)s codes, each used once.", codes.count)
            % {"count": whole(codes.count)}
        )
    return said


def local(at_us: int, house: House) -> datetime:
    """A moment of the file in the shop's time zone."""
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(house.time_zone))


def validity(offer: Offer, house: House) -> list[str]:
    """From when until when, in the shop's own time; nothing when it always holds."""
    first = None if offer.valid_from_us is None else _moment(local(offer.valid_from_us, house))
    until = None if offer.valid_until_us is None else _end(local(offer.valid_until_us, house))
    if first and until:
        return [_("From %(first)s until %(until)s.") % {"first": first, "until": until}]
    if first:
        return [_("From %(first)s on.") % {"first": first}]
    return [_("Until %(until)s.") % {"until": until}] if until else []


def _moment(at: datetime) -> str:
    said = day(at.date())
    return said if (at.hour, at.minute) == (0, 0) else _("%(day)s, %(time)s") % {"day": said, "time": f"{at:%H:%M}"}


def _end(at: datetime) -> str:
    """What ends at midnight lasts until the end of the day before."""
    if (at.hour, at.minute) != (0, 0):
        return _moment(at)
    return _("the end of %(day)s") % {"day": day(at.date() - timedelta(days=1))}


def in_words(offers: Offers, programme: Programme | None = None) -> list[Section]:
    """A whole file: what holds for all offers, the offers, the coupons."""
    house = house_of(offers, programme)
    sections = [Section("policy", _("For all offers"), policy_words(offers.policy, offers))]
    head = [_("Name"), _("What they get"), _("Who, when, which cart"), _("Limits")]
    both: list[tuple[str, str, Sequence[Offer | Coupon]]] = [
        ("offers", _("Offers"), offers.offers),
        ("coupons", _("Coupons"), offers.coupons),
    ]
    for key, title, items in both:
        rows = [_row(offer_words(item, house)) for item in items]
        if rows:
            sections.append(Section(key, title, [], head, rows))
    return sections


def _row(words: OfferWords) -> list[str]:
    return [
        words.name,
        joined(words.gives),
        joined([*words.who, *words.when, *words.where]) or _("everybody, always"),
        joined(words.limits) or _("no limit"),
    ]


def policy_words(policy: Policy, offers: Offers) -> list[str]:
    """What holds for all offers, a sentence each."""
    said = [
        _("Money is %(currency)s; days and hours are those of %(zone)s.")
        % {"currency": offers.currency, "zone": offers.time_zone},
        _("Prices hold the tax.") if policy.tax == "included" else _("Tax comes on top, after discounts."),
        _("Cents are settled line by line.")
        if policy.rounding == "line"
        else _("Cents are settled once for the order and spread over its lines."),
        _("A later offer works on the price that the earlier ones left.")
        if policy.base == "discounted"
        else _("Every offer works on the original price."),
        _("The turns are: %(groups)s.") % {"groups": _(", ").join(group_name(group) for group in policy.sequence)},
    ]
    said += [
        _("%(group)s: %(rule)s.") % {"group": group_name(group), "rule": _rule(rule)}
        for group, rule in policy.groups.items()
    ]
    earn = policy.earn_on
    for flag, yes, no in [
        (earn.points_paid, _("What is paid with points earns points."), _("What is paid with points earns none.")),
        (earn.gift_card_paid, _("What gift cards pay earns points."), _("What gift cards pay earns none.")),
        (
            earn.coupon_paid,
            _("What coupons take off earns points all the same."),
            _("What coupons take off earns none."),
        ),
    ]:
        said.append(yes if flag else no)
    return said


def group_name(group: str) -> str:
    """What a group of offers is called; a shop's own by its key."""
    known = {
        "item": _("offers on goods"),
        "order": _("offers on the order"),
        COUPON: _("coupons"),
        "delivery": _("delivery"),
        TENDER: _("points and gift cards"),
    }
    return known.get(group, group)


def _rule(rule: GroupRule) -> str:
    said = {
        "best_of": _("of those on the same goods, the best one counts"),
        "stack": _("all of them count, one after the other"),
        "exclusive": _("the first one that applies counts"),
    }[rule.rule]
    if rule.at_most is None:
        return said
    return _("%(rule)s, at most %(count)s in one cart") % {"rule": said, "count": whole(rule.at_most)}

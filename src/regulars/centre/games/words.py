"""Games in the customer's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.flow.phrases import counted, listed, named
from regulars.flow.play.who import Turn
from regulars.play.models import Game, Play
from regulars.rules.games import Game as Rules
from regulars.rules.programme import Currency, Programme
from regulars.screens import figures


def currency_of(programme: Programme, key: str) -> Currency | None:
    """The currency that a game means: the one with that key, or the first that can be spent."""
    return next((one for one in programme.points if one.key == key or (not key and one.spendable)), None)


def points_words(programme: Programme, points: int, key: str = "") -> str:
    """So many points of a currency."""
    currency = currency_of(programme, key)
    return counted(points, named(currency.name, currency.key) if currency is not None else key)


def kind_words(kind: str) -> str:
    """What kind of game it is."""
    return {
        Game.WHEEL: _("Lucky wheel"),
        Game.RAIN: _("Red-packet rain"),
        Game.QUIZ: _("Quiz"),
        Game.CONTEST: _("Contest"),
    }[kind]


def cost_words(found: Rules, turn: Turn, programme: Programme) -> str:
    """What the next play costs, and how many more there are."""
    if turn.cost:
        said = _("One turn costs %(points)s.") % {"points": points_words(programme, turn.cost, found.cost_currency)}
    elif turn.free:
        free = ngettext("%(n)s free turn left today.", "%(n)s free turns left today.", turn.free)
        said = free % {"n": figures.whole(turn.free)}
    else:
        said = _("Playing is free.")
    if turn.left_today is None:
        return said
    more = ngettext("You can play %(n)s more time today.", "You can play %(n)s more times today.", turn.left_today)
    return _("%(cost)s %(limit)s") % {"cost": said, "limit": more % {"n": figures.whole(turn.left_today)}}


def won_words(play: Play, programme: Programme) -> str:
    """What a play brought, in one sentence."""
    if play.game.kind == Game.RAIN:
        return _("%(points)s in your red packet.") % {"points": points_words(programme, play.points, play.currency)}
    if not play.won:
        return _("Nothing this time.")
    name = named(play.name, play.won)
    if play.gives == "coupon":
        return _("You have won “%(prize)s”. It is in your wallet.") % {"prize": name}
    if play.gives == "gift":
        return _("You have won “%(prize)s”. The shop will give it to you.") % {"prize": name}
    points = points_words(programme, play.points, play.currency)
    if play.game.kind == Game.QUIZ:
        return _("You have won %(points)s.") % {"points": points}
    return _("You have won “%(prize)s”: %(points)s.") % {"prize": name, "points": points}


def prize_words(play: Play, programme: Programme) -> str:
    """What was won, in a list."""
    if play.name:
        return named(play.name, play.won)
    return points_words(programme, play.points, play.currency)


def state_words(play: Play) -> str:
    """What became of something that was won."""
    if play.gives == "gift":
        return _("Handed over") if play.handed_over_at else _("The shop will give it to you")
    return _("In your wallet") if play.gives == "coupon" else _("On your account")


def tier_words(found: Rules, programme: Programme) -> str:
    """Which tiers a game is for; empty for all."""
    wanted = [test for test in found.member.tests if test.name == "member.tier" and test.op != "none_of"]
    if not wanted or programme.tiers is None:
        return ""
    values = wanted[0].value if isinstance(wanted[0].value, tuple) else (wanted[0].value,)
    names = {level.key: named(level.name, level.key) for level in programme.tiers.levels}
    return _("For %(tiers)s") % {"tiers": listed([names.get(str(value), str(value)) for value in values])}

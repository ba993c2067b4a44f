"""The language of games: plain settings in, a typed ``Game`` or problems in plain words out; draws, odds and places."""

from regulars.rules.games.model import CONTEST, QUIZ, RAIN, WHEEL, Game, Gives, Prize
from regulars.rules.games.whole import local_days, read

__all__ = ["CONTEST", "QUIZ", "RAIN", "WHEEL", "Game", "Gives", "Prize", "local_days", "read"]

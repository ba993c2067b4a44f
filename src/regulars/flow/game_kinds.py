"""The kinds of problems that only games have; ``kinds`` has them among all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.flow.kind import Kind

GAMES: dict[str, Kind] = {
    "unknown-game": Kind(404, _("No such game"), _("There is no game with the key {given}.")),
    "other-kind-of-game": Kind(409, _("Another kind of game"), _("This is not how the game {given} is played.")),
    "game-not-for-member": Kind(
        409, _("Not for this member"), _("The game is for members of another tier or with a longer membership.")
    ),
    "game-played-today": Kind(409, _("That was all for today"), _("The member has played as often as one may a day.")),
    "game-played": Kind(409, _("Played before"), _("The member has played as often as one may.")),
    "game-stopped": Kind(409, _("The game is over"), _("The shop has ended this game.")),
    "game-spent": Kind(409, _("Everything is given"), _("All that there was to win has been won.")),
    "too-many-plays": Kind(429, _("Too fast"), _("Too many plays in a short time; try again in a minute.")),
    "unfit-seed": Kind(422, _("Unfit seed"), _("{field} must be 1 to {most} letters, digits, - or _.")),
    "stale-ticket": Kind(409, _("The page is too old"), _("Open the game again and play from there.")),
    "rain-not-now": Kind(409, _("It does not rain now"), _("The red packets can be opened at the stated times only.")),
    "packets-gone": Kind(409, _("All gone"), _("Every red packet of this rain has been opened.")),
    "packet-had": Kind(409, _("One each"), _("The member has opened a red packet of this rain.")),
    "unknown-round": Kind(404, _("No such round"), _("The member has no such round of a quiz.")),
    "unfit-answers": Kind(
        422, _("Unfit answers"), _("{field} must name questions of the round and numbers of answers.")
    ),
    "unknown-play": Kind(404, _("No such play"), _("No game was played under this id.")),
    "nothing-to-hand-over": Kind(
        409, _("Nothing to hand over"), _("The play won no gift, or it was handed over before.")
    ),
}
"""By the last part of their ``type``."""

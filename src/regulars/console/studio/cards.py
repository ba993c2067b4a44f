"""The form's page: every section with its entries in words, their problems, and the ways to new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio.sections import calendar, home, tasks
from regulars.console.studio.sections.known import Known, benefit_keys
from regulars.console.studio.templates import TEMPLATES
from regulars.files.checking import LocatedProblem
from regulars.flow.phrases import benefit, listed
from regulars.programmes.condition_words import event_words
from regulars.programmes.models import Draft
from regulars.programmes.task_words import cap_words
from regulars.programmes.words import Section, counted, in_words
from regulars.rules.language.gifts import THINGS
from regulars.rules.programme import Programme
from regulars.screens.figures import in_language


@dataclass
class Card:
    """One entry: its title, what it says in words, its problems. ``key``: of an entry that can be moved."""

    title: str
    address: str
    said: list[str] = field(default_factory=list)
    problems: list[LocatedProblem] = field(default_factory=list)
    key: str = ""
    first: bool = True
    last: bool = True


@dataclass
class Block:
    """One section: ``new``: labels and addresses of what can be added; ``nothing``: what it says when it is empty."""

    key: str
    title: str
    cards: list[Card]
    new: list[tuple[Any, str]] = field(default_factory=list)
    nothing: str = ""
    table: Section | None = None


class Cards:
    """Makes the blocks of one draft."""

    def __init__(self, draft: Draft, data: Mapping[str, Any], checked: Any, known: Known) -> None:
        self.draft = draft
        self.data = data
        self.known = known
        self.problems: list[LocatedProblem] = list(checked.problems)
        self.programme: Programme | None = checked.programme
        self.said = {one.key: one for one in in_words(checked.programme, benefit)} if checked.programme else {}

    def blocks(self) -> list[Block]:
        """All sections, in the order of the language."""
        return [
            Block("general", _("In general"), [self._one("general", _title(self.data, _("The programme")), "name")]),
            Block("points", _("Points"), self._points(), [(_("New kind of points"), self._new("points"))]),
            self._whole("tiers", _("Tiers"), _("No tiers."), _("Begin with tiers")),
            Block(
                "benefits", _("Benefits"), self._benefits(), [(_("New benefit"), self._new("benefits"))], _("None yet.")
            ),
            self._listed("earn", _("What earns points"), [(_("An empty one"), self._new("earn"))]),
            self._listed(
                "tasks",
                _("Tasks"),
                [(words, self._new("tasks", f"kind={kind}")) for kind, words in tasks.KINDS.items()],
            ),
            self._whole(
                "referral",
                _("Invitations"),
                _("Nobody gets anything for bringing friends."),
                _("Begin with invitations"),
            ),
            self._listed(
                "calendar",
                _("Calendar"),
                [(words, self._new("calendar", f"kind={kind}")) for kind, words in calendar.KINDS.items()],
            ),
        ]

    def _new(self, section: str, query: str = "") -> str:
        address = reverse("admin:studio_section", args=[self.draft.pk, section])
        return f"{address}?{query}" if query else address

    def _card(self, section: str, key: str, title: str, place: str, words: list[str]) -> Card:
        arguments = [self.draft.pk, section, key] if key else [self.draft.pk, section]
        address = reverse("admin:studio_entry" if key else "admin:studio_section", args=arguments)
        inside = (f"{place}.", f"{place}[")
        mine = [one for one in self.problems if one.path_text == place or one.path_text.startswith(inside)]
        return Card(title, address, words, mine)

    def _one(self, section: str, title: str, place: str) -> Card:
        return self._card(section, "", title, place, self._sentences(section))

    def _sentences(self, key: str) -> list[str]:
        return self.said[key].sentences if key in self.said else []

    def _whole(self, section: str, title: str, nothing: str, begin: str) -> Block:
        if section not in self.data:
            return Block(section, title, [], [(begin, self._new(section))], nothing)
        card = self._one(section, title, section)
        if section == "referral" and not card.said:
            card.said = list(_invitations(self.data[section], dict(self.known.currencies)))
        found = self.said.get(section)
        return Block(section, title, [card], table=found if found is not None and found.rows else None)

    def _points(self) -> list[Card]:
        points = self.data.get("points")
        return [
            self._card("points", str(key), _title(one, str(key)), f"points.{key}", self._sentences(f"points-{key}"))
            for key, one in (points.items() if isinstance(points, Mapping) else ())
        ]

    def _benefits(self) -> list[Card]:
        names = dict(self.known.levels)
        caps = {one.key: one.at_most for one in self.programme.benefits} if self.programme else {}
        cards = []
        for key in benefit_keys(self.data):
            levels = [names.get(level, level) for level in home.who_has(self.data, key)]
            said = [_("%(label)s: %(value)s") % {"label": _("Levels"), "value": listed(levels) or _("none")}]
            if caps.get(key) is not None:
                said.append(_("%(label)s: %(value)s") % {"label": _("At most"), "value": cap_words(caps[key])})
            title = _title(home.found(self.data, "benefits", key), benefit(key))
            cards.append(self._card("benefits", key, title, f"benefits.{key}", said))
        return cards

    def _listed(self, section: str, title: str, new: list[tuple[Any, str]]) -> Block:
        items = home.items_of(self.data, section)
        found = self.said.get(section)
        cards = []
        for place, item in enumerate(items):
            key = home.key_of(item, place)
            words = (
                [
                    _("%(label)s: %(value)s") % {"label": head, "value": cell}
                    for head, cell in zip(found.head[1:], found.rows[place][1:], strict=True)
                ]
                if found is not None
                else []
            )
            card = self._card(section, key, _title(item, key), f"{section}[{place}]", words)
            card.key, card.first, card.last = key, place == 0, place == len(items) - 1
            cards.append(card)
        begun = [(one.title, self._new(section, f"template={one.key}")) for one in TEMPLATES if one.section == section]
        return Block(section, title, cards, [*begun, *new], _("None yet."))


def _title(settings: Any, fallback: str) -> str:
    name = settings.get("name") if isinstance(settings, Mapping) else None
    return in_language(name, fallback) if isinstance(name, dict) else str(name or fallback)


def _invitations(settings: Any, currencies: Mapping[str, str]) -> Iterable[str]:
    """The section ``referral`` in words, as far as it can be read."""
    if not isinstance(settings, Mapping):
        return
    counts, gives = settings.get("counts"), settings.get("gives")
    if isinstance(counts, Mapping) and counts.get("when"):
        yield _("%(label)s: %(value)s") % {
            "label": _("When a friend counts"),
            "value": event_words(str(counts["when"])),
        }
    labels = {"referrer": _("What the one who invited gets"), "friend": _("What the friend gets")}
    for side, label in labels.items():
        given = gives.get(side) if isinstance(gives, Mapping) else None
        if isinstance(given, Mapping):
            yield _("%(label)s: %(value)s") % {"label": label, "value": listed(_things(given, currencies))}


def _things(given: Mapping[str, Any], currencies: Mapping[str, str]) -> Iterable[str]:
    for key, value in given.items():
        if key in THINGS:
            keys = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield (_("the coupon %(key)s") if key == "coupon" else _("the badge %(key)s")) % {"key": keys}
        elif isinstance(value, int):
            yield counted(value, currencies.get(str(key), str(key)))

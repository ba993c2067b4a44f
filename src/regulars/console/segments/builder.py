"""The form that a segment's conditions are built in, the same as text, and how many they find before they are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.audience.segments import definition
from regulars.audience.segments.models import Segment
from regulars.console.reads import programme_of
from regulars.console.segments import posted, shared, words
from regulars.console.segments.shown import shown
from regulars.console.segments.text import as_text, from_text, line_of
from regulars.console.segments.tree import KINDS, Group, Leaf, definition_of, of_definition
from regulars.console.studio.conditions import known_names
from regulars.console.tiers import tier_names
from regulars.files.phrase import Phrase
from regulars.files.problem_words import words as problem_words
from regulars.inquiries import asking
from regulars.inquiries.models import LakeState
from regulars.rules import segments as language
from regulars.rules.language.earn import EVENTS

FORM, TEXT = "form", "text"
SEGMENTS_LISTED = 200
EVENT_NAMES = (
    *("Product Viewed", "Products Searched", "Product Added", "Product List Viewed", "Cart Viewed", "Checkout Started"),
    *("Coupon Applied", "Product Reviewed", "Survey Answered", "Checked In", "Page Viewed", "Email Opened"),
)


@dataclass
class Edited:
    """A definition as it is being edited: its tree or its text, what it says, and what is wrong with it where."""

    mode: str
    group: Group
    text: str
    definition: dict[str, Any] | None
    errors: dict[str, list[str]] = field(default_factory=dict)
    """By the place of a condition; ``text`` and ``n`` for the whole."""
    warnings: list[str] = field(default_factory=list)
    past: list[dict[str, str]] = field(default_factory=list)
    focus: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether it can be counted and kept."""
        return self.definition is not None and not self.errors


def first() -> Group:
    """What a new segment begins with."""
    return Group("all", [Leaf("orders", dict(posted.FIRST["orders"]))])


def of_segment(kept: Mapping[str, Any]) -> Edited:
    """A kept definition, to be edited."""
    return Edited(FORM, of_definition(kept), as_text(kept), dict(kept))


def of_request(request: HttpRequest, key: str = "") -> Edited:
    """What was posted, after its button has done its work, checked."""
    data = request.POST
    edited = _read(data)
    tab, action = data.get("tab", ""), data.get("act", "")
    if tab == TEXT and edited.mode == FORM:
        said, _places = definition_of(edited.group)
        edited = Edited(TEXT, edited.group, as_text(said), said)
    elif tab == FORM and edited.mode == TEXT and edited.definition is not None:
        edited = Edited(FORM, of_definition(edited.definition), edited.text, edited.definition)
    elif action == "undo" and edited.mode == FORM and edited.past:
        *rest, last = edited.past
        edited.group, edited.past, edited.focus = posted.read(last), rest, posted.ROOT
    elif action and edited.mode == FORM:
        edited.past = posted.with_present(edited.past, data)
        edited.focus = posted.act(edited.group, action, data)
    check(request, edited, key)
    return edited


def _read(data: Mapping[str, str]) -> Edited:
    if data.get("mode") == TEXT:
        text = data.get("text", "")
        found, wrong = from_text(text)
        edited = Edited(TEXT, Group(), text, found)
        for line, said in wrong:
            edited.errors.setdefault("text", []).append(_line(line, said))
        return edited
    return Edited(FORM, posted.read(data), "", None, past=posted.past(data))


def check(request: HttpRequest, edited: Edited, key: str = "") -> None:
    """Have the language read it; what is wrong goes to the conditions it is about, or to the lines of the text."""
    places: dict[tuple[str | int, ...], str] = {}
    if edited.mode == FORM:
        edited.definition, places = definition_of(edited.group)
        _raw_errors(edited.group, edited.errors)
    if edited.definition is None:
        edited.errors.setdefault("text", [_("Write conditions, one a line.")])
        return
    _who, problems = language.read_who(edited.definition, *_ground(request, key))
    for problem in problems:
        said = problem_words(Phrase(problem.template, problem.values)) if problem.template else problem.message
        if edited.mode == TEXT:
            said = _line(line_of(edited.text, problem.path), said)
            where = "text"
        else:
            where, label = _nearest(problem.path, places)
            said = f"{label}{said}"
        if problem.severity == "error":
            edited.errors.setdefault(where, []).append(said)
        else:
            edited.warnings.append(said)


def _ground(request: HttpRequest, key: str) -> tuple[str, int, list[str] | None, list[str], int | None]:
    """What conditions are read with; before the first programme amounts are taken to have two decimals."""
    programme = programme_of(request)
    levels = [level.key for level in programme.tiers.levels] if programme and programme.tiers else None
    known = Segment.objects.filter(archived_at=None).exclude(key=key).values_list("key", flat=True)
    lake = LakeState.objects.first()
    today = None if lake is None else (lake.until - date(1970, 1, 1)).days
    return (programme.currency, programme.minor_digits, levels, list(known), today) if programme else (
        "", 2, None, list(known), today,
    )  # fmt: skip


def editor(request: HttpRequest, edited: Edited, key: str = "") -> dict[str, Any]:
    """What the editor's template shows."""
    programme = programme_of(request)
    others = Segment.objects.filter(archived_at=None).exclude(key=key).order_by("name")[:SEGMENTS_LISTED]
    return {
        "mode": edited.mode,
        "tree": shown(edited.group, edited.errors, edited.focus),
        "text": edited.text,
        "text_errors": edited.errors.get("text", []),
        "warnings": edited.warnings,
        "past": json.dumps(edited.past, ensure_ascii=False),
        "can_undo": bool(edited.past),
        "kinds": words.kind_choices(),
        "names": known_names(),
        "events": sorted({*EVENT_NAMES, *EVENTS}),
        "levels": list(tier_names(programme).items()),
        "others": [(other.key, other.name) for other in others],
        "key": key,
    }


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """How many members the form finds as it stands, and a few of them."""
    shared.may(request, shared.SEE)
    edited = _read(request.POST)
    check(request, edited, request.POST.get("key", ""))
    context: dict[str, Any] = {"edited": edited, "places": _places(edited), "answer": None}
    if edited.is_sound and edited.definition is not None:
        answer = asking.ask(
            "audience.preview",
            {"definition": definition.as_text(as_json(edited.definition))},
            wait_seconds=shared.WAIT_SECONDS,
        )
        context |= {
            "answer": answer,
            "waiting": answer.state == asking.WAITING,
            "no_lake": answer.state == asking.NO_LAKE,
        }
        if answer.result and request.user.has_perm(shared.SEE_MEMBERS):
            context["sample"] = shared.sample(answer.result["sample"])
        context["may_see_members"] = request.user.has_perm(shared.SEE_MEMBERS)
    return TemplateResponse(request, "console/segments/_count.html", context)


def _places(edited: Edited) -> list[tuple[str, list[str]]]:
    """Every place where something can be wrong, with what is wrong there now."""
    if edited.mode == TEXT:
        return [("text", edited.errors.get("text", []))]
    found: list[tuple[str, list[str]]] = []

    def visit(node: Any, place: str) -> None:
        found.append((place, edited.errors.get(place, [])))
        for i, part in enumerate(node.parts if isinstance(node, Group) else ()):
            visit(part, f"{place}-{i}")

    visit(edited.group, posted.ROOT)
    return found


def _raw_errors(group: Group, errors: dict[str, list[str]], place: str = posted.ROOT) -> None:
    """What is wrong with the text of conditions that no form can say."""
    for i, part in enumerate(group.parts):
        here = f"{place}-{i}"
        if isinstance(part, Group):
            _raw_errors(part, errors, here)
        elif part.kind == "raw":
            found, wrong = from_text(part.said.get("text", ""))
            for line, said in wrong:
                errors.setdefault(here, []).append(_line(line, said))
            if found is None and not wrong:
                errors.setdefault(here, []).append(_("Write a condition, such as `orders: {at_least: 3}`."))


def _nearest(path: tuple[str | int, ...], places: Mapping[tuple[str | int, ...], str]) -> tuple[str, str]:
    """The condition that a path lies in, and the name of its field with a colon where it is known."""
    labels = {
        "low": _("Lower bound"), "high": _("Upper bound"), "event": _("Event"), "steps": _("Steps"),
        "within_days": _("Days"), "before_days": _("Days"), "first": _("From and to"), "keys": _("Segments"),
        "value": _("With what"), "where": _("Only those where"), "text": _("As text"),
    }  # fmt: skip
    for end in range(len(path), -1, -1):
        if path[:end] in places:
            place, _colon, name = places[path[:end]].partition(":")
            return place, f"{labels[name]}: " if name in labels else ""
    return posted.ROOT, ""


def _line(line: int, said: str) -> str:
    return _("line %(line)s: %(problem)s") % {"line": line, "problem": said}


def as_json(said: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with its days as texts, as the table keeps it."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): plain(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    made: dict[str, Any] = plain(said)
    return made


assert set(words.OF_KIND) == set(KINDS)

"""A draft as a form: its sections in words with their problems, and a form for each entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio import saving, shared
from regulars.console.studio.conditions import known_names
from regulars.console.studio.entries import Entry, entry, without
from regulars.console.studio.forms import EVENT_NAMES
from regulars.console.studio.templates import BY_KEY, TEMPLATES
from regulars.files.checking import LocatedProblem
from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_text import read_yaml
from regulars.files.yaml_whole import rewritten
from regulars.flow.phrases import benefit
from regulars.programmes.condition_words import event_words
from regulars.programmes.file import check
from regulars.programmes.models import Draft, Edit
from regulars.programmes.words import Section, in_words
from regulars.rules.language.whole import TOP
from regulars.screens.figures import in_language

ONLY_IN_FILE = tuple(
    name for name in TOP if name not in ("programme", "name", "currency", "time_zone", "points", "tiers", "earn")
)
"""Sections without a form so far: the file has them."""


@dataclass
class Card:
    """One entry on the form's page: its title, what it says in words, its problems."""

    title: str
    address: str
    said: list[str] = field(default_factory=list)
    problems: list[LocatedProblem] = field(default_factory=list)


def form_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every section in words, each with the way to its form."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    reading = read_yaml(draft.text)
    readable = not reading.wrong and isinstance(reading.data, dict)
    checked = check(draft.text)
    cards = _cards(draft, reading.data, checked) if readable else {}
    context = shared.page(
        request,
        draft,
        "form",
        readable=readable,
        checked=checked,
        general=cards.get("general", []),
        points=cards.get("points", []),
        tiers=cards.get("tiers", []),
        earn=cards.get("earn", []),
        tiers_section=_section(checked, "tiers"),
        templates=TEMPLATES,
        only_in_file=[(name, len(reading.data.get(name) or ()) if readable else 0) for name in ONLY_IN_FILE],
    )
    return TemplateResponse(request, "console/studio/form.html", context)


def _section(checked: Any, key: str) -> Section | None:
    if checked.programme is None:
        return None
    return next((section for section in in_words(checked.programme, benefit) if section.key == key), None)


def _cards(draft: Draft, data: dict[str, Any], checked: Any) -> dict[str, list[Card]]:
    """The entries by section; in words only where the whole file is sound."""
    said = {section.key: section for section in in_words(checked.programme, benefit)} if checked.programme else {}
    problems: list[LocatedProblem] = list(checked.problems)

    def card(section: str, key: str, title: str, place: str, words: list[str]) -> Card:
        arguments = [draft.pk, section, key] if key else [draft.pk, section]
        address = reverse("admin:studio_entry" if key else "admin:studio_section", args=arguments)
        mine = [
            one for one in problems if one.path_text == place or one.path_text.startswith((f"{place}.", f"{place}["))
        ]
        return Card(title, address, words, mine)

    def sentences(key: str) -> list[str]:
        return said[key].sentences if key in said else []

    out = {"general": [card("general", "", _title(data.get("name"), _("The programme")), "name", sentences("general"))]}
    points = data.get("points")
    out["points"] = [
        card("points", key, _title(_of(settings, "name"), key), f"points.{key}", sentences(f"points-{key}"))
        for key, settings in (points.items() if isinstance(points, dict) else ())
    ]
    out["tiers"] = [card("tiers", "", _("Tiers"), "tiers", sentences("tiers"))] if "tiers" in data else []
    rules = said["earn"].rows if "earn" in said else []
    heads = said["earn"].head if "earn" in said else []
    out["earn"] = [
        card(
            "earn",
            str(_of(item, "key") or place),
            _title(_of(item, "name"), str(_of(item, "key") or place + 1)),
            f"earn[{place}]",
            [f"{head}: {cell}" for head, cell in zip(heads[1:], rules[place][1:], strict=True)] if rules else [],
        )
        for place, item in enumerate(data.get("earn") or [])
    ]
    return out


def _of(settings: Any, name: str) -> Any:
    return settings.get(name) if isinstance(settings, dict) else None


def _title(name: Any, fallback: str) -> str:
    return in_language(name, fallback) if isinstance(name, dict) else str(name or fallback)


def section_page(request: HttpRequest, draft_id: int, section: str, key: str = "") -> HttpResponse:
    """The form of one entry; a post writes it into the file."""
    shared.may_edit(request)
    draft = shared.the_draft(draft_id)
    posted = request.POST.get("revision", "")
    revision = int(posted) if posted.isdecimal() else draft.revision
    # The form was shown over this text; what happened to the draft since is put together afterwards.
    base = draft.text if revision == draft.revision else get_object_or_404(Edit, draft=draft, revision=revision).text
    if not saving.is_readable(base):
        messages.error(request, _("The file cannot be read as it is; mend it there first."))
        return redirect(reverse("admin:studio_file", args=[draft.pk]))
    data = read_yaml(base).data
    found = _entry(request, data, section, key)
    if request.method == "POST" and "remove" in request.POST and not found.is_new:
        return _kept(request, draft, revision, base, without(data, section, key)) or _back(draft)
    found.fill(request.POST if request.method == "POST" else None, data)
    if request.method == "POST" and found.is_valid():
        answer = _written(request, draft, revision, base, data, found)
        if answer is not None:
            return answer
    return _page(request, draft, revision, found)


def _entry(request: HttpRequest, data: dict[str, Any], section: str, key: str) -> Entry:
    begun: dict[str, Any] | None = None
    if section == "earn" and not key:
        template = BY_KEY.get(request.GET.get("template", ""))
        begun = _fresh(data, template.settings) if template is not None else {}
    elif section == "points" and not key:
        begun = {}
    found = entry(data, section, key, begun)
    if found is None:
        raise Http404
    return found


def _fresh(data: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """A template's settings under a key that is not taken, and without what the programme lacks."""
    taken = {str(item.get("key")) for item in data.get("earn") or [] if isinstance(item, dict)}
    key, number = settings["key"], 2
    while key in taken:
        key, number = f"{settings['key']}-{number}", number + 1
    left_out = ("times",) if "tiers" not in data else ()
    return {name: value for name, value in {**settings, "key": key}.items() if name not in left_out}


def _written(
    request: HttpRequest, draft: Draft, revision: int, base: str, data: dict[str, Any], found: Entry
) -> HttpResponse | None:
    """Keep what the form says; None where its fields have problems, which they now show."""
    wanted, key = found.into(data)
    if found.is_new and _is_taken(data, found.section, key):
        found.form.add_error("key", _("This key is taken."))
        return None
    try:
        text = rewritten(base, wanted)
    except CannotEditError:
        found.form.add_error(None, _("This file is laid out in a way that only its own text can change."))
        return None
    errors = list(check(text).errors)
    if "anyway" not in request.POST and found.tell(errors, wanted, key):
        return None
    return _kept(request, draft, revision, base, wanted, text) or _back(draft)


def _is_taken(data: dict[str, Any], section: str, key: str) -> bool:
    if section == "points":
        return key in (data.get("points") or {})
    return any(str(item.get("key")) == key for item in data.get(section) or [] if isinstance(item, dict))


def _kept(
    request: HttpRequest, draft: Draft, revision: int, base: str, wanted: dict[str, Any], text: str = ""
) -> HttpResponse | None:
    try:
        kept = saving.keep(request, draft, revision, text or rewritten(base, wanted))
    except CannotEditError:
        messages.error(request, _("This file is laid out in a way that only its own text can change."))
        return None
    return kept.clash


def _back(draft: Draft) -> HttpResponse:
    return redirect(reverse("admin:studio_form", args=[draft.pk]))


def _page(request: HttpRequest, draft: Draft, revision: int, found: Entry) -> HttpResponse:
    titles = {"general": _("The programme"), "points": _("Points"), "tiers": _("Tiers"), "earn": _("Earning rule")}
    context = shared.page(
        request,
        draft,
        "form",
        entry=found,
        form=found.form,
        rows=found.rows,
        revision=revision,
        entry_title=_title(found.begun.get("name"), found.key or titles[found.section]),
        event_names=[(name, event_words(name)) for name in EVENT_NAMES],
        condition_names=known_names(),
        rest=[f"{name}: {value}" for name, value in found.rest.items()],
    )
    return TemplateResponse(request, "console/studio/section.html", context)

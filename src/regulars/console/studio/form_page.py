"""A draft as a form: its sections in words with their problems, and a form for each entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio import saving, shared
from regulars.console.studio.cards import Cards
from regulars.console.studio.conditions import known_names
from regulars.console.studio.sections import beginning, entry, home, tasks
from regulars.console.studio.sections.calendar import holidays_of
from regulars.console.studio.sections.entry import Entry
from regulars.console.studio.sections.known import Known, known
from regulars.console.studio.templates import BY_KEY
from regulars.files.yaml_edit import CannotEditError
from regulars.files.yaml_text import read_yaml
from regulars.files.yaml_whole import rewritten
from regulars.flow.apply_warnings import apply_warnings
from regulars.flow.coupons.known import known as known_coupons
from regulars.flow.phrases import named
from regulars.programmes import drafts
from regulars.programmes.condition_words import event_words
from regulars.programmes.file import check
from regulars.programmes.models import Draft, Edit
from regulars.rules.language.earn import EVENTS
from regulars.screens.figures import in_language
from regulars.screens.numbers import number_in


def form_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every section in words, each with the way to its form."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    reading = read_yaml(draft.text)
    readable = not reading.wrong and isinstance(reading.data, dict)
    checked = check(draft.text)
    context = shared.page(
        request,
        draft,
        "form",
        readable=readable,
        checked=checked,
        warnings=apply_warnings(checked.programme) if checked.programme else [],
        blocks=Cards(draft, reading.data, checked, _known(reading.data)).blocks() if readable else [],
    )
    return TemplateResponse(request, "console/studio/form.html", context)


def _known(data: dict[str, Any]) -> Known:
    """What there is to choose from."""
    coupons = [(key, named(one.offer.name, key)) for key, one in known_coupons().coupons.items()]
    return known(data, coupons, first=drafts.newest() is None)


def section_page(request: HttpRequest, draft_id: int, section: str, key: str = "") -> HttpResponse:
    """The form of one entry; a post writes it into the file."""
    shared.may_edit(request)
    draft = shared.the_draft(draft_id)
    base, revision = _base(request, draft)
    if not saving.is_readable(base):
        messages.error(request, _("The file cannot be read as it is; mend it there first."))
        return redirect(reverse("admin:studio_file", args=[draft.pk]))
    data = read_yaml(base).data
    found = _entry(request, data, section, key)
    if request.method == "POST" and "remove" in request.POST and not found.is_new:
        return _kept(request, draft, revision, base, home.without(data, section, key)) or _back(draft, section)
    found.fill(request.POST if request.method == "POST" else None, data, _known(data))
    if request.method == "POST" and found.is_valid():
        answer = _written(request, draft, revision, base, data, found)
        if answer is not None:
            return answer
    return _page(request, draft, revision, found)


def move(request: HttpRequest, draft_id: int, section: str, key: str) -> HttpResponse:
    """One entry of a list a place up or down."""
    shared.may_edit(request)
    draft = shared.the_draft(draft_id)
    base, revision = _base(request, draft)
    if request.method == "POST" and saving.is_readable(base):
        data = read_yaml(base).data
        wanted = home.moved(data, section, key, -1 if "up" in request.POST else 1)
        clash = _kept(request, draft, revision, base, wanted)
        if clash is not None:
            return clash
    return _back(draft, section)


def holidays(request: HttpRequest) -> HttpResponse:
    """The holidays of a country as the options of a list, for the form to show when the country changes."""
    shared.may_edit(request)
    context = {"choices": holidays_of(request.GET.get("country", "")[:8])}
    return TemplateResponse(request, "console/studio/_options.html", context)


def _base(request: HttpRequest, draft: Draft) -> tuple[str, int]:
    """The text that the form was shown over, and its revision: what happened to the draft since is put together
    afterwards."""
    posted = request.POST.get("revision", "")
    revision = number_in(posted) if posted.isdecimal() else draft.revision
    if revision == draft.revision:
        return draft.text, revision
    return get_object_or_404(Edit, draft=draft, revision=revision).text, revision


def _entry(request: HttpRequest, data: dict[str, Any], section: str, key: str) -> Entry:
    begun: dict[str, Any] | None = None
    if not key and section in (*home.IN_LIST, *home.BY_NAME):
        template = BY_KEY.get(request.GET.get("template", ""))
        begun = beginning(section, request.GET.get("kind", "")) if template is None else _fresh(data, template.settings)
    found = entry(data, section, key, begun)
    if found is None:
        raise Http404
    return found


def _fresh(data: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """A template's settings under a key that is not taken, and without what the programme lacks."""
    left_out = ("times",) if "tiers" not in data and settings.get("times") == "tier" else ()
    fresh = {**settings, "key": home.fresh_key(data, settings["key"])}
    return {name: value for name, value in fresh.items() if name not in left_out}


def _written(
    request: HttpRequest, draft: Draft, revision: int, base: str, data: dict[str, Any], found: Entry
) -> HttpResponse | None:
    """Keep what the form says; None where its fields have problems, which they now show."""
    wanted, key = found.into(data)
    if found.is_new and home.is_taken(data, found.section, key):
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
    return _kept(request, draft, revision, base, wanted, text) or _back(draft, found.section)


def _kept(
    request: HttpRequest, draft: Draft, revision: int, base: str, wanted: dict[str, Any], text: str = ""
) -> HttpResponse | None:
    try:
        kept = saving.keep(request, draft, revision, text or rewritten(base, wanted))
    except CannotEditError:
        messages.error(request, _("This file is laid out in a way that only its own text can change."))
        return None
    return kept.clash


def _back(draft: Draft, section: str) -> HttpResponse:
    return redirect(f"{reverse('admin:studio_form', args=[draft.pk])}#h-{section}")


def _page(request: HttpRequest, draft: Draft, revision: int, found: Entry) -> HttpResponse:
    name = found.begun.get("name")
    title = in_language(name, found.key) if isinstance(name, dict) else str(name or "")
    context = shared.page(
        request,
        draft,
        "form",
        entry=found,
        revision=revision,
        entry_title=title or found.key or found.title,
        lists={
            "event-names": [(name, event_words(name)) for name in EVENTS],
            "condition-names": known_names(),
            "sum-names": [(name, "") for name in tasks.SUM_NAMES],
            "coupon-keys": found.form.known.coupons,
            "badge-keys": [(key, "") for key in found.form.known.badges],
        },
        rest=[f"{name}: {value}" for name, value in found.rest.items()],
    )
    return TemplateResponse(request, "console/studio/section.html", context)

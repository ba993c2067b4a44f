"""A family's page and the explorer: both are at once there; their charts come after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.console import reads
from regulars.console.insight import asked, fields, told, words
from regulars.console.insight.faults import faults, unknown_steps
from regulars.console.insight.may import DROP, KEEP, may, may_see
from regulars.inquiries import asking
from regulars.insight.board import reads as board
from regulars.insight.board import writes
from regulars.insight.measures.catalogue import FAMILIES, Spec, of_family
from regulars.insight.measures.definitions import DEFINITIONS


def page(request: HttpRequest, here: str, title: str, **more: Any) -> dict[str, Any]:
    """The context of every page of insight; ``here`` names its tab."""
    return {
        **admin.site.each_context(request),
        "title": title,
        "here": here,
        "families": [(key, name) for key, (name, _says) in FAMILIES.items()],
        **more,
    }


def family(request: HttpRequest, family: str) -> HttpResponse:
    """All measures of a family, each beside its definition, under one set of filters. Raises Http404."""
    may_see(request)
    if family not in FAMILIES:
        raise Http404
    specs = of_family(family)
    if _untidy(request):
        return redirect(_tidy(request))
    club = told.club_of(reads.programme_of(request))
    params = _together(specs, request)
    name, says = FAMILIES[family]
    context = page(
        request, family, str(name), says=says, **_form(request, specs, params, club),
        measures=[
            {
                "spec": spec, "definition": DEFINITIONS[spec.name],
                "address": f"{reverse('admin:insight_chart', args=[spec.name])}?{_of(spec, request)}",
                "explore": f"{reverse('admin:insight_explorer')}?{_of(spec, request, measure=spec.name)}",
            }
            for spec in specs
        ],
    )  # fmt: skip
    return TemplateResponse(request, "console/insight/family.html", context)


def explorer(request: HttpRequest) -> HttpResponse:
    """One measure, cut and narrowed as one likes; the address holds all of it."""
    may_see(request)
    if _untidy(request):
        return redirect(_tidy(request))
    spec = asked.spec_of(request.GET.get("measure"))
    params = asked.read(spec, request.GET)
    club = told.club_of(reads.programme_of(request))
    query = _of(spec, request)
    context = page(
        request, "explorer", _("Explorer"), spec=spec, definition=DEFINITIONS[spec.name],
        measure_groups=fields.measure_options(), views=board.views(), query=_of(spec, request, measure=spec.name),
        may_keep=request.user.has_perm(KEEP), may_drop=request.user.has_perm(DROP),
        address=f"{reverse('admin:insight_chart', args=[spec.name])}?{query}",
        **_form(request, [spec], params, club),
    )  # fmt: skip
    return TemplateResponse(request, "console/insight/explorer.html", context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the explorer's address under a name."""
    may(request, KEEP)
    query = request.POST.get("query", "")
    try:
        view = writes.keep_view(request.POST.get("name", ""), query, request.user)
    except writes.TooMany:
        messages.error(request, _("There are too many saved views; forget one first."))
    except writes.NameTaken as taken:
        messages.error(
            request,
            _("There is a view “%(name)s” already; choose another name, or forget that one first.") % {"name": taken},
        )
    except ValueError:
        messages.error(request, _("Give the view a name."))
    else:
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse('admin:insight_explorer')}?{query}")


@require_POST
def drop(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a kept view."""
    may(request, DROP)
    writes.drop_view(view_id)
    messages.success(request, _("The view is forgotten."))
    return redirect("admin:insight_explorer")


def _form(request: HttpRequest, specs: list[Spec], params: Mapping[str, Any], club: told.Club) -> dict[str, Any]:
    """What the form of filters shows."""
    choices = asking.ask("insight.choices", wait_seconds=0.1)
    known = choices.result
    with_steps = any("steps" in spec.own for spec in specs)
    return {
        "faults": faults(specs, request.GET),
        "unknown_steps": unknown_steps(request.GET, fields.events_of(known)) if with_steps else [],
        "fields": fields.own_fields(specs, params, request.GET, club),
        "steps": fields.step_fields(params, known) if with_steps else [],
        "filters": fields.filter_fields(params, known, club),
        "kept": [(name, value or "-") for name, value, _label, _said in words.chosen(params, club)],
        "chosen": [
            {"words": f"{label}: {said}", "without": _without(request, name, value or "-")}
            for name, value, label, said in words.chosen(params, club)
        ],
        "still_loading": choices.state == asking.WAITING and known is None,
    }  # fmt: skip


def _together(specs: list[Spec], request: HttpRequest) -> dict[str, Any]:
    """The parameters of all measures of a page in one."""
    params: dict[str, Any] = {}
    for spec in specs:
        params |= asked.read(spec, request.GET)
    return params


def _of(spec: Spec, request: HttpRequest, **more: str) -> str:
    """A measure's own part of the page's address."""
    params = asked.read(spec, request.GET)
    value = asked.shown_value(spec, request.GET)
    return asked.write(params, **more, **({"value": value} if value != spec.value else {}))


def _untidy(request: HttpRequest) -> bool:
    """Whether the address holds fields that say nothing, as a form sends them."""
    return request.method == "GET" and any(not value for _name, values in request.GET.lists() for value in values)


def _tidy(request: HttpRequest) -> str:
    """The address with what says something, each value once."""
    query = request.GET.copy()
    for name, values in list(query.lists()):
        kept = list(values) if name == "steps" else list(dict.fromkeys(values))
        query.setlist(name, [value for value in kept if value])
        if not query.getlist(name):
            del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _without(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.setlist(name, [one for one in query.getlist(name) if one != value])
    return f"?{query.urlencode()}"

"""``{% load lists %}``: what a list of the console says about itself: its pages, and what narrows it."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.utils.text import capfirst
from django.utils.translation import gettext

from regulars.screens.figures import whole

register = template.Library()


@register.simple_tag
def pages(cl: Any) -> dict[str, Any]:
    """The page's place in its list in words, and the addresses of its neighbours (None: there is none)."""
    shown, per_page = len(cl.result_list), cl.list_per_page
    first = (cl.page_num - 1) * per_page + 1
    exact = getattr(cl.paginator, "exact", True)
    more = cl.page_num * per_page < cl.paginator.count if exact else shown == per_page
    count = getattr(cl.paginator, "spoken_count", None) or whole(cl.paginator.count)
    if more or cl.page_num > 1:
        words = gettext("%(first)s–%(last)s of %(count)s") % {
            "first": whole(first),
            "last": whole(first + shown - 1),
            "count": count,
        }
    else:
        words = gettext("%(count)s in all") % {"count": count} if shown else ""
    return {
        "words": words,
        "previous": cl.get_query_string({PAGE_VAR: cl.page_num - 1}) if cl.page_num > 1 else None,
        "next": cl.get_query_string({PAGE_VAR: cl.page_num + 1}) if more else None,
    }


@register.simple_tag
def export_address(cl: Any) -> str:
    """Where the list as it stands can be had as a file."""
    address: str = cl.model_admin.export_address(cl)
    return address


@register.simple_tag
def chosen(cl: Any) -> list[dict[str, str]]:
    """What narrows the list: each with its words and the address of the list without it."""
    found = []
    if cl.query:
        found.append({"words": f"“{cl.query}”", "without": cl.get_query_string(remove=[SEARCH_VAR, PAGE_VAR])})
    for spec in cl.filter_specs:
        words = _words(spec, cl)
        if words:
            names = [*spec.expected_parameters(), PAGE_VAR]
            title = capfirst(str(spec.title))
            found.append({"words": f"{title}: {words}", "without": cl.get_query_string(remove=names)})
    return found


def _words(spec: Any, cl: Any) -> str:
    """What is chosen of one filter; empty for its first choice, which narrows nothing."""
    choices = [choice for choice in spec.choices(cl) if "query_string" in choice]
    if choices:
        return next((str(choice["display"]) for choice in choices[1:] if choice["selected"]), "")
    given = [
        value for values in spec.used_parameters.values() for value in ([values] if isinstance(values, str) else values)
    ]
    return " – ".join(str(value) for value in given if value)

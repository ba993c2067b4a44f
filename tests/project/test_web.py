"""What the web server does once, before its processes are forked from it."""

from __future__ import annotations

from django.template import engines
from django.urls import get_resolver
from django.utils import translation

from regulars.project import web


def test_visitors_wait_for_no_page_or_address_to_be_read() -> None:
    """Without the mark ``django_db`` a connection would fail this test: none may be shared by two processes."""
    web.ready()
    resolver = get_resolver()
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            assert language in resolver._reverse_dict
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    assert {"admin/index.html", "centre/home.html"} <= set(loader.get_template_cache)

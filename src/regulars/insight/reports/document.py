"""A report as a page: what it says, in one language, with its charts as pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from babel.numbers import get_currency_precision
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from regulars.brand import tokens
from regulars.insight.measures.definitions import DEFINITIONS
from regulars.insight.reports import advising, drawing, words
from regulars.insight.reports.actions import Action
from regulars.insight.reports.charts import charts
from regulars.insight.reports.figures import Counts
from regulars.rules.programme import Programme
from regulars.screens.figures import in_language

DEFINED = {
    "admin": ("average_order", "active_rate", "points_owed"),
    "marketer": ("returning_share", "average_order", "active_rate"),
    "service": ("csat", "nps"),
    "analyst": (
        "purchase_frequency",
        "average_order",
        "returning_share",
        "active_rate",
        "redemption_rate",
        "points_owed",
        "nps",
        "csat",
    ),
}
"""The measures whose definitions stand at the end."""


@dataclass(frozen=True, slots=True)
class Page:
    """A report made: as a page of its own, and as the parts of an e-mail. images: PNG by content id."""

    title: str
    headline: str
    html: str
    mail_html: str
    text: str
    images: dict[str, bytes] = field(default_factory=dict)

    def mail(self) -> dict[str, Any]:
        """The parts of the e-mail as JSON."""
        coded = {key: base64.b64encode(content).decode() for key, content in self.images.items()}
        return {"title": self.title, "text": self.text, "html": self.mail_html, "images": coded}


def page(
    kind: str,
    role: str,
    language: str,
    series: list[Counts],
    todo: list[Action],
    programme: Programme,
    last: date,
    simulated: str,
    synced_at: datetime,
    console_url: str = "",
) -> Page:
    """The report of the last of ``series`` in a language. simulated: as ``events.simulated.kind`` says. last: its last
    day. console_url: where the console is, for a link (none without)."""
    with translation.override(language):
        money = programme.currency
        drawn = charts(kind, role, series, get_currency_precision(money))
        headline = words.headline(kind, role, series, todo, money)
        context = {
            "language": language,
            "tag": {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(language, "en"),
            "title": words.title(kind, role),
            "club": in_language(programme.name, programme.key),
            "first": series[-1].first,
            "last": last,
            "headline": headline,
            "simulated": words.simulated(simulated),
            "before": words.before(kind),
            "tiles": words.tiles(kind, role, series, money),
            "changes": words.changes(kind, role, series, money),
            "advice": [advising.advice(one, money, role, console_url) for one in todo],
            "no_advice": advising.no_advice(),
            "definitions": [DEFINITIONS[one] for one in DEFINED[role]],
            "synced_at": synced_at,
            "console_url": console_url,
            "c": {name.replace("-", "_"): colour for name, colour in tokens.LIGHT.items()},
            "font": tokens.font_stack(language),
        }
        images = {f"chart-{place}": drawing.png(chart, language) for place, (_title, chart) in enumerate(drawn)}
        for_mail = [{"title": title, "cid": f"chart-{place}"} for place, (title, _chart) in enumerate(drawn)]
        for_page = [{"title": title, "svg": mark_safe(drawing.svg(chart, language))} for title, chart in drawn]  # noqa: S308  drawn by us
        return Page(
            context["title"],  # type: ignore[arg-type]
            headline,
            render_to_string("reports/page.html", {**context, "charts": for_page}),
            render_to_string("reports/page.html", {**context, "charts": for_mail, "mail": True}),
            render_to_string("reports/page.txt", {**context, "charts": []}),
            images,
        )

"""One measure's box: its chart, the table under it, its files. Fetched by the pages; see ``screens.box``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from regulars.console import charts as dressed
from regulars.console import reads
from regulars.console.insight import asked, told, words
from regulars.console.insight.may import may_see
from regulars.inquiries import asking
from regulars.insight.measures.catalogue import COUNT, MEAN_MINOR, MINOR, NUMBER, SHARE, SPECS, Spec
from regulars.insight.measures.charts import draw
from regulars.insight.measures.charts.common import Shape
from regulars.insight.measures.definitions import DEFINITIONS
from regulars.screens import figures
from regulars.screens.box import box, plain_query

TABLE_ROWS_MOST = 60
_NUMBERS = (COUNT, SHARE, MINOR, MEAN_MINOR, NUMBER)
_NEWEST_FIRST = ("period", "month", "day")


def chart(request: HttpRequest, measure: str) -> HttpResponse:
    """The fragment. Raises Http404 for a measure there is not."""
    may_see(request)
    if measure not in SPECS:
        raise Http404
    spec = SPECS[measure]
    query = plain_query(request)
    club = told.club_of(reads.programme_of(request))
    if "currency" in spec.own and not query.get("currency"):
        query["currency"] = club.main_currency
    params = asked.read(spec, query)
    answer = asking.ask(f"insight.{measure}", asked.asked(spec, params), wait_seconds=0.2)
    context: dict[str, Any] = {"spec": spec}
    empty = todo = ""
    if answer.result is not None:
        result = answer.result
        empty, todo = words.missing(result.get("missing") or ("" if _anything(spec, result) else "rows"))
        if not empty:
            context |= drawn(spec, result, club, asked.shown_value(spec, query))
    return TemplateResponse(
        request, "console/insight/chart.html", {**box(request, answer, empty=empty, todo=todo), **context}
    )


def _anything(spec: Spec, result: Mapping[str, Any]) -> bool:
    """Whether there is something to draw: a funnel that nobody began has rows, too."""
    if spec.name != "funnel":
        return bool(result["rows"])
    place = result["columns"].index("members") if result["rows"] else 0
    return any(row[place] for row in result["rows"])


def drawn(spec: Spec, result: Mapping[str, Any], club: told.Club, value: str) -> dict[str, Any]:
    """All that the box shows of a result."""
    language = translation.get_language() or "en"
    params = result["params"]
    rows = told.rows_of(spec, result, club)
    title = str(DEFINITIONS[spec.name].title)
    _link(spec, rows, params, title)
    kind = spec.column(value).kind
    for row in rows:
        row["cell_said"] = told.in_cell(kind, row["raw"].get(value), club)
        row["cell_short"] = row["cell_said"].rstrip("%")
    shape = {
        "value": value, "kind": kind, "titles": _titles(spec), "unit": params.get("unit", "month"),
        "chinese": not language.startswith("en"), "money": figures.money(0, club.money).rstrip("0.,"),
        "words": words.chart_words(), "tiers": params.get("by") == "tier",
    }  # fmt: skip
    shown = [{key: kept for key, kept in row.items() if key not in ("raw", "cells")} for row in rows]
    scope = words.scope(spec, params, club)
    grouped = any("group" in row for row in rows)
    query = asked.write({name: kept for name, kept in params.items() if name != "segments_at"})
    files = reverse("admin:insight_data", args=[spec.name])
    pooled = spec.chart == "heat" and grouped
    return {
        "chart_id": f"m-{spec.name}",
        "chart_specs": dressed.specs(lambda: draw(spec.chart, shown, Shape(**shape)), language),
        "title": title,
        "scope": scope,
        "label": f"{title}. {scope}. {_('The table below has the numbers.')}",
        "unfinished": any(not row["complete"] and not row["partly"] for row in rows),
        "partly": figures.day(date.fromisoformat(result["began"])) if any(row["partly"] for row in rows) else "",
        "pooled": pooled,
        "newest_only": spec.chart == "flows",
        "table": _pivot(spec, rows, kind, value, club) if spec.chart == "heat" and not grouped else _flat(spec, rows),
        "older": max(len(rows) - TABLE_ROWS_MOST, 0) if spec.chart != "heat" or grouped else 0,
        "more": result.get("more", False),
        "csv": f"{files}?{query}&format=csv",
        "json": f"{files}?{query}&format=json",
        "explore": f"{reverse('admin:insight_explorer')}?{asked.write(params, measure=spec.name)}",
        "image_kinds": ("svg", "png"),
        "file_name": spec.name.replace("_", "-"),
    }


def _titles(spec: Spec) -> dict[str, str]:
    titles = {"group": _("Group"), **{column.key: str(column.title) for column in spec.columns}}
    return {"n": _("Periods later"), "days": _("Days"), **titles}


def _link(spec: Spec, rows: Sequence[dict[str, Any]], params: Mapping[str, Any], title: str) -> None:
    """Give each row, and each of its numbers that counts members, the address of those."""
    if not spec.counted or not asked.behind(spec, params, {}, ""):
        return
    for row in rows:
        raw = row["raw"]
        cell = {key: raw[key] for key in spec.cell}
        if "group" in raw:
            cell["group"] = raw["group"]
        name = " · ".join(
            str(row.get(f"{key}_said")) for key in ("group", *spec.cell) if row.get(f"{key}_said") is not None
        )
        label = f"{title}: {name}" if name else title
        links = {}
        for key in spec.counted:
            if raw.get(key):
                window = {"window": key} if spec.name == "active_members" else {}
                links[key] = asked.behind(spec, params, {**cell, **window}, label)
                if window:
                    row[f"{key}_href"] = links[key]
        if spec.lost and _lost(spec, raw):
            links["lost"] = asked.behind(
                spec, params, {**cell, "lost": True}, _("%(cell)s, those who did not") % {"cell": label}
            )
        row["links"] = links
        first = next(iter(links.values()), "")
        if first:
            row["href"] = first


def _lost(spec: Spec, raw: Mapping[str, Any]) -> bool:
    whole = next((raw[key] for key in ("size", "observed", "buyers") if key in raw), None)
    if spec.name == "funnel":
        return bool(raw["step"] > 1 and raw["of_previous"] is not None and raw["of_previous"] < 1)
    if spec.name == "active_rate":
        whole = raw["members"]
    return whole is not None and whole > (raw.get(spec.counted[0]) or 0)


def _flat(spec: Spec, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A table with a line for each row, the newest first where time runs."""
    grouped = any("group" in row for row in rows)
    columns = [("group", _("Group"), False)] if grouped else []
    columns += [(column.key, str(column.title), column.kind in _NUMBERS) for column in spec.columns]
    newest = spec.columns[0].key in _NEWEST_FIRST or spec.columns[0].key == "currency"
    shown = sorted(rows, key=lambda row: row["raw"][_time_of(spec)], reverse=True) if newest else list(rows)
    return {
        "columns": [{"title": title, "number": number} for _key, title, number in columns],
        "lost": any("lost" in row.get("links", {}) for row in rows),
        "rows": [
            {
                "cells": [
                    {
                        "text": row.get(f"{key}_said", ""), "number": number, "title": title,
                        "href": row.get("links", {}).get(key, ""),
                    }
                    for key, title, number in columns
                ],
                "lost": row.get("links", {}).get("lost", ""),
                "complete": row["complete"],
                "partly": row["partly"],
            }
            for row in shown[:TABLE_ROWS_MOST]
        ],
    }  # fmt: skip


def _time_of(spec: Spec) -> str:
    return next(column.key for column in spec.columns if column.key in _NEWEST_FIRST)


def _pivot(spec: Spec, rows: Sequence[dict[str, Any]], kind: str, value: str, club: told.Club) -> dict[str, Any]:
    """Cohorts down, periods after them across."""
    cohorts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cohorts.setdefault(row["cohort_said"], []).append(row)
    widest = max((row["n"] for row in rows), default=0)
    return {
        "columns": [
            {"title": str(spec.column("cohort").title), "number": False},
            {"title": str(spec.column("size").title), "number": True},
            *({"title": str(n), "number": True} for n in range(widest + 1)),
        ],
        "pivot": True,
        "rows": [
            {
                "cells": [
                    {"text": cohort, "number": False, "title": ""},
                    {"text": mine[0]["size_said"], "number": True, "title": str(spec.column("size").title),
                     "href": next(iter(mine[0].get("links", {}).values()), "")},
                    *(
                        {"text": row["cell_said"], "number": True, "title": str(row["n"]), "href": row.get("href", ""),
                         "pale": not row["complete"]}
                        for row in mine
                    ),
                ],
                "complete": True,
            }
            for cohort, mine in cohorts.items()
        ],
    }  # fmt: skip

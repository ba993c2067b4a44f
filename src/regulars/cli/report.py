"""A week or a month in a page: as HTML and PDF into a folder, or by e-mail.

Without --to and --email it says where the figures stand and prints the text.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.cli._writing import make_folder, writing
from regulars.insight.reports import answer, figures
from regulars.insight.reports.asking import today
from regulars.insight.reports.mail import file_name, letter
from regulars.insight.reports.models import Report
from regulars.insight.reports.periods import last_whole
from regulars.programmes.reads import NoProgramme
from regulars.project.config import OperatorError


class Kind(StrEnum):
    """How long."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Role(StrEnum):
    """For whom."""

    ADMIN = "admin"
    MARKETER = "marketer"
    SERVICE = "service"
    ANALYST = "analyst"


class Language(StrEnum):
    """In which language."""

    EN = "en"
    ZH_HANS = "zh-hans"
    ZH_HANT = "zh-hant"


def command(
    kind: Annotated[Kind, typer.Option(help="A week or a month.")] = Kind.WEEKLY,
    role: Annotated[Role, typer.Option(help="For whom: admin (the owner), marketer, service or analyst.")] = Role.ADMIN,
    language: Annotated[Language, typer.Option(help="In which language.")] = Language.EN,
    to: Annotated[Path | None, typer.Option(help="Folder for the files.")] = None,
    email: Annotated[str, typer.Option(help="Address to send it to.")] = "",
    back: Annotated[int, typer.Option(min=0, max=520, help="So many weeks or months before the last whole one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    number: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """The last whole week or month, from the lake."""
    if number is not None:
        answer.answer(number)
        return
    first, last = last_whole(kind, today())
    for _ in range(back):
        first, last = last_whole(kind, first) if kind is Kind.MONTHLY else (first - timedelta(7), last - timedelta(7))
    try:
        lake = answer.open_lake()
        began = figures.began(lake)
        if began is not None and last < began:
            raise answer.CannotMake(f"there is nothing before {began}: a report of {first} to {last} would be empty")
        if to is not None:
            make_folder(to)
        made = answer.make(lake, kind, role, language, first, last, with_pdf=bool(to or email))
    except (answer.CannotMake, NoProgramme) as error:
        raise OperatorError(str(error)) from None
    report = Report(
        kind=kind, role=role, language=language, first=first, last=last, headline=made.page.headline,
        mail=made.page.mail(), pdf=made.pdf, asked_at=timezone.now(),
    )  # fmt: skip
    files = []
    if to is not None:
        for ending, content in (("html", made.page.html.encode()), ("pdf", made.pdf)):
            if content is not None:
                file = to / file_name(report, ending)
                with writing(file):
                    file.write_bytes(content)
                files.append(str(file))
    if email:
        letter(report, email).send()
    console = Console(stderr=True)
    if made.lacks:
        console.print(made.lacks, style="yellow", highlight=False)
    if as_json:
        last_line({"headline": made.page.headline, "first": str(first), "last": str(last), "files": files, "to": email})
    elif files or email:
        for path in files:
            console.print(path, highlight=False, soft_wrap=True)
        if email:
            console.print(f"sent to {email}", highlight=False)
    else:
        Console().print(made.page.text, highlight=False, markup=False, soft_wrap=True)

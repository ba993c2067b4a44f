"""Comparing a draft with what runs, having it approved, and publishing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio import shared
from regulars.files.problem_words import sentence
from regulars.flow.apply_warnings import apply_warnings
from regulars.flow.phrases import benefit
from regulars.programmes import drafts, reads
from regulars.programmes.diff import diff
from regulars.programmes.drafts import ClashError, NotAllowedError
from regulars.programmes.file import check
from regulars.programmes.models import Draft
from regulars.programmes.words import in_words
from regulars.programmes.writes import NotApplicable, SupersededError


def publish_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What would change, and the buttons that this person may press."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    if request.method == "POST":
        answer = _done(request, draft)
        if answer is not None:
            return answer
        draft = shared.the_draft(draft_id)
    return _page(request, draft, [])


def _page(request: HttpRequest, draft: Draft, refused: list[str]) -> HttpResponse:
    checked = check(draft.text)
    programme = checked.programme
    last = drafts.newest()
    own = drafts.last_author(draft) == request.user.pk
    zone = ZoneInfo(programme.time_zone) if programme is not None else UTC
    planned = draft.effective_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if draft.effective_at else ""
    context = shared.page(
        request,
        draft,
        "publish",
        checked=checked,
        refused=refused,
        warnings=apply_warnings(programme) if programme is not None and draft.state in drafts.BUSY else [],
        sections=in_words(programme, benefit) if programme is not None else [],
        changes=diff(reads.parse(last.text), programme) if last is not None and programme is not None else [],
        zone=str(zone),
        two=drafts.two_needed(),
        own=own,
        may_approve=request.user.has_perm("programmes.approve_draft"),
        may_publish=request.user.has_perm("programmes.add_version"),
        effective_at=request.POST.get("effective_at", planned),
        note=request.POST.get("note", draft.note),
    )
    return TemplateResponse(request, "console/studio/publish.html", context)


def _done(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Do what was pressed; None to show the page again."""
    revision = request.POST.get("revision", "")
    if not revision.isdecimal():
        return None
    doing: dict[str, tuple[str, Callable[[HttpRequest, Draft, int], HttpResponse | None]]] = {
        "ask": ("programmes.change_draft", _ask),
        "approve": ("programmes.approve_draft", _approve),
        "reopen": ("programmes.change_draft", _reopen),
        "drop": ("programmes.change_draft", _drop),
        "catch_up": ("programmes.change_draft", _catch_up),
        "keep_mine": ("programmes.change_draft", _keep_mine),
        "publish": ("programmes.add_version", _publish),
    }
    for name, (permission, action) in doing.items():
        if name in request.POST:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            try:
                return action(request, draft, int(revision))
            except NotAllowedError as error:
                messages.error(request, _why(error))
                return None
    return None


def _why(error: NotAllowedError) -> str:
    return {
        "closed": _("This draft does not change any more."),
        "changed": _("Somebody has changed the draft meanwhile. Look at it once more."),
        "own": _("The last change is your own: somebody else must approve it."),
        "early": _("A second person must approve it first."),
    }[error.why]


def _ask(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    if check(draft.text).programme is None:
        messages.error(request, _("It has problems; mend them first."))
        return None
    try:
        at = _moment(request, draft)
    except ValueError:
        messages.error(request, _("“Takes effect” is no time."))
        return None
    drafts.ask_approval(draft.pk, revision, at, request.POST.get("note", ""))
    messages.success(request, _("It waits for a second person's approval."))
    return _back(draft)


def _approve(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    drafts.approve(draft.pk, revision, request.user)
    messages.success(request, _("Approved. It can be published now."))
    return _back(draft)


def _reopen(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    drafts.take_back(draft.pk)
    return _back(draft)


def _drop(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    drafts.put_away(draft.pk)
    messages.success(request, _("The draft is put away."))
    return redirect(reverse("admin:studio_list"))


def _catch_up(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    try:
        drafts.catch_up(draft.pk, revision, request.user)
    except ClashError as clash:
        places = ", ".join(clash.places) or _("the layout of the file")
        messages.error(
            request,
            _("Both changed: %(places)s. Write it in the file as it should be, then say that your text counts.")
            % {"places": places},
        )
        return None
    messages.success(request, _("What was published meanwhile is in the draft now."))
    return _back(draft)


def _keep_mine(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    drafts.catch_up(draft.pk, revision, request.user, keep_mine=True)
    return _back(draft)


def _publish(request: HttpRequest, draft: Draft, revision: int) -> HttpResponse | None:
    try:
        at = _moment(request, draft)
    except ValueError:
        return _page(request, draft, [_("“Takes effect” is no time.")])
    try:
        row = drafts.publish(draft.pk, revision, request.user, at, request.POST.get("note", ""))
    except NotApplicable as error:
        return _page(request, draft, [sentence(problem) for problem in error.problems])
    except SupersededError:
        return _page(
            request, draft, [_("Another version was published since this draft was begun. Bring it in first.")]
        )
    messages.success(request, _("Version %(number)s is published.") % {"number": row.pk})
    return redirect(reverse("admin:programmes_version_change", args=[row.pk]))


def _moment(request: HttpRequest, draft: Draft) -> datetime | None:
    """When it shall take effect, by the programme's clock; None for now. Raises ValueError when it is no time."""
    given = request.POST.get("effective_at", "").strip()
    programme = check(draft.text).programme
    if not given or programme is None:
        return None
    return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(programme.time_zone))


def _back(draft: Draft) -> HttpResponse:
    return redirect(reverse("admin:studio_publish", args=[draft.pk]))

"""Keeping an edit of a draft, whichever page it comes from, and what to show when somebody else was there first."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio import shared
from regulars.files.changes import Change
from regulars.files.yaml_text import read_yaml
from regulars.programmes import drafts
from regulars.programmes.diff import diff
from regulars.programmes.drafts import ClashError, NotAllowedError
from regulars.programmes.file import check
from regulars.programmes.models import Draft, Edit


@dataclass(frozen=True, slots=True)
class Kept:
    """An edit that was kept: as which revision; or the page that shows both sides of a clash."""

    draft: Draft | None
    clash: HttpResponse | None = None


def keep(request: HttpRequest, draft: Draft, revision: int, text: str) -> Kept:
    """Keep ``text``, which was made from ``revision``. Says what happened."""
    try:
        saved = drafts.save(draft.pk, revision, text, request.user)
    except NotAllowedError:
        messages.error(request, _("This draft does not change any more."))
        return Kept(draft)
    except ClashError as clash:
        return Kept(None, both(request, draft, revision, text, clash))
    except Edit.DoesNotExist:
        messages.error(request, _("That revision is not known."))
        return Kept(draft)
    if saved.merged:
        messages.warning(
            request, _("Somebody else has changed the draft meanwhile; both edits are in it now. Look at it once more.")
        )
    elif saved.draft.revision != draft.revision:
        messages.success(request, _("Kept."))
    return Kept(saved.draft)


def both(request: HttpRequest, draft: Draft, revision: int, mine: str, clash: ClashError) -> HttpResponse:
    """Both texts beside each other, with what each changed; neither is lost."""
    base = Edit.objects.filter(draft=draft, revision=revision).values_list("text", flat=True).first() or ""
    theirs = Edit.objects.filter(draft=draft).select_related("by").order_by("-revision").first()
    context = shared.page(
        request,
        shared.the_draft(draft.pk),
        "file",
        places=clash.places,
        mine=mine,
        theirs=clash.theirs,
        revision=clash.revision,
        who=shared.person_name(theirs.by) if theirs is not None else "",
        my_changes=changes_between(base, mine),
        their_changes=changes_between(base, clash.theirs),
    )
    return TemplateResponse(request, "console/studio/clash.html", context, status=409)


def changes_between(old: str, new: str) -> list[Change]:
    """What changed from one text to the next, setting by setting; nothing where either is no programme."""
    before, after = check(old).programme, check(new).programme
    return diff(before, after) if before is not None and after is not None else []


def is_readable(text: str) -> bool:
    """Whether a text's settings can be read, so that a form can show them."""
    reading = read_yaml(text)
    return not reading.wrong and isinstance(reading.data, dict)


def undo(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Undo the last edit."""
    shared.may_edit(request)
    revision = request.POST.get("revision", "")
    if request.method == "POST" and revision.isdecimal():
        try:
            drafts.undo(draft_id, int(revision), request.user)
        except (NotAllowedError, Draft.DoesNotExist, Edit.DoesNotExist):
            messages.error(request, _("It cannot be undone: somebody has changed the draft meanwhile."))
        else:
            messages.success(request, _("The last edit is undone."))
    return redirect(request.META.get("HTTP_REFERER") or reverse("admin:studio_form", args=[draft_id]))

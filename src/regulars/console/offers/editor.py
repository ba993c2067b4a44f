"""The editor: begin from a template or from what is there, look at what it would do, publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.offers import drafting, seen
from regulars.console.offers.drafting import Draft, drafted, publish
from regulars.console.offers.fields import join, split
from regulars.console.offers.form import OfferForm
from regulars.console.offers.kinds import BY_KEY, TEMPLATES, Template, beginning, like
from regulars.console.offers.preview import price_both, sample_cart
from regulars.console.offers.week import week_panel
from regulars.console.reads import programme_of
from regulars.files.yaml_text import read_yaml
from regulars.flow.phrases import named
from regulars.insight.trial import find
from regulars.offers.condition_words import house_of
from regulars.offers.edit import Edit, duplicated, entry, in_order
from regulars.offers.models import Version
from regulars.offers.words import offer_words
from regulars.rules.offers.model import COUPON, GROUPS, TENDER
from regulars.rules.programme import Programme
from regulars.screens.numbers import number_in


def may_publish(request: HttpRequest) -> None:
    """Admins and marketers publish offers. Raises PermissionDenied for others."""
    if not request.user.has_perm("offers.add_version"):
        raise PermissionDenied


def begin(request: HttpRequest) -> HttpResponse:
    """The templates to begin with."""
    may_publish(request)
    context = {
        **_context(request, _("New offer")),
        "offers": [one for one in TEMPLATES if one.section == "offers"],
        "coupons": [one for one in TEMPLATES if one.section == "coupons"],
        "text": drafting.text_of(drafting.newest(), programme_of(request)),
    }
    return TemplateResponse(request, "console/offers/begin.html", context)


@dataclass(frozen=True, slots=True)
class Work:
    """What is being worked on: from which template, under which base, and what was said before (None: a new one)."""

    template: Template
    section: str
    before: Mapping[str, Any] | None
    last: Version | None
    began: int
    base: str
    programme: Programme | None
    initial: dict[str, Any]
    rest: dict[str, Any]


def new(request: HttpRequest, template: str) -> HttpResponse:
    """A new offer from a template."""
    may_publish(request)
    kind = BY_KEY.get(template)
    if kind is None:
        raise Http404
    last, programme = drafting.newest(), programme_of(request)
    base = drafting.text_of(last, programme)
    if not base:
        return redirect(reverse("admin:offers_new"))
    local = datetime.now(UTC).astimezone(_zone(base))
    work = Work(kind, kind.section, None, last, _began(request, last), base, programme, beginning(kind, local), {})
    return _editor(request, work)


def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change an offer that is there."""
    may_publish(request)
    last = drafting.newest()
    began = _began(request, last)
    text = Version.objects.filter(pk=began).values_list("text", flat=True).first() or ""
    found = entry(text, key)
    if found is None:
        raise Http404
    section, before = found
    return _editor(request, _work(request, section, before, before, last, began))


def copy(request: HttpRequest, key: str) -> HttpResponse:
    """A new offer that says what another one says."""
    may_publish(request)
    last = drafting.newest()
    found = entry(last.text, key) if last is not None else None
    if found is None or last is None:
        raise Http404
    section, before = found
    return _editor(request, _work(request, section, duplicated(last.text, before), None, last, _began(request, last)))


def _work(
    request: HttpRequest,
    section: str,
    settings: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    last: Version | None,
    began: int,
) -> Work:
    values, rest = split(settings)
    values.setdefault("repeat", True)
    template = like(section, str(settings.get("kind")), tuple(values))
    programme = programme_of(request)
    return Work(template, section, before, last, began, drafting.text_of(last, programme), programme, values, rest)


def _began(request: HttpRequest, last: Version | None) -> int:
    posted = request.POST.get("began", "")
    return number_in(posted) if posted.isdecimal() else last.pk if last is not None else 0


def _zone(text: str) -> ZoneInfo:
    data = read_yaml(text).data
    return ZoneInfo(data.get("time_zone", "UTC"))


def make_form(request: HttpRequest, work: Work) -> OfferForm:
    """The form of what is being worked on, with what was posted, if anything."""
    programme = work.programme
    tiers = programme.tiers.levels if programme is not None and programme.tiers is not None else ()
    data = read_yaml(work.base).data
    sequence = (data.get("policy") or {}).get("sequence") or list(GROUPS)
    return OfferForm(
        request.POST if request.method == "POST" else None,
        initial=work.initial,
        template=work.template,
        tiers=[(level.key, named(level.name, level.key)) for level in tiers],
        channels=seen.goods().channels,
        groups=[group for group in sequence if group not in (COUPON, TENDER)],
        fixed_key=str(work.before["key"]) if work.before is not None else "",
        said=split(work.before)[0] if work.before is not None else {},
    )


def edit_of(form: OfferForm, work: Work) -> Edit:
    """What a valid form asks for."""
    settings = join(work.template.kind, form.values(), work.rest, work.before, fields=form.fields)
    return Edit(work.section, work.before, in_order(settings))


def _editor(request: HttpRequest, work: Work) -> HttpResponse:
    form = make_form(request, work)
    draft: Draft | None = None
    if request.method == "POST" and form.is_valid():
        asked = edit_of(form, work)
        draft = drafted(asked, work.began, work.last, work.programme)
        if "week" in request.POST and draft.offers is not None:
            return week_panel(request, draft, asked.key, work.programme)
        same = request.POST.get("seen") == draft.digest and draft.since is None
        if "publish" in request.POST and draft.is_good and same:
            done = _published(request, draft, work.last, asked.key)
            if done is not None:
                return done
    context = _editor_context(request, work, form, draft)
    return TemplateResponse(request, "console/offers/editor.html", context)


def _editor_context(request: HttpRequest, work: Work, form: OfferForm, draft: Draft | None) -> dict[str, Any]:
    goods = seen.goods()
    context = {
        **_context(request, _("Change an offer") if work.before is not None else str(work.template.title)),
        "form": form,
        "template": work.template,
        "key": form.fixed_key,
        "draft": draft,
        # What was shown of somebody else's version has been seen: the next look begins from it.
        "began": work.began if work.last is None or (draft is not None and draft.is_gone) else work.last.pk,
        "rest": [f"{name}: {value}" for name, value in work.rest.items()],
        "categories": goods.categories[:40],
        "coming": work.last if drafting.is_coming(work.last) else None,
        "zone": str(_zone(work.base)),
        "effective_at": request.POST.get("effective_at", ""),
        "note": request.POST.get("note", ""),
    }
    if draft is None or draft.offers is None:
        return context
    key = form.cleaned_data["key"]
    one = find(draft.offers, key)
    assert one is not None
    house = house_of(draft.offers, work.programme)
    cart = sample_cart(request.POST, draft.offers, one, goods)
    return {
        **context,
        "words": offer_words(one, house),
        "cart": cart,
        "tiers": form.fields["tiers"].choices if "tiers" in form.fields else [],  # type: ignore[attr-defined]
        "both": price_both(cart, work.base, draft.offers, key),
    }


def _published(request: HttpRequest, draft: Draft, last: Version | None, key: str) -> HttpResponse | None:
    """The way on after publishing; None when it was refused."""
    row = publish(draft, request.user, last, request.POST.get("effective_at", ""), request.POST.get("note", ""))
    if row is None:
        return None
    messages.success(request, _("Version %(number)s is published.") % {"number": row.pk})
    if drafting.is_coming(row):
        return redirect(reverse("admin:offers_version_change", args=[row.pk]))
    return redirect(f"{reverse('admin:offers_list')}#offer-{key}")


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "opts": Version._meta, "title": title, "here": "list"}

"""The portrait itself: put together from what other rooms know of a member, in a bounded number of questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from regulars.audience.portrait import orders as bought
from regulars.audience.portrait.estimates import Estimate, estimates
from regulars.audience.portrait.pushes import Push, pushes
from regulars.audience.portrait.rhythm import Rhythm, rhythm
from regulars.audience.scores import bands, reads, stage, words
from regulars.audience.scores.models import Score, ScoreRun
from regulars.audience.segments import reads as segments
from regulars.audience.segments.reads import Belonging
from regulars.flow.standing import standing
from regulars.flow.standing_view import StandingView
from regulars.members import personal
from regulars.members.models import Member, OutsideId
from regulars.members.reads import outside_ids, selves
from regulars.programmes.reads import NoProgramme

OUTSIDE_IDS_MAX = 20


@dataclass(frozen=True, slots=True)
class Stage:
    """Where she stands in her life with the shop: its key, its name, what that means, since when."""

    key: str
    name: str
    means: str
    since: date


@dataclass(frozen=True, slots=True)
class Kept:
    """What personal data is kept: the names of the entries, not what they say, and when that last changed. ``consent``
    is None: nothing records it yet."""

    entries: list[str]
    updated_at: datetime | None
    traits: list[str]
    consent: None = None


@dataclass(frozen=True, slots=True)
class Portrait:
    """One member. ``person``: personal data, empty where whoever asks may not see it (``person_hidden``). ``missing``:
    what there is nothing to say about, and why, by part of the portrait."""

    member: Member
    member_ids: list[int]
    today: date
    zone: str
    currency: str
    outside: list[OutsideId]
    person: dict[str, Any]
    person_hidden: bool
    kept: Kept
    view: StandingView | None
    orders: int
    order_days: int
    spent_minor: int
    returned_minor: int
    first_order: date | None
    last_order: date | None
    categories: list[bought.Favourite]
    products: list[bought.Favourite]
    hours: dict[tuple[int, int], int]
    rhythm: Rhythm | None
    stage: Stage | None
    run: ScoreRun | None
    score: Score | None
    estimates: list[Estimate]
    pushes: list[Push]
    segments: list[Belonging]
    missing: dict[str, str]

    @property
    def shop_id(self) -> str | None:
        """What the shop calls her."""
        return next((row.value for row in self.outside if row.kind == OutsideId.USER), None)


def portrait(member: Member, *, see_person: bool = False, now: datetime | None = None) -> Portrait:
    """All that is known of a member at ``now``, words in the active language.

    see_person: whether whoever asks may see personal data. A visitor who was joined with somebody has no portrait of
    her own: ask for ``merged_into``. Raises ValueError for such a one.
    """
    if member.merged_into_id:
        raise ValueError("joined with another member")
    now = now or timezone.now()
    ids = selves(member.pk)
    try:
        view: StandingView | None = standing(member.pk, now)
    except NoProgramme:
        view = None
    zone = view.programme.time_zone if view else "UTC"
    currency = view.programme.currency if view else "USD"
    today = now.astimezone(ZoneInfo(zone)).date()
    orders = bought.orders_of(ids, ZoneInfo(zone))
    days = sorted({order.day for order in orders})
    beat = rhythm(days, today)
    run = reads.current()
    score = reads.of_member(member.pk, run) if run else None
    entries, updated_at = personal.kept(member)
    return Portrait(
        member=member,
        member_ids=ids,
        today=today,
        zone=zone,
        currency=currency,
        outside=outside_ids(member.pk)[:OUTSIDE_IDS_MAX],
        person=personal.get(member) if see_person else {},
        person_hidden=not see_person,
        kept=Kept(entries, updated_at, sorted(member.traits)),
        view=view,
        orders=len(orders),
        order_days=len(days),
        spent_minor=sum(order.net_minor - order.returned_minor for order in orders),
        returned_minor=sum(order.returned_minor for order in orders),
        first_order=days[0] if days else None,
        last_order=days[-1] if days else None,
        categories=bought.categories(orders),
        products=bought.products(orders),
        hours=bought.hours(orders),
        rhythm=beat,
        stage=_stage(days, today),
        run=run,
        score=score,
        estimates=estimates(run, score, currency) if run and score else [],
        pushes=pushes(reads.reasons(run, score), currency) if run and score else [],
        segments=segments.of_member(member.pk),
        missing=_missing(member, days, beat, run, score),
    )


def as_json(one: Portrait) -> dict[str, Any]:
    """The portrait as the API has it: amounts in minor units of ``currency``, days of ``time_zone``, words in the
    language asked for. Personal data stays out."""
    score, run, beat = one.score, one.run, one.rhythm
    return {
        "id": one.shop_id,
        "known": one.member.identified_at is not None,
        "currency": one.currency,
        "time_zone": one.zone,
        "today": one.today.isoformat(),
        "traits": one.member.traits,
        "standing": one.view.as_json(one.shop_id or "") if one.view else None,
        "past": {
            "orders": one.orders,
            "days_with_orders": one.order_days,
            "spent_minor": one.spent_minor,
            "returned_minor": one.returned_minor,
            "first_order": _iso(one.first_order),
            "last_order": _iso(one.last_order),
        },
        "stage": None
        if one.stage is None
        else {"key": one.stage.key, "name": one.stage.name, "means": one.stage.means, "since": _iso(one.stage.since)},
        "rhythm": None
        if beat is None
        else {
            "typical_days": beat.typical_days,
            "expected_from": _iso(beat.earliest),
            "expected_until": _iso(beat.latest),
            "late_days": beat.late_days,
            "pauses": beat.pauses,
        },
        "favourites": {
            "categories": [_favourite(each) for each in one.categories],
            "products": [_favourite(each) for each in one.products],
            "hours": [
                {"weekday": weekday + 1, "hour": hour, "orders": count}
                for (weekday, hour), count in sorted(one.hours.items())
            ],
        },
        "scores": None
        if score is None or run is None
        else {
            "run": run.pk,
            "as_of": _iso(run.as_of),
            "risk": bands.KEYS[score.risk],
            "value": bands.KEYS[score.worth],
            "estimates": {
                each.key: {**each.numbers, "words": each.value, "how": each.how, "sure": each.sure}
                for each in one.estimates
            },
            "why": [
                {"about": each.key, "words": each.said, "effect": each.effect, "log_odds": round(each.log_odds, 3)}
                for each in one.pushes
            ],
        },
        "segments": [
            {"key": each.segment.key, "name": each.segment.name, "since": _iso(each.since)} for each in one.segments
        ],
        "personal_data": {"kept": one.kept.entries, "updated_at": _iso(one.kept.updated_at), "consent": None},
        "missing": one.missing,
    }


def _stage(days: list[date], today: date) -> Stage | None:
    found = stage.since(days, today)
    if found is None:
        return None
    name, means = words.stage(found[0])
    return Stage(found[0], name, means, found[1])


def _missing(
    member: Member, days: list[date], beat: Rhythm | None, run: ScoreRun | None, score: Score | None
) -> dict[str, str]:
    said = words.missing(
        known=member.identified_at is not None,
        ordered=bool(days),
        days=len(days),
        has_rhythm=beat is not None,
        has_run=run is not None,
        has_score=score is not None,
    )
    return {part: sentence for part, sentence in said.items() if sentence}


def _favourite(one: bought.Favourite) -> dict[str, Any]:
    return {"name": one.name, "orders": one.orders, "net_minor": one.net_minor, "share": round(one.share, 4)}


def _iso(at: date | datetime | None) -> str | None:
    return None if at is None else at.isoformat()

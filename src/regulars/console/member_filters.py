"""What the list of members can be narrowed by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regulars.console.reads import programme_of
from regulars.console.tiers import tier_names
from regulars.points.models import Balance, Lot
from regulars.tiers.models import Standing

EXPIRES_SOON_DAYS = 30


class TierFilter(admin.SimpleListFilter):
    """Members on one level, or on none."""

    title = _("tier")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The levels of the programme in force."""
        return list(tier_names(programme_of(request)).items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow by level; a level is asked for by its key."""
        levels = Standing.objects.filter(member=OuterRef("pk")).exclude(level="")
        if self.value() == "none":
            return queryset.filter(~Exists(levels))
        return queryset.filter(Exists(levels.filter(level=self.value()))) if self.value() else queryset


class YesFilter(admin.SimpleListFilter):
    """Only the members of whom one thing is true."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one thing."""
        return [("yes", _("Yes"))]

    def true_of(self) -> QuerySet:
        """Rows of the member in the outer query that make it true."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to those of whom it is true."""
        return queryset.filter(Exists(self.true_of())) if self.value() == "yes" else queryset


class DebtFilter(YesFilter):
    """Members who owe points."""

    title = _("owes points")
    parameter_name = "debt"

    def true_of(self) -> QuerySet:
        """A balance with a debt."""
        return Balance.objects.filter(member=OuterRef("pk"), debt__gt=0)


class GraceFilter(YesFilter):
    """Members whose tier ran out and may still be won back."""

    title = _("in grace")
    parameter_name = "grace"

    def true_of(self) -> QuerySet:
        """A standing in grace."""
        return Standing.objects.filter(member=OuterRef("pk"), in_grace=True)


class ExpiringFilter(YesFilter):
    """Members who lose points within 30 days."""

    title = _("points expire within 30 days")
    parameter_name = "expiring"

    def true_of(self) -> QuerySet:
        """An open lot that lapses soon."""
        now = timezone.now()
        until = now + timedelta(days=EXPIRES_SOON_DAYS)
        return Lot.objects.filter(member=OuterRef("pk"), remaining__gt=0, expires_at__gt=now, expires_at__lte=until)


class KnownFilter(admin.SimpleListFilter):
    """People with a name, or all, visitors too."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Known, or only seen."""
        return [("known", _("Known to the shop")), ("visitor", _("Visitors without a name"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow to one or the other."""
        if self.value() in ("known", "visitor"):
            return queryset.filter(identified_at__isnull=self.value() == "visitor")
        return queryset

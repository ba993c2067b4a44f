"""The Django apps of this installation, as plain names: settings need them, and so does who asks before Django runs."""

from __future__ import annotations

INSTALLED_APPS = [
    # The first that has a template wins: the console's before Unfold's, Unfold's before the admin's.
    "regulars.brand",
    "regulars.screens",
    "regulars.console",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    # The rooms that have tables, pages or templates, from the ground up.
    "regulars.programmes",
    "regulars.members",
    "regulars.events",
    "regulars.inquiries",
    "regulars.offers",
    "regulars.coupons",
    "regulars.checkouts",
    "regulars.rewards",
    "regulars.groups",
    "regulars.play",
    "regulars.referrals",
    "regulars.points",
    "regulars.tiers",
    "regulars.audience.scores",
    "regulars.audience.segments",
    "regulars.insight.board",
    "regulars.insight.reports",
    "regulars.centre",
    "regulars.api",
]

LABELS = {"procrastinate.contrib.django": "procrastinate", "regulars.insight.board": "insight"}
"""What migrations call an app, where that is not the last word of its name."""

"""Every address of the site, by door."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from regulars.api import urls as api
from regulars.console.reports.leaving import leave
from regulars.project import health

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("console/", admin.site.urls),
    path("api/", api.shop),
    path("v1/", include(api.segment_patterns)),
    path("reports/leave/<str:token>/", leave, name="reports-leave"),
    path("me/", include("regulars.centre.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

"""Run background jobs until told to stop."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from regulars.insight.tasks import sync_soon_if_never
from regulars.project.tables import require_tables


def command() -> None:
    """Run jobs as they come due; on SIGTERM or Ctrl-C, the jobs that run are finished first."""
    require_tables(settings.CONFIG)
    sync_soon_if_never()
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        worker_app.run_worker(concurrency=settings.CONFIG.worker_concurrency)

"""Jobs of the reports: making those that were asked for, and sending what is owed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from regulars.insight.reports import asking, sending, subscribing
from regulars.insight.reports.models import Delivery, Report


@app.task(name="reports.make")
def make(report_id: int) -> None:
    """Make an asked report, in a process of its own."""
    if Report.objects.filter(pk=report_id, state=Report.ASKED).exists():
        asking.make_apart(report_id)


@app.task(name="reports.deliver")
def deliver(delivery_id: int) -> None:
    """Make the report that a delivery takes, if it is not there, and send it."""
    delivery = Delivery.objects.select_related("subscription").get(pk=delivery_id)
    if delivery.state != Delivery.OWED:
        return
    make(sending.report_of(delivery).pk)
    sending.deliver(delivery_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="reports.plan", name="reports.plan")
def plan(timestamp: int) -> None:
    """Note what is owed, and let it be sent."""
    for delivery_id in subscribing.plan(timezone.now()):
        _enqueue(deliver.configure(queueing_lock=f"reports.deliver.{delivery_id}"), delivery_id=delivery_id)


def enqueue(report: Report) -> None:
    """Let a worker make an asked report, in the caller's transaction if there is one."""
    if report.state == Report.ASKED:
        _enqueue(make.configure(queueing_lock=f"reports.make.{report.pk}"), report_id=report.pk)


def enqueue_delivery(delivery: Delivery) -> None:
    """Let a worker send what is owed."""
    _enqueue(deliver.configure(queueing_lock=f"reports.deliver.{delivery.pk}"), delivery_id=delivery.pk)


def _enqueue(job: object, **given: int) -> None:
    try:
        with transaction.atomic():  # a savepoint: finding the job there must not end the caller's transaction
            job.defer(**given)  # type: ignore[attr-defined]
    except AlreadyEnqueued:
        pass

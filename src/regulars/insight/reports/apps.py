"""Django app of the reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The reports' tables, under their own name."""

    name = "regulars.insight.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

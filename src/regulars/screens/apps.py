"""Tells Django where the shared templates and tags are."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Templates and tags only; no models."""

    name = "regulars.screens"
    label = "screens"

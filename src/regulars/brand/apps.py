"""Tells Django where the brand's templates and static files are."""

from django.apps import AppConfig


class BrandConfig(AppConfig):
    """Templates and static files only; no models."""

    name = "regulars.brand"
    label = "brand"

"""Django app of the scores."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """The tables of scores, under their own name."""

    name = "regulars.audience.scores"
    label = "scores"
    default_auto_field = "django.db.models.BigAutoField"

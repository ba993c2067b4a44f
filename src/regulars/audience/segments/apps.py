"""Django app of the room."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """The room's tables, under its own name."""

    name = "regulars.audience.segments"
    label = "segments"
    default_auto_field = "django.db.models.BigAutoField"

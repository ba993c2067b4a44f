"""Django app of the room."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """The room's tables, under its own name."""

    name = "regulars.inquiries"
    label = "inquiries"
    default_auto_field = "django.db.models.BigAutoField"

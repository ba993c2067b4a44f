"""Django app of the room."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """The room's tables, under the name that people see in addresses."""

    name = "regulars.insight.board"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

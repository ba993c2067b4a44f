"""Django app of the room."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """The room's pages, under its own name."""

    name = "regulars.console"
    label = "console"

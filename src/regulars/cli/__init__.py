"""The ``regulars`` command: one file per command, found by its name (see ``main``)."""

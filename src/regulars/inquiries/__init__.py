"""Questions about many customers at once: asked by pages, answered from the lake by a process of its own, and kept.

``asking.ask`` is the door for whoever wants to know; it loads nothing heavy. Rooms that answer name their functions in
``HANDLERS`` of a module ``inquiries`` (``INQUIRY_HANDLERS`` in the settings lists them); ``server`` calls those.
"""


class CannotAnswer(ValueError):
    """A question that has no answer; the message is one sentence for the person who asked, in their language or in
    English."""

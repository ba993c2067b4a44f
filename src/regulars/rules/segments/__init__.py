"""The language of segments: plain settings in, which members are meant or problems in plain words out, and back."""

from regulars.rules.segments.model import Segment, Segments, Who, leaves, refers_to
from regulars.rules.segments.whole import loops, read, read_who
from regulars.rules.segments.written import write, write_who

__all__ = ["Segment", "Segments", "Who", "leaves", "loops", "read", "read_who", "refers_to", "write", "write_who"]

"""Segments: which members are meant, who belongs now, and what was so at a moment."""

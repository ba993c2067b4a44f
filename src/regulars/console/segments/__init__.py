"""Segments in the console: the list, the form, a page each, and what models find."""

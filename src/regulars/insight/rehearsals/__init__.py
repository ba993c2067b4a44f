"""Trying a draft of the programme on the shop's own past, quickly: the past stays in memory, in a process of its own.

The web process asks and shows; it never loads the compiled rules. ``server`` answers.
"""

"""Doors to other systems: what they hold becomes typed events, in the order it happened."""

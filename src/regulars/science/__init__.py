"""What can be computed from many histories at once: pure and numeric, on top of the rules."""

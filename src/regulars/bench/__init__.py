"""How fast, measured: each bench prints its figures with a baseline from the same run and the ratio to it."""

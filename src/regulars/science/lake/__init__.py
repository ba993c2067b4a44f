"""The lake as files: where it is, what its manifest says. Pure: no database."""

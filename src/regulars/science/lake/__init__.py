"""The lake as files: where it is, what its manifest says, its tables for questions. Pure: no database, no Django."""

"""Tasks as a member sees them: which are theirs, how far they are, what each gives, and checking in."""

"""Programme files as shops write them: what passes, and the slips with the line and the words they get."""

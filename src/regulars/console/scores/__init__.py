"""The pages of the scores: which model is in force, how far to trust it, and whom it speaks of."""

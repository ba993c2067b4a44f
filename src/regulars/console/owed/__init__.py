"""The page of the points owed, its charts, and what accounting takes away."""

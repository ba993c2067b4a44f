"""Games: what was published, their stock and budget, who played, and what came of it."""

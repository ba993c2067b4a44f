"""Games in the console: the list, making one from a template, its own page, and the plays."""

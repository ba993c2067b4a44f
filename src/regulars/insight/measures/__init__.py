"""The measures of ``science.measures`` for the console: their words, and what is drawn of them."""

"""Pages of published versions of a file: the programme's and the offers' are the same pages."""

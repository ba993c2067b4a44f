"""Published programme versions: the file, its schema, what changed from one to the next."""

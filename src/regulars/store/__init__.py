"""Talking to PostgreSQL where Django's way is too slow: cursors that bind on the server, whole columns at once."""

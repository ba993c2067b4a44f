"""What every screen of the console shares: lists that are only read, and counts that stay quick on large tables.

A room's ``admin.py`` builds its screens from these. No tables, and no imports from other rooms.
"""

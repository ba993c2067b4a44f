"""The console's reports: reading and downloading them, and getting them by e-mail."""

"""Django's PostgreSQL backend, acting as the lesser role."""

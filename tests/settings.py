"""Settings for the tests: a PostgreSQL of their own that is quick and may be lost, and cheap password hashes.

Never the operator's database: DATABASE_URL is put aside here. To test on another server, give TEST_DATABASE_URL.
"""

import os

os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
# Tests make their tables, so they act as the owner; those about grants take the lesser role themselves.
os.environ["REGULARS_AS_OWNER"] = "true"
os.environ["REGULARS_POSTGRES_PROFILE"] = "fast"
os.environ["REGULARS_LOG_LEVEL"] = "WARNING"

from regulars.project import config as _config

os.environ.setdefault("REGULARS_POSTGRES_DIR", str(_config.HOME / "data" / "test-postgres"))

from regulars.project.settings import *
from regulars.project.settings import INSTALLED_APPS, STORAGES

# Quick and unsafe, for logins of people who do not exist.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files straight from the source folders: pages render though collectstatic never ran.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Its `flush` is quick; see there.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.emptying"]

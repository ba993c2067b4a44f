"""Django's settings. What an operator can choose is in ``config``; what is here follows from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.console.unfold import UNFOLD as UNFOLD
from regulars.project import config as _config
from regulars.project.database import django_database
from regulars.project.installed import INSTALLED_APPS as INSTALLED_APPS
from regulars.project.logs import logging_settings
from regulars.project.secret import secret_key

CONFIG = _config.read()

SECRET_KEY = CONFIG.secret_key or secret_key(CONFIG.data_dir)
DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(CONFIG.trusted_origins)

# Rows that are added and never changed: `regulars migrate` takes UPDATE, DELETE and TRUNCATE from the role that
# web, worker and commands act as.
APPEND_ONLY_TABLES = [
    "events_event",
    "points_transfer",
    "checkouts_giftcardentry",
    "rewards_donation",
]

# Modules with HANDLERS: who answers which question to the lake. Only the process that answers imports them.
INQUIRY_HANDLERS: list[str] = [
    "regulars.audience.inquiries",
    "regulars.audience.found",
    "regulars.audience.compared",
    "regulars.insight.inquiries",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "regulars.project.headers.BrowserLimits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "regulars.console.middleware.ShopTime",
]

ROOT_URLCONF = "regulars.project.urls"
WSGI_APPLICATION = "regulars.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_config.PACKAGE / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": django_database(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Languages and time. Times are kept in UTC; a programme's own zone decides its days.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [_config.PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_NAME = "regulars_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Static files: collected once by `make setup`, served by whitenoise with hashed names that may be cached for ever.
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data_dir / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "regulars.console.bundle.BundleFinder",  # the charts' JavaScript, made from a package
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = CONFIG.data_dir / "media"

# What a browser is told, and what cookies carry.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "regulars_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "regulars_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
if CONFIG.https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
DATA_UPLOAD_MAX_MEMORY_SIZE = CONFIG.body_limit_mb * 1024 * 1024

EMAIL_HOST, EMAIL_PORT = CONFIG.smtp_host, CONFIG.smtp_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = CONFIG.smtp_user, CONFIG.smtp_password
EMAIL_USE_TLS, EMAIL_USE_SSL = CONFIG.smtp_security == "starttls", CONFIG.smtp_security == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.mail_from

LOGGING_CONFIG = None
logging_settings(CONFIG.log_level, CONFIG.log_format)

# Jobs of rooms that have no tables and so are no Django apps.
PROCRASTINATE_IMPORT_PATHS = ["regulars.flow.tasks", "regulars.insight.tasks"]

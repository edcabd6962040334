"""Every setting, read from the environment; `.env.example` lists what may be set."""

import os
from pathlib import Path
from typing import Any

import environ
from django.utils.csp import CSP

from config import static

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
if env_file := os.environ.get("HUBBUB_ENV_FILE", str(BASE_DIR / ".env")):
    env.read_env(env_file)

SECRET_KEY: str = env("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG: bool = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS: bool = env.bool("HTTPS", default=False)
ORIGINS: list[str] = env.list("ORIGINS", default=[])
SIGNUP: str = env("SIGNUP", default="open")
SITE_NAME: str = env("SITE_NAME", default="Hubbub")
SITE_URL: str = env("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "accounts",
    "rooms",
    "channels",
    "django_htmx",
    "config.apps.AdminApp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.compression.HtmlCompression",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.charset.utf8_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.languages.spoken",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.site",
                "rooms.context.sidebar",
            ],
        },
    },
]

# Database: SQLite in WAL whose transactions take the write lock at once (a deferred one fails
# instead of waiting when two writers meet), a connection kept by each thread of our pools; or
# PostgreSQL through psycopg's own pool.

DATABASE_URL: str = env("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'hubbub.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url_config(DATABASE_URL)}
DATABASE = DATABASES["default"]
if "sqlite" in DATABASE["ENGINE"]:
    Path(DATABASE["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
        ),
    }
    DATABASE["CONN_MAX_AGE"] = None
    DATABASE["TEST"] = {"NAME": str(Path(DATABASE["NAME"]).with_suffix(".test.sqlite3"))}
else:
    DATABASE["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL", default=12), "timeout": 10},
        "options": "-c lock_timeout=15s -c statement_timeout=30s",
    }
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE["CONN_MAX_AGE"] = 0
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis joins several processes; without it there is one process, and its memory serves.

REDIS_URL: str = env("REDIS_URL", default="")
CHANNEL_LAYERS: dict[str, dict[str, Any]]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": 5, "socket_connect_timeout": 5}],
                "prefix": "hubbub",
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": 10_000},
        }
    }

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "rooms:list"
LOGOUT_REDIRECT_URL = "home"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_FORMS = {"signup": "accounts.signup.SignupForm"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"signup": "60/m/ip", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=0)

# E-mail

EMAIL_URL: str = env("EMAIL_URL", default="consolemail://")
_mail = env.email_url_config(EMAIL_URL)
_smtp = {
    "host": _mail.get("EMAIL_HOST"),
    "port": _mail.get("EMAIL_PORT"),
    "username": _mail.get("EMAIL_HOST_USER"),
    "password": _mail.get("EMAIL_HOST_PASSWORD"),
    "use_tls": _mail.get("EMAIL_USE_TLS", False),
    "use_ssl": _mail.get("EMAIL_USE_SSL", False),
    "timeout": 10,
}
_by_smtp = "smtp" in _mail["EMAIL_BACKEND"]
MAILERS = {
    "default": {
        "BACKEND": "accounts.mail.EmailBackend" if _by_smtp else _mail["EMAIL_BACKEND"],
        "OPTIONS": _smtp if _by_smtp else {},
    }
}
DEFAULT_FROM_EMAIL: str = env("EMAIL_FROM", default="Hubbub <hubbub@localhost>")

# Time and language: days, times and words in a room are the site's, so that a message is the same
# bytes for everybody.

LANGUAGE_CODE: str = env("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "accounts" / "voice"]
TIME_ZONE: str = env("TIME_ZONE", default="UTC")
USE_TZ = True
USE_I18N = True

# Static files, served by this process with hashed names once collected.

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
HASHED_STATIC: bool = env.bool("HASHED_STATIC", default=not DEBUG)
SERVESTATIC_USE_FINDERS = not HASHED_STATIC
SERVESTATIC_ADD_HEADERS_FUNCTION = static.headers
SERVESTATIC_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env("FILES", default=str(VAR_DIR / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "servestatic.storage.CompressedManifestStaticFilesStorage"
            if HASHED_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# What people send with messages (see rooms/actions/attachments.py): at most so much in one file, so
# many in one message, so much of one person in a day, and of all together (0: no limit).

FILE_BYTES: int = env.int("FILE_MEGABYTES", default=10) << 20
FILES_PER_MESSAGE: int = env.int("FILES_PER_MESSAGE", default=10)
FILE_BYTES_A_DAY: int = env.int("FILE_MEGABYTES_A_DAY", default=200) << 20
FILE_BYTES_IN_ALL: int = env.int("FILE_GIGABYTES_IN_ALL", default=0) << 30

# Security

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["htmx"],
}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = ORIGINS
if HTTPS:
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

# Running

DRAIN_SECONDS: float = env.float("DRAIN_SECONDS", default=0.0)
METRICS: str = env("METRICS", default="")

# The most days that any room keeps messages, 0 for ever (see rooms/actions/retention.py).

RETENTION_DAYS: int = max(0, env.int("RETENTION_DAYS", default=0))

# Limits of a person's haste: so many at once, so many a second for ever (see rooms/throttle.py).

THROTTLE_BURST: int = env.int("THROTTLE_BURST", default=120)
THROTTLE_RATE: float = env.float("THROTTLE_RATE", default=20.0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "hubbub": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": True},
        # It repeats itself every second; the line (rooms/realtime/bus.py) says so once.
        "channels_redis": {"level": "CRITICAL"},
    },
}

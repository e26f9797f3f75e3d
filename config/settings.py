"""All settings in one file, read from the environment by typed readers (see docs/operators)."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from config import doors
from config.environment import database_from_url, env_bool, env_int, env_list, env_text, is_development
from config.installed import INSTALLED_APPS as INSTALLED_APPS
from config.leases import GIVEN_OUT_AGAIN
from config.logs import logging_of
from config.media_store import media_storage
from config.schedule import BACKUP_OF_THE_DAY, PEOPLE, QUEUES, ROUTES, SCHEDULE
from config.services import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = addresses.var_dir()

# The embedded set-up is what runs when no servers are named: a trial, a laptop, the tests.
EMBEDDED = not env_text("DATABASE_URL")
DEMO = EMBEDDED and env_bool("DEMO", True)
# Who runs the platform in the demo; an account without a password, reached by the demo’s door only.
DEMO_OPERATOR = "maud.kerven@parvis.example"
DEBUG = env_bool("DEBUG", False)


def _secret_key() -> str:
    key = env_text("SECRET_KEY")
    if key:
        return key
    if not EMBEDDED:
        raise ImproperlyConfigured("SECRET_KEY must be set when DATABASE_URL is")
    return addresses.secret_key(VAR_DIR)


SECRET_KEY = _secret_key()

# Hosts are checked against the Domain table by communities.middleware, which answers 404 for unknown ones;
# a list here would need a restart for each new domain.
ALLOWED_HOSTS = ["*"]
PLATFORM_HOSTS = env_list("PLATFORM_HOSTS", "localhost 127.0.0.1 [::1]")
PLATFORM_NAME = env_text("PLATFORM_NAME", "Parvis")
# How the platform is reached from outside; used where no request is at hand (mails sent by the worker).
PLATFORM_URL = env_text("PLATFORM_URL", f"http://localhost:{env_int('PORT', 8000)}").rstrip("/")
# With wildcard DNS, a community without a domain of its own is named <slug>.<platform> rather than /c/<slug>/.
COMMUNITY_SUBDOMAINS = env_bool("COMMUNITY_SUBDOMAINS", False)
# Where domains of communities must lead; empty: to wherever the platform’s own name leads.
PLATFORM_ADDRESSES = env_list("PLATFORM_ADDRESSES")
# Who is asked for their records; empty: the resolver of this machine.
DNS_SERVERS = env_list("DNS_SERVERS")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.RequestIdMiddleware",
    "config.middleware.PolicyMiddleware",
    "communities.unasked.UnaskedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "communities.middleware.CommunityMiddleware",
    "communities.middleware.LanguageMiddleware",
    "communities.packing.AskedAgainMiddleware",
    "communities.middleware.VisitorPageMiddleware",
    "communities.packing.PackingMiddleware",
    "config.middleware.FilmMiddleware",
    "communities.theming.preloading.PreloadMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.LineEndsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "communities.in_place.InPlaceMiddleware",
    "config.middleware.WrongMethodMiddleware",
    "communities.middleware.ScopeMiddleware",
    "communities.content.arriving.ArrivedMiddleware",
    "communities.console.operator.middleware.OperatorMiddleware",
    "communities.launch.middleware.PreviewMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.template_loaders.Filesystem", "config.template_loaders.AppDirectories"],
                )
            ],
            "builtins": ["config.template_blocks", "communities.templatetags.parvis"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "communities.context_processors.community",
                "analytics.capture.context_processors.audience",
            ],
        },
    }
]
MESSAGE_STORAGE = "config.messages.Messages"
FORM_RENDERER = "communities.theming.FormRenderer"

# Two roles: the owner migrates; web and worker own nothing, so that row-level security binds them.
DATABASES: dict[str, dict[str, Any]] = {
    "default": database_from_url(env_text("DATABASE_URL") or addresses.database_url(VAR_DIR, role="web")),
    "owner": database_from_url(
        env_text("DATABASE_OWNER_URL")
        or env_text("DATABASE_URL")
        or addresses.database_url(VAR_DIR, role="owner")
    ),
}
for _database in DATABASES.values():
    # A server that hangs is away after some seconds: somebody waits for a page.
    _database["OPTIONS"].setdefault("connect_timeout", "5")
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_text("REDIS_URL") or addresses.redis_url(VAR_DIR)
# Apart from queue and streams: emptying the cache empties nothing else.
CACHE_URL = env_text("CACHE_URL") or addresses.next_redis_database(REDIS_URL)
REDIS_PATIENCE = 1.0  # seconds, for the connection and for each answer: somebody waits for a page
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "config.caches.PatientRedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {
            "socket_timeout": REDIS_PATIENCE,
            "socket_connect_timeout": REDIS_PATIENCE,
            "retry": Retry(NoBackoff(), 0),
            # See config/broker.py.
            "driver_info": None,
        },
        "KEY_PREFIX": env_text("CACHE_PREFIX", "parvis"),
        "TIMEOUT": 600,
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "config.error_views.refuse_csrf"

# Behind TLS everything is secure; the embedded set-up speaks plain HTTP on loopback.
SECURE = env_bool("SECURE", not EMBEDDED)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# With TLS, cookies belong to one host: no neighbour under the same domain can set or read them.
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE and env_bool("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz", r"^metrics$", r"^internal/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", False) else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 1 if env_bool("BEHIND_PROXY", False) else 0)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["members.signed_in.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front:show-home"
LOGOUT_REDIRECT_URL = "front:show-home"
ACCOUNT_ADAPTER = "members.adapter.MemberAdapter"
ACCOUNT_FORMS, ACCOUNT_RATE_LIMITS = doors.FORMS, doors.RATE_LIMITS
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# What members may do in a while, by trust (communities/limits.py); off for those who measure how fast it goes.
LIMITS_BY_TRUST = env_bool("LIMITS_BY_TRUST", True)
# Six digits, valid for fifteen minutes and three tries; a new one can be requested.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# One address per person; the former one is told when it changes.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True

# Who may make a community: the operator alone, or anybody with an account.
COMMUNITIES_BY_MEMBERS = env_bool("COMMUNITIES_BY_MEMBERS", False)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# Off, so that no number in an address, an id or a form is ever written “6,757”; {% number %} groups by itself.
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "config.static_bundles.BundleFinder",
    "communities.theming.typefaces.TypefaceFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Public pictures only, on every host alike; see communities.front.views.machines.
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env_text("MEDIA_ROOT", str(VAR_DIR / "media")))
# Where `manage.py backup` keeps what it makes. Another disk, or better another machine, is a better place.
BACKUP_ROOT = Path(env_text("BACKUP_ROOT", str(VAR_DIR / "backups")))
# One each day by itself, from this hour (UTC) on; how many stay, and after how many days one is restored on trial.
BACKUPS = env_bool("BACKUPS")
BACKUP_HOUR = env_int("BACKUP_HOUR", 3)
BACKUP_KEEP = env_int("BACKUP_KEEP", 14)
BACKUP_VERIFY_DAYS = env_int("BACKUP_VERIFY_DAYS", 1)
if not (0 <= BACKUP_HOUR <= 23 and BACKUP_KEEP >= 1 and BACKUP_VERIFY_DAYS >= 1):
    raise ImproperlyConfigured("BACKUP_HOUR must be 0 to 23, BACKUP_KEEP and BACKUP_VERIFY_DAYS at least 1")
STORAGES = {
    "default": media_storage(),
    "staticfiles": {"BACKEND": "config.static_files.RememberedManifest"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Nor maps of the editor’s sources, which only developers’ tools read: packing them took most of the step’s time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# How many pages each web process remembers for visitors, for a second each; about 30 kB a page. 0: none.
VISITOR_PAGES = env_int("VISITOR_PAGES", 256)
# Whether members’ browsers keep a page for when there is no network; off, those that have it give it up.
OFFLINE_PAGE = env_bool("OFFLINE_PAGE", True)
# Push services that notifications go to, of the browsers that people use; empty: no device is sent anything.
PUSH_SERVICES = env_list(
    "PUSH_SERVICES",
    "fcm.googleapis.com *.push.services.mozilla.com *.push.apple.com *.notify.windows.com",
)
LINK_CARDS = env_bool("LINK_CARDS", True)  # ask other sites for titles and pictures of links that stand alone
PEERTUBE_HOSTS = env_list("PEERTUBE_HOSTS")  # whose films play in a page, beside those of the large providers
OPEN_PAGES = env_int("OPEN_PAGES", 1000)  # of members, kept open by each web process; 0: none
# Where a proxy in front reads MEDIA_ROOT too, we check who may have a file and the proxy sends it: deploy/ has both.
FILES_BY_PROXY = env_bool("FILES_BY_PROXY")
# Image limits: bytes and pixels are checked before anything is decoded.
UPLOAD_MAX_BYTES = env_int("UPLOAD_MAX_BYTES", 10 * 1000**2)
UPLOAD_MAX_PIXELS = env_int("UPLOAD_MAX_PIXELS", 40_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# What may be imported in the page: the file as it is uploaded, and what it is unpacked to.
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_BYTES", 2 * 1000**3)
IMPORT_MAX_UNPACKED_BYTES = env_int("IMPORT_MAX_UNPACKED_BYTES", 16 * 1000**3)

EMAIL_BACKEND = "members.mails.server.EmailBackend"
EMAIL_HOST = env_text("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20  # seconds, for each answer of the server; nobody but the worker waits for it
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
if not EMAIL_HOST:
    # Without SMTP, mails become files that the developers' mail page shows.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "Parvis <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Mails come back to <name>+<signed number>@<host>, which `receive_mail` or a hook reads; empty: to their sender, and
# those that let somebody in to the platform’s.
BOUNCE_ADDRESS = env_text("BOUNCE_ADDRESS")
if BOUNCE_ADDRESS and not re.fullmatch(r"[\w.-]{1,15}@[\w.-]+", BOUNCE_ADDRESS):
    # With the number of a mail behind it, a name before the @ has 64 characters at most.
    raise ImproperlyConfigured("BOUNCE_ADDRESS must be an address with 15 characters at most before the @")
# What signs that which a mail service sends to /hooks/mail/; empty: the hooks do not exist.
MAIL_HOOK_SECRET = env_text("MAIL_HOOK_SECRET")
# What the SPF record of a sender’s domain must name, such as include:mail.example.org; empty: nothing is asked of it.
SPF_MECHANISM = env_text("SPF_MECHANISM")
# Whom to tell of a weakness, in /.well-known/security.txt: https://… or mailto:…
SECURITY_CONTACT = env_text("SECURITY_CONTACT") or f"{PLATFORM_URL}/"
# Who stores the communities: proposed to owners for their legal notice.
HOSTED_BY = env_text("HOSTED_BY")

# Who shows it may read /metrics from elsewhere; without one, it is for this machine alone.
METRICS_TOKEN = env_text("METRICS_TOKEN")

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
# Before that, what is at hand is told to stop and set aside; the next run gets to the others.
CELERY_TASK_SOFT_TIME_LIMIT = 540
# What a killed worker had taken is given out again soon; one that lives says what it still has.
CELERY_BROKER_TRANSPORT_OPTIONS = GIVEN_OUT_AGAIN
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_QUEUES, CELERY_TASK_ROUTES, CELERY_TASK_DEFAULT_QUEUE = QUEUES, ROUTES, PEOPLE
CELERY_BEAT_SCHEDULE = SCHEDULE | (BACKUP_OF_THE_DAY if BACKUPS else {})

# Audience and activity measurement as a whole; each community has its own mode beside it.
CAPTURE = env_bool("CAPTURE", True)
TAGGIT_CASE_INSENSITIVE = True

LOG_LEVEL = env_text("LOG_LEVEL", "INFO")
LOGGING = logging_of(LOG_LEVEL)

# A fingerprint of the code's own static files and templates: cached fragments die with a new release.
RELEASE = hashlib.sha256(
    env_text("RELEASE", str(os.stat(BASE_DIR / "config").st_mtime_ns)).encode()
).hexdigest()[:8]

# Templates and static files are read where they lie, whenever they are asked for.
DEV = is_development()
if DEV:
    # The cached loader's own loaders, without the cache.
    TEMPLATES[0]["OPTIONS"]["loaders"] = TEMPLATES[0]["OPTIONS"]["loaders"][0][1]
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
    WHITENOISE_MAX_AGE = VISITOR_PAGES = 0

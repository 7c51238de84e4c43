"""Django's settings. An operator sets environment variables; nothing here is edited by hand.

PILIN_DATA     the data folder            DATABASE_URL   another PostgreSQL
PILIN_HOSTS    host names, comma-apart    PILIN_ORIGIN   the name of our ledger to the world
PILIN_DEMO=1   one-click sign-in (only `pilin demo` sets it)
"""

import os
import secrets
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from pilin.run.postgres import data_folder

HERE = Path(__file__).parent
DATA = data_folder()
DEMO = os.environ.get("PILIN_DEMO") == "1"
DEBUG = False


def _secret() -> str:
    path = DATA / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


#: Seconds a database, or each of several, has to answer a knock, unless its address says otherwise.
CONNECT_TIMEOUT = 10


def database() -> dict[str, Any]:
    """Where the database is, as DATABASE_URL says now."""
    parts = conninfo_to_dict(os.environ.get("DATABASE_URL") or "dbname=pilin")
    parts.setdefault("connect_timeout", str(CONNECT_TIMEOUT))
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return {
        "ENGINE": "pilin.database",
        **{ours: parts.pop(theirs, "") for theirs, ours in known.items()},
        "OPTIONS": parts,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = os.environ.get("PILIN_SECRET") or _secret()
DATABASES = {"default": database()}
ALLOWED_HOSTS = [h for h in os.environ.get("PILIN_HOSTS", "").split(",") if h] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS]
HTTPS = os.environ.get("PILIN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SITE_URL = os.environ.get("PILIN_URL", "http://127.0.0.1:8000").rstrip("/")
RELEASE = version("pilin")
ORIGIN = os.environ.get("PILIN_ORIGIN", "pilin.localhost")

#: Keys that nothing can take the place of; best with a copy apart from those of the database.
KEYS = Path(os.environ.get("PILIN_KEYS") or DATA / "keys")
#: Where the last signed checkpoint of every log is kept beside the database; best on another disk.
ENDS = Path(os.environ.get("PILIN_ENDS") or DATA / "ends")

#: What this installation has witnessed of others' records, with its key for that; the vkeys of those
#: records; and who witnesses ours, as vkey@address.
#: Which of the two sides this installation is of, where each has one of its own.
SIDE = os.environ.get("PILIN_SIDE", "")
WITNESS = Path(os.environ.get("PILIN_WITNESS") or DATA / "witness")
WITNESS_FOR = os.environ.get("PILIN_WITNESS_FOR", "")
WITNESSES = os.environ.get("PILIN_WITNESSES", "")
#: A file that says who must have cosigned (C2SP tlog-policy).
POLICY = os.environ.get("PILIN_POLICY", "")
#: Another, that says who must have cosigned a neighbour's record before it is believed.
NEIGHBOUR_POLICY = os.environ.get("PILIN_NEIGHBOUR_POLICY", "")

#: A programme is one folder and one line here; PILIN_PROGRAMMES adds some without editing.
PROGRAMMES = [
    "pilin.programmes.register",
    "pilin.programmes.manage",
    "pilin.programmes.residence",
    "pilin.programmes.consultation",
    "pilin.programmes.budget",
    "pilin.programmes.project",
    "pilin.programmes.agreement",
    "pilin.programmes.pairing",
    "pilin.programmes.suggestion",
    "pilin.programmes.wish",
    "pilin.programmes.drive",
    "pilin.programmes.benefit",
    "pilin.programmes.fund",
    "pilin.programmes.event",
    "pilin.programmes.service",
    "pilin.programmes.policy",
    "pilin.programmes.renovation",
    "pilin.programmes.chain",
    "pilin.programmes.honour",
    "pilin.programmes.panel",
    "pilin.programmes.warning",
    "pilin.programmes.meeting",
    "pilin.programmes.lead",
    "pilin.programmes.adviser",
    "pilin.programmes.catalogue",
    "pilin.neighbours",
    *filter(None, os.environ.get("PILIN_PROGRAMMES", "").split(",")),
]
INSTALLED_APPS = [
    "pilin.site",
    "pilin.kit",
    "pilin.people",
    "pilin.ledger",
    "pilin.engine",
    "pilin.intake",
    "pilin.telling",
    *PROGRAMMES,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pilin.site.signon",
    "django_htmx",
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
AUTH_USER_MODEL = "people.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pilin.run.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "pilin.people.sessions.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pilin.neighbours.visiting.VisitMiddleware",
]
ROOT_URLCONF = "pilin.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pilin.kit.context.shell",
            ],
            "builtins": ["pilin.kit.templatetags.pilin"],
        },
    }
]
FORM_RENDERER = "pilin.kit.renderer.Renderer"
SESSION_ENGINE = "pilin.people.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Chinese first; English for those who ask for it. Each folder brings its own catalogue.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = sorted(HERE.glob("*/locale"))  # programmes are apps: Django finds theirs
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("PILIN_TIME_ZONE", "Asia/Shanghai")
CALENDAR = os.environ.get("PILIN_CALENDAR", "china")  # or "weekdays"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# A form's text fits in 1 MB many times over; files are counted apart, each against FILE_LIMIT.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
FILE_LIMIT = 20 * 2**20
#: Bytes of files that one person may send on a day.
FILES_A_DAY = int(os.environ.get("PILIN_FILES_A_DAY", str(300 * 2**20)))
WORKBOOK_LIMIT = 50 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
#: Matters of one person that may wait to be looked at. In the demo, whoever tries it is the same resident.
WAITING = int(os.environ.get("PILIN_WAITING", "500" if DEMO else "5"))
#: Days after the end of a vote in which it can be contested: then what ties ballots to voters goes.
CONTEST_DAYS = int(os.environ.get("PILIN_CONTEST_DAYS", "30"))
#: Who may make an account: "open" to anyone, with an "invitation", or "closed".
SIGNUP = os.environ.get("PILIN_SIGNUP", "open" if DEMO else "closed")
#: What sends text messages: a class as `pilin.site.messages.InFiles`; "" where nothing does.
SMS = os.environ.get("PILIN_SMS", "")
ACCOUNT_ADAPTER = "pilin.site.signing.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", *(["phone"] if SMS else [])}
# Outside the demo nobody chooses a user name: "this one is taken" would tell who has an account.
ACCOUNT_SIGNUP_FIELDS = [
    *(["phone*", "email"] if SMS else ["email", "username*"] if DEMO else ["email*"]),
    *("password1*", "password2*"),
]
ACCOUNT_SIGNUP_REDIRECT_URL = "/welcome/"
# Addresses of visitors are those the last proxies of ours saw; without that, all behind one are one.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PILIN_PROXIES", "0"))
ACCOUNT_RATE_LIMITS = {
    # Of one account from one address: whoever guesses elsewhere locks nobody out.
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/m/ip,200/d/ip",
}
# Attempts are counted for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_counter",
    }
}
#: Roles that hold money, personal data or appointments sign in with a second factor.
SECOND_FACTOR = tuple(
    os.environ.get("PILIN_SECOND_FACTOR", "" if DEMO else "treasurer coordinator operator").split()
)
ACCOUNT_FORMS = {
    name: f"pilin.site.signing.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "reset_password": "ResetPasswordForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "add_email": "AddEmailForm",
    }.items()
}
ACCOUNT_EMAIL_VERIFICATION = "none" if DEMO else "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = not DEMO
# Signing in through others: an OpenID Connect provider, a sign-on with tickets (`site/signon/`).
OIDC_URL = os.environ.get("PILIN_OIDC_URL", "")
_OIDC_APP = {
    "provider_id": "oidc",
    "name": os.environ.get("PILIN_OIDC_NAME", "OpenID Connect"),
    "client_id": os.environ.get("PILIN_OIDC_CLIENT", ""),
    "secret": os.environ.get("PILIN_OIDC_SECRET", ""),
    "settings": {"server_url": OIDC_URL},
}
TICKETS = os.environ.get("PILIN_TICKETS", "")
TICKETS_SAID = {
    name.removeprefix("PILIN_TICKETS_").lower(): value
    for name, value in os.environ.items()
    if name.startswith("PILIN_TICKETS_")
}
_TICKETS_APP = {
    "name": TICKETS_SAID.get("name", TICKETS),
    "client_id": TICKETS_SAID.get("service", TICKETS),
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_OIDC_APP] if OIDC_URL else []},
    "ticket": {"APPS": [_TICKETS_APP] if TICKETS else []},
}
SOCIALACCOUNT_ADAPTER = "pilin.site.signon.adapter.Adapter"
SOCIALACCOUNT_FORMS = {"signup": "pilin.site.signing.SignupThroughForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # the village and the terms are asked for in any case
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "optional"  # only a confirmed address is taken over at all
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

#: Seconds after which whatever is asked outside is given up: a mail server, a push service.
OUTSIDE_TIMEOUT = 15
EMAIL_TIMEOUT = OUTSIDE_TIMEOUT
#: Robots of group chats that may be named, as apprise calls them.
ROBOTS = tuple(os.environ.get("PILIN_ROBOTS", "dingtalk wecombot feishu lark").split())
#: Hosts of the push services of browsers: a device may be rung through these alone.
PUSH_HOSTS = tuple(
    os.environ.get(
        "PILIN_PUSH_HOSTS",
        "fcm.googleapis.com push.services.mozilla.com push.apple.com notify.windows.com",
    ).split()
)
EMAIL_BACKEND = os.environ.get(
    "PILIN_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = os.environ.get("PILIN_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PILIN_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PILIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PILIN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PILIN_SMTP_TLS") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("PILIN_EMAIL_FROM", "pilin@localhost")

SELF = "'self'"
#: Where a form of ours may lead on to: browsers look at what it is redirected to as well.
_ELSEWHERE = [OIDC_URL, TICKETS_SAID.get("sign_in", ""), os.environ.get("PILIN_OIDC_SIGN_IN", "")]
FORM_ACTION = [SELF, *("{0.scheme}://{0.netloc}".format(urlsplit(u)) for u in _ELSEWHERE if u)]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": FORM_ACTION,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"pilin": {"()": "pilin.run.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "pilin"}},
    # Django's own handlers would write the words of a fault, or send them by mail.
    "loggers": {"django": {"handlers": [], "level": "NOTSET"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

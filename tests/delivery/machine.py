"""The settings of a web machine in these tests: those of the tests, and static files where they lie."""

from config.settings import STORAGES as _STORAGES
from tests.settings import *  # noqa: F403

STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Nothing is collected for them.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

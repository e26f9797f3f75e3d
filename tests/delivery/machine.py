"""The settings of a web machine in these tests: those of the tests, and static files where they lie."""

from config.settings import STORAGES as _STORAGES
from tests.settings import *  # noqa: F403

STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# A busy machine that runs the tests makes Redis late, and a process that waited in vain counts by itself for a while.
CACHES["default"]["OPTIONS"] |= {"socket_timeout": 20.0, "socket_connect_timeout": 20.0}  # noqa: F405

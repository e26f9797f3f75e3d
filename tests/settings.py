"""The settings of the product, with what stands in for the parts that are still to come."""

from config.settings import *  # noqa: F403
from config.settings import CACHES as _CACHES
from config.settings import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = [*_INSTALLED, "tests.kinds.notes"]

# No test asks anybody’s name server: nobody listens here. Those about domains run one of their own.
DNS_SERVERS = ["127.0.0.1:9"]

# A busy machine that runs the tests makes Redis late; a process that waited in vain counts by itself for a while.
CACHES = {
    name: cache | {"OPTIONS": cache["OPTIONS"] | {"socket_timeout": 20.0, "socket_connect_timeout": 20.0}}
    for name, cache in _CACHES.items()
}

# Tests that hold back what a page asks for would not see what its worker asks. Those about the worker switch it on.
OFFLINE_PAGE = False

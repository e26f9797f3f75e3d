"""The settings of the product, with what stands in for the parts that are still to come."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = [*_INSTALLED, "tests.kinds.notes"]

# No test asks anybody’s name server: nobody listens here. Those about domains run one of their own.
DNS_SERVERS = ["127.0.0.1:9"]

"""`python -m config.services`: run the platform until Ctrl-C."""

import os
import sys

from config.services import addresses
from config.services.sharing import PROJECT
from config.services.supervisor import Supervisor

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(PROJECT)
    sys.exit(Supervisor(addresses.var_dir()).run())

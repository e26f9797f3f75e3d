"""A worker of its own: works off the outbox of a test's database until somebody kills it."""

from __future__ import annotations

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.conf import settings
    from django.db import connections

    told = json.loads(sys.argv[1])
    connections["default"].settings_dict.update(told["database"])
    for name, value in told["settings"].items():
        setattr(settings, name, value)
    from members.mails.sending import send_due

    send_due()

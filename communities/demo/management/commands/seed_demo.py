"""`manage.py seed_demo`: make the three demo communities, or what is missing of them."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from communities.demo.loading import seed_demo

# What the files hold and no page shows yet.
LEFT_OUT = (
    "Not made, as they have no pages yet: ideas, events, the photo challenge. "
    "Polls are topics with their answers as a list."
)


class Command(BaseCommand):
    help = "Make the three demo communities; what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo belongs to the embedded set-up: no DATABASE_URL, and DEMO not 0.")
        started = time.monotonic()
        seed_demo(self.stdout.write)
        self.stdout.write(LEFT_OUT)
        self.stdout.write(f"The demo is ready, after {time.monotonic() - started:.0f} seconds.")

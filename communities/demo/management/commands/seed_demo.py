"""`manage.py seed_demo`: make the demo communities, or what is missing of them."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.demo.loading import seed_demo
from communities.demo.together import NotMade, seed_together


class Command(BaseCommand):
    help = "Make the demo communities; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--together",
            action="store_true",
            help="make the communities side by side, each by its own process",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo belongs to the embedded set-up: no DATABASE_URL, and DEMO not 0.")
        started = time.monotonic()
        try:
            (seed_together if options["together"] else seed_demo)(self._say)
        except NotMade as problem:
            raise CommandError(f"Not made: {problem}") from None
        self.stdout.write(f"The demo is ready, after {time.monotonic() - started:.0f} seconds.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        # Of several processes that write into one file, each at once.
        self.stdout.flush()

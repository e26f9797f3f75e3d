"""Install newer copies of the public lists (crawlers, referrer spam, search engines, social networks, AI)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.capture.lists import FILES, BadList, install_lists, installed_folder
from analytics.capture.sources import forget_sources


class Command(BaseCommand):
    help = "Check the lists in a folder and use them from now on: " + ", ".join(FILES)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the downloaded files lie")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = install_lists(options["folder"], installed_folder())
        except BadList as problem:
            raise CommandError(f"Nothing was changed. {problem}") from problem
        forget_sources()
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
